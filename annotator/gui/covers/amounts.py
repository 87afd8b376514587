"""A small panel in the picture's corner: by how much outlines grow, are smoothed and simplified, and which islands are small."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QLabel

from annotator.errors import system_cause
from annotator.gui.part import PartWidget
from annotator.i18n import mark, message, translate
from annotator.workspace.amounts import LIMITS
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.session import Session

_TEXTS: Mapping[str, str] = {
    "grow": mark("Grow and shrink by"),
    "smooth": mark("Smooth by"),
    "islands": mark("Islands are under"),
    "tolerance": mark("Simplify by"),
}
_STEPS: Mapping[str, float] = {"grow": 0.5, "smooth": 0.5, "islands": 5.0, "tolerance": 0.25}
_DECIMALS: Mapping[str, int] = {"grow": 1, "smooth": 1, "islands": 1, "tolerance": 2}


class AmountsPart(PartWidget):
    """The four amounts; each counts as soon as it is written, for the keys that use it too."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._following = session, False
        self.setProperty("role", "float")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.labels = {name: QLabel(self) for name in LIMITS}
        self.fields = {name: self._field(name) for name in LIMITS}
        self._hint = QLabel(self)
        self._hint.setProperty("role", "quiet")
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 12, 14, 12)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(8)
        for row, (name, field) in enumerate(self.fields.items()):
            self.labels[name].setBuddy(field)
            grid.addWidget(self.labels[name], row, 0)
            grid.addWidget(field, row, 1)
        grid.addWidget(self._hint, len(self.fields), 0, 1, 2)
        self.setFocusProxy(self.fields["grow"])

    def refresh(self, topic: Topic) -> None:
        """Show the amounts as they are, in the unit of the image."""
        pixels = self._session.image is not None and self._session.image.spacing is None
        self._following = True
        for name, field in self.fields.items():
            unit = "px" if pixels or name == "tolerance" else "mm²" if name == "islands" else "mm"
            value = getattr(self._session.amounts, name)
            if (field.suffix(), field.value()) != (f" {unit}", value):
                field.setSuffix(f" {unit}")
                field.setValue(value)
        self._following = False

    def retranslate(self) -> None:
        """Say everything in the current language."""
        for name, label in self.labels.items():
            label.setText(translate(_TEXTS[name]))
            self.fields[name].setAccessibleName(translate(_TEXTS[name]))
        self.fields["tolerance"].setSpecialValueText(translate(mark("no pixel changes")))
        self._hint.setText(translate(mark("Enter gives the keyboard back to the picture")))

    def showEvent(self, event: QShowEvent) -> None:
        """See Qt; the first amount gets the keyboard, to be written over."""
        super().showEvent(event)
        self.refresh(Topic.MODE)  # what is selected now would not stay so where a text changes
        self.fields["grow"].setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.fields["grow"].selectAll()

    def _field(self, name: str) -> QDoubleSpinBox:
        field = QDoubleSpinBox(self)
        field.setObjectName(f"amounts.{name}")
        field.setDecimals(_DECIMALS[name])
        field.setRange(*LIMITS[name])
        field.setSingleStep(_STEPS[name])
        field.setAlignment(Qt.AlignmentFlag.AlignRight)
        field.setKeyboardTracking(False)
        field.valueChanged.connect(lambda value: self._choose(name, value))
        return field

    def _choose(self, name: str, value: float) -> None:
        if self._following:
            return
        try:
            self._session.use_amounts(replace(self._session.amounts, **{name: value}))
        except OSError as error:
            self._session.say(message("The settings could not be written: {reason}", reason=system_cause(error)), Severity.WARNING)
