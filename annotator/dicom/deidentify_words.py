"""Take out of a kept text every word that is not known to be harmless, and know which codes a code sequence may hold.

A text is not searched for what identifies somebody: nobody can list all names.  It is cut into words, and only those stay that say how
an image is made (`resources/deidentify/words.txt`, the project's own words, short technical tokens), as PS3.15 E.3.6 asks of
a cleaned text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import cast

from pydicom.sr._concepts_dict import concepts as _typed
from pydicom.sr._snomed_dict import mapping

from annotator.paths import nfc, resources_folder

_RUNS = re.compile(r"\d+(?:[-./:_ ]\d+){2,}|\d{4,}(?:[-./:]\d+)*|\S*@\S*|\S*://\S*")
"""Dates, times, telephone numbers, numbers of patients, addresses."""
_WORD = re.compile(r"[^\W_]+(?:[.+*-][^\W_]+)*[+*]?")
_TOKEN = re.compile(
    r"[A-Z]|\d{1,3}(?:\.\d{1,4})?(?:MM|CM|S|MS|SEC|MIN|KV|KVP|MA|MAS|T|D|HZ|DEG|HU|ML|MCI|MBQ|KEV|X)?|\d{1,3}(?:\.\d{1,3})?X\d{1,3}(?:\.\d{1,3})?"
    r"|[A-Z]{1,2}\d{1,2}[A-Z]?"
)
"""A letter, a number of at most three digits with its unit, a kernel (B60f, Br40d)."""


concepts = cast(Mapping[str, Mapping[str, Mapping[str, tuple[str, object]]]], _typed)


@dataclass(frozen=True)
class Words:
    """The words that are harmless here; `terms`, in capital letters, are those that name this very patient, and never are."""

    own: frozenset[str] = frozenset()
    terms: frozenset[str] = field(default=frozenset())

    def cleaned(self, text: str) -> tuple[str, int]:
        """Return what may stay of a text, and how many words may not."""
        return _cleaned(nfc(text), self.own, self.terms)


@cache
def bundled() -> frozenset[str]:
    """Return the words that come with the program, in capital letters."""
    lines = (resources_folder() / "deidentify" / "words.txt").read_text("utf-8").splitlines()
    return frozenset(word.upper() for line in lines if not line.startswith("#") for word in line.split())


def words(texts: Iterable[str]) -> frozenset[str]:
    """Return texts as words in capital letters: a project's own, or those that name a patient."""
    return frozenset(part for text in texts for part in (nfc(text).upper().strip(), *map(str.upper, _WORD.findall(nfc(text)))) if part)


@lru_cache(4096)
def _cleaned(text: str, own: frozenset[str], terms: frozenset[str]) -> tuple[str, int]:
    whole = text.upper().strip()
    if whole in bundled() and whole not in terms:
        return text.strip(), 0
    lost, shortened = 0, text
    if _RUNS.search(text):
        shortened, lost = _RUNS.subn(" ", text)

    def kept(found: re.Match[str]) -> str:
        nonlocal lost
        if _harmless(found[0].upper(), own, terms):
            return found[0]
        parts = re.split(r"[.+*-]", found[0])
        if len(parts) > 1 and all(_harmless(part.upper(), own, terms) for part in parts if part):
            return found[0]
        lost += 1
        return ""

    left = _WORD.sub(kept, shortened)
    if not lost:
        return text.strip(), 0
    return re.sub(r"[\s_^,;/()\[\]-]{2,}", " ", re.sub(r"[^\w\s.+*^,;:/()\[\]%<>=~-]", " ", left)).strip(" _^,;/-"), lost


def _harmless(word: str, own: frozenset[str], terms: frozenset[str]) -> bool:
    return word not in terms and (word in bundled() or word in own or _TOKEN.fullmatch(word) is not None)


@lru_cache(4096)
def meaning_of(value: str, scheme: str) -> str | None:
    """Return the meaning that the standard gives a code (PS3.16 annex D, SNOMED, UCUM …); None for a code that is not known here."""
    if scheme in ("SRT", "SNM3", "99SDM"):
        value, scheme = mapping["SRT"].get(value, ""), "SCT"
    return _meanings(scheme).get(value)


@cache
def _meanings(scheme: str) -> dict[str, str]:
    return {code: told[0] for codes in concepts.get(scheme, {}).values() for code, told in codes.items()}
