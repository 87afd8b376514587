"""What a Korean keyboard writes is turned back into the keys that were pressed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.gui.hangul import is_hangul, strokes


@pytest.mark.parametrize(
    ("letter", "key"),
    list(zip("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ", "qwertyuiopasdfghjklzxcvbnm", strict=True)),
)
def test_each_letter_is_the_key_in_its_place(letter: str, key: str) -> None:
    assert strokes(letter) == key


@pytest.mark.parametrize(
    ("written", "keys"),
    [("시", "tl"), ("뷁", "qnpfr"), ("의", "dml"), ("ㅃ", "Q"), ("한글", "gksrmf"), ("ㄳ", "rt"), ("L2", "L2"), ("", "")],
)
def test_syllables_come_apart_into_their_keys(written: str, keys: str) -> None:
    assert strokes(written) == keys


@given(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3))
def test_every_syllable_comes_from_two_to_five_letters(syllable: str) -> None:
    assert is_hangul(syllable)
    assert 2 <= len(strokes(syllable)) <= 5
    assert strokes(syllable).isascii()


def test_latin_is_not_hangul() -> None:
    assert not is_hangul("l")
    assert not is_hangul("")
