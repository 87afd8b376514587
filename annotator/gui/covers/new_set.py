"""The form of a new set: which cases, under which name, and how patients are dealt out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSpinBox, QVBoxLayout, QWidget

from annotator.domain.frozen_set import BY_CLASS, BY_NOTHING, Rule
from annotator.domain.queue import Narrowing, Wanted
from annotator.errors import AnnotatorError
from annotator.i18n import Message, mark, message, say, translate
from annotator.workspace.exchange.splits import SPLITS, parse_shares

_BALANCED = ((BY_CLASS, mark("class")), (BY_NOTHING, mark("nothing")))
_MOST_SEED = 2**31 - 1


class NewSet(QWidget):
    """Fields and a button; `wanted` tells that the person wants the set."""

    wanted = Signal()
    elsewhere = Signal()
    """The cases are to be chosen in the worklist."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.narrowing = Narrowing("", Wanted())
        self._count = 0
        self.heading, self.cases, self.choose = QLabel(self), QLabel(self), QPushButton(self)
        self.heading.setWordWrap(True)
        self.name, self.shares, self.balanced, self.seed = QLineEdit(self), QLineEdit(self), QComboBox(self), QSpinBox(self)
        named = {"cases": self.cases, "choose": self.choose, "name": self.name, "shares": self.shares, "balanced": self.balanced}
        for name, field in {**named, "seed": self.seed}.items():
            field.setObjectName(f"sets.{name}")
        self.name.setMaxLength(60)
        self.shares.setText("8:1:1")
        self.seed.setRange(0, _MOST_SEED)
        self.wrong, self.freeze = QLabel(self), QPushButton(self)
        self.wrong.setProperty("role", "wrong")
        self.wrong.setWordWrap(True)
        self.wrong.setObjectName("sets.wrong")
        self.freeze.setObjectName("sets.freeze")
        self.freeze.setProperty("role", "main")
        for button in (self.choose, self.freeze):
            button.setAutoDefault(True)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.cases)
        line.addWidget(self.choose)
        line.addStretch(1)
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.setHorizontalSpacing(12)
        self._labels = [QLabel(self) for _ in range(5)]
        form.addRow(self._labels[0], line)
        for label, field in zip(self._labels[1:], (self.name, self.shares, self.balanced, self.seed), strict=True):
            field.setMaximumWidth(320)
            form.addRow(label, field)
        below = QHBoxLayout()
        below.addWidget(self.freeze)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.heading)
        column.addLayout(form)
        column.addWidget(self.wrong)
        column.addLayout(below)
        column.addStretch(1)
        self.choose.clicked.connect(self.elsewhere.emit)
        self.freeze.clicked.connect(self.wanted.emit)
        for text in (self.name, self.shares):
            text.returnPressed.connect(self.wanted.emit, Qt.ConnectionType.QueuedConnection)
            text.textChanged.connect(lambda _text: self.wrong.clear())
        self.setFocusProxy(self.name)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        told = mark("A set keeps its cases, the part of each patient, and what is drawn on them now. It never changes.")
        self.heading.setText(translate(told))
        texts = (mark("Cases"), mark("Name of the set"), mark("Train : test : validation"), mark("Balanced by"), mark("Seed"))
        for label, field, text in zip(self._labels, (self.choose, self.name, self.shares, self.balanced, self.seed), texts, strict=True):
            label.setText(translate(text))
            label.setBuddy(field)
            field.setAccessibleName(translate(text))
        chosen = max(self.balanced.currentIndex(), 0)
        self.balanced.clear()
        for value, words in _BALANCED:
            self.balanced.addItem(translate(words), value)
        self.balanced.setCurrentIndex(chosen)
        self.shares.setToolTip(translate(mark("By patient: nobody is in two parts")))
        self.choose.setText(translate(mark("Choose in the worklist…")))
        self.freeze.setText(translate(mark("Freeze")))
        self.say_cases(self._count)

    def say_cases(self, count: int) -> None:
        """Say how many cases the filter lets through."""
        self._count = count
        words = self.narrowing.name or translate(mark("All cases"))
        self.cases.setText(translate(mark("{what} ({count})"), what=words, count=f"{count:,}"))

    @property
    def rule(self) -> Rule | Message:
        """How patients are dealt out, or what is wrong with the shares."""
        try:
            weights = parse_shares(self.shares.text().strip() or "8:1:1")
        except AnnotatorError as error:
            return error.message
        return Rule(tuple(zip(SPLITS, weights, strict=False)), str(self.balanced.currentData()), self.seed.value())

    def refuse(self, why: Message) -> None:
        """Say why it cannot be frozen."""
        self.wrong.setText(say(why))

    @property
    def missing(self) -> Message | None:
        """What must be said first."""
        return None if self.name.text().strip() else message("Name the set first")
