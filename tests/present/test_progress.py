"""A silent disk is said on the command line, and that it answers again."""

from __future__ import annotations

import io
import time

import pytest

from annotator.i18n import use_language
from annotator.present.progress import hearing_silence
from annotator.silence import Storage


@pytest.mark.parametrize(("language", "silent", "again"), [
    ("en", "has not answered for", "answers again"), ("ko", "응답하지 않습니다", "다시 응답합니다"),
])  # fmt: skip
def test_a_silence_and_its_end_are_said(language: str, silent: str, again: str) -> None:
    use_language(language)
    storage, stream = Storage(), io.StringIO()

    def until(text: str) -> bool:
        end = time.monotonic() + 60
        while text not in stream.getvalue() and time.monotonic() < end:
            time.sleep(0.01)
        return text in stream.getvalue()

    with hearing_silence(stream, storage, after=0.1):
        storage.waits("somebody", 3.0)
        assert until(silent) and again not in stream.getvalue()
        storage.waits("somebody", 0.0)
        assert until(again)


def test_who_is_answered_hears_nothing() -> None:
    stream = io.StringIO()
    with hearing_silence(stream, Storage(), after=0.0001):
        pass
    assert stream.getvalue() == ""
