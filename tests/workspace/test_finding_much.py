"""While very much is found Python does not look through all of it again and again; afterwards it does as before."""

from __future__ import annotations

import gc
import weakref

import pytest

from annotator.workspace import finding_much


def test_the_third_generation_rests_until_the_last_one_has_found_its_own() -> None:
    usual = gc.get_threshold()
    with finding_much.much():
        with finding_much.much():
            pass
        assert gc.get_threshold()[2] > 1_000_000 and gc.get_threshold()[:2] == usual[:2]
    assert gc.get_threshold() == usual and gc.get_freeze_count()


def test_what_is_done_for_each_case_keeps_nothing_alive_that_nobody_needs() -> None:
    class Thing:
        pass

    before = gc.get_freeze_count()
    with finding_much.much(stays=False):
        assert gc.get_threshold()[2] > 1_000_000
        thing = Thing()
        thing.itself = thing  # type: ignore[attr-defined]
        seen = weakref.ref(thing)
        del thing
    gc.collect()
    assert seen() is None and gc.get_freeze_count() <= before


def test_it_is_as_before_when_something_went_wrong() -> None:
    usual = gc.get_threshold()
    with pytest.raises(ValueError), finding_much.much():
        raise ValueError
    assert gc.get_threshold() == usual
