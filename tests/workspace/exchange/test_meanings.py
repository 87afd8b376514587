"""What was chosen for labels is kept in the project, added to, and passed over where it cannot be read."""

from __future__ import annotations

import pytest

from annotator.workspace.exchange.meanings import KEPT, Said, remember, remembered
from annotator.workspace.projects import create

NODULE, NUMBER = Said("CCT", "nodule"), Said("XRY", "7")


@pytest.fixture
def root(tmp_path):
    return create("lung-cancer", tmp_path / "project").root


def test_choices_are_kept_one_by_one_and_a_later_one_counts(root):
    assert remembered(root) == {}
    remember(root, {NODULE: "CCT1"})
    remember(root, {NUMBER: "", NODULE: "CCT2"})
    assert remembered(root) == {NODULE: "CCT2", NUMBER: ""}


def test_a_label_is_told_apart_by_its_modality_and_found_in_either_spelling(root):
    remember(root, {Said("CCT", "\u1112\u1161\u11ab"): "CCT1"})
    assert remembered(root) == {Said("CCT", "한"): "CCT1"}


@pytest.mark.parametrize("content", [b"", b"[]", b'{"labels": 3}', b'{"labels": [1, {"label": "x"}, {"modality": 1}]}', b"[" * 100_000])
def test_what_cannot_be_read_is_nothing(root, content):
    (root / ".annotator" / KEPT).write_bytes(content)
    assert remembered(root) == {}
    remember(root, {NODULE: "CCT1"})
    assert remembered(root) == {NODULE: "CCT1"}
