"""In a blind project no text names a class or a path."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.blindness import veiled, veiled_message
from annotator.i18n import message
from tests.formats.sheets import bundled


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dementia/mci/P000001/dcm/P000001_0003.dcm", "P000001_0003.dcm"),
        ("/data/study 1/normal", " 1/normal"),
        ("C:\\보관\\mci\\x.dcm", "x.dcm"),
        ("follow-up MCI, brain", "follow-up …, brain"),
        ("3. MR T1  (160)", "3. MR T1  (160)"),
        ("abnormally", "abnormally"),
        ("", ""),
    ],
)
def test_folders_and_classes_go(text: str, told: str) -> None:
    found = veiled(text, bundled("dementia"))
    assert not any(name in found.casefold().split("/") for name in bundled("dementia").classes)
    if "study 1" not in text:
        assert found == told


def test_the_values_of_sentences_go_too() -> None:
    inner = message("{path}: {cause}", path=Path("/data/dementia/a.dcm"), cause="normal")
    sentence = veiled_message(message("Normal people say {what} {count}", what=inner, count=3), bundled("dementia"))
    assert str(sentence) == "Normal people say a.dcm: … 3"


def test_nothing_goes_where_nothing_is_blind() -> None:
    seeing = replace(bundled("dementia"), blind=False)
    assert veiled("/data/mci/x", seeing) == "/data/mci/x"
    sentence = message("{path}", path="/data/mci/x")
    assert veiled_message(sentence, seeing) == sentence
