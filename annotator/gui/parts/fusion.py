"""How what lies over a view looks: blend, colours, upper value; there while something lies over a view, built when that happens first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSlider

from annotator.domain.colour_maps import MAP_TEXTS, ColourMap
from annotator.domain.presets import is_uptake
from annotator.gui.panels.window_level import LevelField
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark, translate
from annotator.workspace.notice import Topic
from annotator.workspace.pane import Pane
from annotator.workspace.session import Session


class FusionPart(PartWidget):
    """A slider for the blend, the colours, and the value up to which they reach."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._built, self._following = session, False, False

    def refresh(self, topic: Topic) -> None:
        """Show the session as it is now."""
        if not fused(self._session):
            return
        if not self._built:
            self._build()
            self.retranslate()
        look, pane = self._session.fusion_look, self._pane
        fusion = pane.fusion if pane else None
        self._following = True
        self._blend.setValue(round(look.blend * 100))
        self._share.setText(f"{look.blend * 100:.0f} %")
        self._colours.setCurrentIndex(self._colours.findData(look.colours.value))
        if fusion is not None:
            self._upper.setValue(fusion.upper)
            self._to.setText(translate(mark("Up to {unit}"), unit="SUV" if is_uptake(fusion.unit or "SUV") else fusion.unit))
        self._following = False

    def retranslate(self) -> None:
        """Say everything in the current language."""
        if not self._built:
            return
        for place, colours in enumerate(ColourMap):
            self._colours.setItemText(place, translate(MAP_TEXTS[colours]))
        names = (mark("Blend"), mark("Colours"), mark("Upper value of the colours"))
        for field, name in zip((self._blend, self._colours, self._upper), names, strict=True):
            field.setAccessibleName(translate(name))
        self._blend.setToolTip(translate(mark("0 %: the image alone, 100 %: the PET alone; Ctrl, Shift and the wheel, or Alt+↑ and Alt+↓")))
        self._upper.setToolTip(translate(mark("Alt and a right drag over the picture do the same")))
        self._blend_label.setText(translate(mark("Blend")))
        self.refresh(Topic.LAYOUT)

    @property
    def _pane(self) -> Pane | None:
        """The view whose upper value is shown: the active one, else the first over which something lies."""
        session = self._session
        numbers = session.fused_panes
        return session.panes[session.active if session.active in numbers else numbers[0]] if numbers else None

    def _build(self) -> None:
        self._built = True
        self._blend_label, self._share, self._to = QLabel(self), QLabel(self), QLabel(self)
        self._share.setAlignment(Qt.AlignmentFlag.AlignRight)
        for label in (self._blend_label, self._share, self._to):
            label.setProperty("role", "quiet")
        self._blend, self._colours = QSlider(Qt.Orientation.Horizontal, self), QComboBox(self)
        self._upper = LevelField("fusion.upper", 1e-3, self)
        self._upper.setSingleStep(1)
        self._blend.setObjectName("fusion.blend")
        self._blend.setRange(0, 100)
        self._blend.setPageStep(10)
        self._blend.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._colours.setObjectName("fusion.colours")
        self._colours.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for colours in ColourMap:
            self._colours.addItem(translate(MAP_TEXTS[colours]), colours.value)
        self._blend.valueChanged.connect(self._slid)
        self._colours.activated.connect(self._chosen)
        self._upper.valueChanged.connect(self._typed)
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 0, 12, 6)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.addWidget(self._blend_label, 0, 0)
        grid.addWidget(self._share, 0, 1)
        grid.addWidget(self._blend, 1, 0, 1, 2)
        grid.addWidget(self._colours, 2, 0, 1, 2)
        grid.addWidget(self._to, 3, 0)
        grid.addWidget(self._upper, 3, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)

    def _slid(self, value: int) -> None:
        if not self._following:
            self._session.look_fused(blend=value / 100)

    def _chosen(self, place: int) -> None:
        self._session.look_fused(colours=ColourMap(self._colours.itemData(place)))
        self.put_away.emit()

    def _typed(self, value: float) -> None:
        pane = self._pane
        if not self._following and pane is not None:
            pane.set_uptake(value)


def fused(session: Session) -> bool:
    """Something lies over a view that is shown."""
    return bool(session.fused_panes)


def build(session: Session, look: Theme) -> FusionPart:
    """Make the panel."""
    return FusionPart(session)


PART = Part("fusion", mark("PET fusion"), build, (Topic.LAYOUT, Topic.SERIES, Topic.WINDOW, Topic.PICTURE, Topic.PROJECT), wanted=fused)
