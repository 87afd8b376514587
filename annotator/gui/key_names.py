"""Write keys as keyboards do, wherever Qt writes one: Enter for Return, and arrows for the keys that bear them."""

from __future__ import annotations

from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

_CONTEXT = "QShortcut"
_NAMES = {"Return": "Enter", "Up": "↑", "Down": "↓", "Left": "←", "Right": "→", "PgDown": "PgDn"}


class KeyNames(QTranslator):
    """Says only what keys are called; key texts that are kept or compared (`PortableText`) never come here."""

    def isEmpty(self) -> bool:
        """See Qt; it has something to say."""
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        """See Qt; None: the text stays as it is."""
        return _NAMES.get(source) if context == _CONTEXT else None


def install(application: QApplication) -> None:
    """Let the program write keys in this way; once is enough."""
    if application.findChild(KeyNames) is None:
        application.installTranslator(KeyNames(application))
