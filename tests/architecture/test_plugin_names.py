"""A format is the module of its name, so that a project loads the formats that it writes and no others."""

from __future__ import annotations

from annotator.plugins import offer, offers


def test_a_format_is_found_by_its_name_alone() -> None:
    for offered in offers("annotator.formats", "FORMAT"):
        assert offer("annotator.formats", getattr(offered, "id", ""), "FORMAT") is offered
    assert offer("annotator.formats", "unheard-of", "FORMAT") is None
