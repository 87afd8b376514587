"""What is said of a case as a whole is an edit like any other."""

from __future__ import annotations

import pytest

from annotator.domain.document import Document
from annotator.domain.edit import Edit, FactChange, StaleEdit, apply
from annotator.i18n import message


def test_a_fact_is_told_taken_back_and_told_again() -> None:
    told = Edit(message("Discard"), facts=(FactChange("discard", None, "blurred"),))
    discarded = apply(Document(), told)
    assert discarded.facts == {"discard": "blurred"}
    assert apply(discarded, told.inverse()) == Document()
    assert apply(apply(discarded, told.inverse()), told) == discarded


def test_a_fact_that_is_not_as_expected_refuses_the_edit() -> None:
    with pytest.raises(StaleEdit):
        apply(Document(facts={"discard": "dark"}), Edit(message("Discard"), facts=(FactChange("discard", None, "blurred"),)))


def test_documents_that_differ_in_a_fact_differ() -> None:
    assert Document(facts={"discard": "dark"}) != Document()
