"""Turn what a Korean keyboard wrote back into the keys that were pressed (the two-set layout, 두벌식)."""

from __future__ import annotations

_FIRST = ("r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g")
_VOWEL = ("k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b", "m", "ml", "l")
_LAST = (
    *("", "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg"),
    *("a", "q", "qt", "t", "T", "d", "w", "c", "z", "x", "v", "g"),
)
_CONSONANTS = (
    *("r", "R", "rt", "s", "sw", "sg", "e", "E", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg"),
    *("a", "q", "Q", "qt", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"),
)
_SINGLE = dict(zip(map(chr, range(0x3131, 0x3164)), (*_CONSONANTS, *_VOWEL), strict=True))
_SINGLE |= dict(zip(map(chr, range(0x1100, 0x1113)), _FIRST, strict=True))
_SINGLE |= dict(zip(map(chr, range(0x1161, 0x1176)), _VOWEL, strict=True))
_SINGLE |= dict(zip(map(chr, range(0x11A8, 0x11C3)), _LAST[1:], strict=True))


def strokes(text: str) -> str:
    """Return the keys, as Latin letters (capitals: with Shift), that write `text`; other characters stay what they are."""
    return "".join(map(_keys, text))


def is_hangul(text: str) -> bool:
    """Whether `text` is Hangul throughout, syllables or single letters, and not empty."""
    return bool(text) and all(letter in _SINGLE or "가" <= letter <= "힣" for letter in text)


def _keys(letter: str) -> str:
    if "가" <= letter <= "힣":
        first, rest = divmod(ord(letter) - ord("가"), len(_VOWEL) * len(_LAST))
        vowel, last = divmod(rest, len(_LAST))
        return _FIRST[first] + _VOWEL[vowel] + _LAST[last]
    return _SINGLE.get(letter, letter)
