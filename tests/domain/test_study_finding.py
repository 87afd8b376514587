"""What is written of a study is composed in one way, and what in it looks like somebody's identity is remarked upon."""

from __future__ import annotations

import unicodedata

import pytest

from annotator.domain.study_finding import LONGEST, composed, refusal, remark


def test_a_text_is_kept_composed_without_what_cannot_be_seen_and_with_its_lines() -> None:
    assert composed(" 우상엽\t결절 \r\n\r\n 추적\x00\x1b[31m \n") == "우상엽 결절\n\n 추적[31m"
    assert composed(unicodedata.normalize("NFD", "결절")) == "결절"


def test_a_text_may_be_so_long_and_no_longer() -> None:
    assert refusal("가" * LONGEST) is None and refusal("가" * (LONGEST + 1)) is not None


IDENTITIES = ("900101-1234567", "환자 9001011234567 임", "850229 2012345", "010-1234-5678", "01012345678", "+82 10-1234-5678")
HARMLESS = ("우상엽 12 mm 결절", "2026-01-04 추적", "120/80, 3.5 x 4.2 cm", "1.2.410.200010.1122.900101.1", "991301-1234567")


@pytest.mark.parametrize("text", IDENTITIES)
def test_a_registration_number_and_a_telephone_number_are_remarked_upon(text: str) -> None:
    assert remark(text) is not None


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_measured_and_dated_is_not(text: str) -> None:
    assert remark(text) is None
