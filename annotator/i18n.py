"""Turn source texts into the language the person reads.

A text stands once, in English, in the code that says it: `mark("Save")` for a constant, `message("{n} images", n=3)` for a sentence
with values.  Neither translates; `translate` and `say` do, at the last moment, so that the language can change while the window is open.
Korean stands in `resources/locale/ko/LC_MESSAGES/<area>.po` (gettext), one catalogue a package.
"""

from __future__ import annotations

import gettext
import locale
import os
from dataclasses import dataclass
from functools import cache

from annotator.paths import resources_folder

LANGUAGES = ("ko", "en")
_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


@dataclass(frozen=True)
class Message:
    """A sentence that is not translated yet: its English source text and the values that go into its braces."""

    text: str
    values: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return self.text.format(**_spoken(self.values))


def mark(text: str) -> str:
    """Return `text` unchanged; marks a constant for translation."""
    return text


def message(text: str, /, **values: object) -> Message:
    """Make a sentence to be translated later; `values` fill the braces of `text` and may be messages themselves."""
    return Message(text, tuple(values.items()))


def translate(text: str, /, **values: object) -> str:
    """Translate a marked source text into the current language and fill its braces."""
    translated = _catalogue.gettext(text) if text else ""
    return translated.format(**_spoken(tuple(values.items()), translated=True)) if values else translated


def say(sentence: Message) -> str:
    """Translate a message, and the messages inside it, into the current language."""
    translated = _catalogue.gettext(sentence.text) if sentence.text else ""
    return translated.format(**_spoken(sentence.values, translated=True))


def _spoken(values: tuple[tuple[str, object], ...], *, translated: bool = False) -> dict[str, object]:
    return {
        name: (say(value) if translated else str(value)) if isinstance(value, Message) else value for name, value in values
    }


def language() -> str:
    """Return the current language, `ko` or `en`."""
    return _language


def use_language(code: str) -> None:
    """Change the current language; an unknown code means English."""
    global _catalogue, _language  # the language is the process's one piece of ambient state
    _language = code if code in LANGUAGES else "en"
    _catalogue = _read_catalogue(_language)


def say_in(code: str, sentence: Message) -> str:
    """Translate a message into a language that need not be the current one, for pages that speak both."""
    catalogue = _catalogue if code == _language else _other_catalogue(code)
    values = {name: say_in(code, value) if isinstance(value, Message) else value for name, value in sentence.values}
    return (catalogue.gettext(sentence.text) if sentence.text else "").format(**values)


def _read_catalogue(code: str) -> gettext.NullTranslations:
    merged = gettext.NullTranslations()
    folder = resources_folder() / "locale" / code / "LC_MESSAGES"
    for compiled in sorted(folder.glob("*.mo")):
        with compiled.open("rb") as stream:
            merged.add_fallback(gettext.GNUTranslations(stream))
    return merged


_other_catalogue = cache(_read_catalogue)


def system_language() -> str:
    """Return `ko` where the system speaks Korean, else `en`."""
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    spoken = next((value for value in named if value), None) or locale.getlocale()[0] or ""
    return "ko" if spoken.lower().startswith("ko") else "en"
