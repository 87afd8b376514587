"""Hide the class from those who judge: in a blind project no text that a person sees names a class or a path."""

from __future__ import annotations

import re

from annotator.domain.project import Project
from annotator.i18n import Message

HIDDEN = "…"
_FOLDERS = re.compile(r"""(?:[A-Za-z]:)?[^\s,;:"“”()/\\]*[/\\](?:[^\s,;:"“”()/\\]*[/\\])*""")


def veiled(text: str, project: Project) -> str:
    """Return a text without folders (a file's own name stays) and without names of classes; unchanged where nothing is blind."""
    if not project.blind or not text:
        return text
    names = "|".join(sorted(map(re.escape, (*project.classes, project.unclassified)), key=len, reverse=True))
    bare = _FOLDERS.sub("", text)
    return re.sub(rf"(?<![^\W_])(?:{names})(?![^\W_])", HIDDEN, bare, flags=re.IGNORECASE)


def veiled_message(sentence: Message, project: Project) -> Message:
    """Return a sentence whose values are veiled; its own words are the program's and tell nothing."""
    if not project.blind:
        return sentence
    return Message(sentence.text, tuple((name, _veiled(value, project)) for name, value in sentence.values))


def _veiled(value: object, project: Project) -> object:
    if isinstance(value, Message):
        return veiled_message(value, project)
    return veiled(str(value), project) if isinstance(value, str) or hasattr(value, "__fspath__") else value
