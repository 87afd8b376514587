"""The settings of how annotations look, with a sample that looks so: width of outlines, wash, vertices, colours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPaintEvent, QTransform
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QGridLayout, QLabel, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from annotator.gui.canvas import look
from annotator.i18n import mark, translate
from annotator.workspace.appearance import FILL, LINE, VERTEX, Appearance
from annotator.workspace.session import Session

_FIELDS = (mark("Width of outlines"), mark("Strength of the wash"), mark("Size of vertices"))
_SAFE = mark("Colours that colour-blind people can tell apart")
_SAFE_TIP = mark("On the screen only: project and saved files keep their own colours")
_MOST = 10


class AppearanceFields(QWidget):
    """Each change counts at once; `use` takes it and says where that cannot be remembered."""

    def __init__(self, session: Session, use: Callable[[Appearance], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._use = session, use
        self.line, self.fill, self.vertex = QDoubleSpinBox(self), QSpinBox(self), QSpinBox(self)
        self.safe, self._sample = QCheckBox(self), _Sample(session, self)
        self.line.setRange(*LINE)
        self.line.setSingleStep(0.25)
        self.fill.setRange(*FILL)
        self.fill.setSingleStep(5)
        self.vertex.setRange(*VERTEX)
        grid = QGridLayout()
        grid.setVerticalSpacing(8)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 1)
        self._labels = [QLabel(self) for _ in _FIELDS]
        self.line.setSuffix(" px")
        self.fill.setSuffix(" %")
        self.vertex.setSuffix(" px")
        for changed in (self.line.valueChanged, self.fill.valueChanged, self.vertex.valueChanged):
            changed.connect(lambda _value: self._take())
        fields = (("line", self.line), ("fill", self.fill), ("vertex", self.vertex))
        for row, (label, (name, field)) in enumerate(zip(self._labels, fields, strict=True)):
            field.setObjectName(f"settings.{name}")
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        self.safe.setObjectName("settings.safe")
        self.safe.clicked.connect(lambda _checked: self._take())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        column.addWidget(self.safe)
        column.addWidget(self._sample)

    def refresh(self) -> None:
        """Show the choices as they are now."""
        chosen = self._session.appearance
        blocked = [QSignalBlocker(field) for field in (self.line, self.fill, self.vertex)]
        self.line.setValue(chosen.line)
        self.fill.setValue(chosen.fill)
        self.vertex.setValue(chosen.vertex)
        for blocker in blocked:
            blocker.unblock()
        self.safe.setChecked(chosen.safe)
        self._sample.update()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        for label, text in zip(self._labels, _FIELDS, strict=True):
            label.setText(translate(text))
            label.buddy().setAccessibleName(translate(text))
        self.safe.setText(translate(_SAFE))
        self.safe.setToolTip(translate(_SAFE_TIP))
        self._sample.setAccessibleName(translate(mark("Sample")))

    def _take(self) -> None:
        self._use(
            replace(
                self._session.appearance,
                line=self.line.value(),
                fill=self.fill.value(),
                vertex=self.vertex.value(),
                safe=self.safe.isChecked(),
            )
        )
        self._sample.update()


class _Sample(QWidget):
    """Outlines in the colours of the project's categories, the first one selected, on grey from dark to light."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """See Qt."""
        return QSize(200, 52)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter, area = QPainter(self), QRectF(self.rect())
        ground = QLinearGradient(area.topLeft(), area.topRight())
        ground.setColorAt(0.0, QColor(18, 18, 18))
        ground.setColorAt(1.0, QColor(205, 205, 205))
        painter.fillRect(area, ground)
        session, pens = self._session, look.pens_of(self._session.appearance)
        shown = session.categories or session.project.project.categories
        colours = [QColor(*session.colours[category.key]) for category in shown[:_MOST]]
        step, ratio = area.width() / max(len(colours), 1), self.devicePixelRatioF()
        for place, colour in enumerate(colours):
            box = QRectF(place * step + 7.0, 14.0, step - 14.0, area.height() - 28.0)
            path = QPainterPath()
            path.addRect(box)
            look.fill(painter, path, QTransform(), colour, pens)
            look.trace(painter, path, QTransform(), colour, (pens.outline if place else pens.selected) * ratio)
            if not place:
                corners = (box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft())
                look.handles(painter, ((corner.x(), corner.y()) for corner in corners), colour, pens.handle)
        painter.end()
