"""Options of the tools: as proposed, as chosen, remembered, never out of their limits."""

from __future__ import annotations

import pytest

from annotator import settings
from annotator.tools import brush
from annotator.workspace.tool_options import ToolOptions


def test_what_was_never_chosen_is_as_the_tool_proposes() -> None:
    assert ToolOptions().of(brush.TOOL) == {option.name: option.default for option in brush.TOOL.options}


def test_a_choice_comes_back_at_the_next_start() -> None:
    ToolOptions().choose(brush.TOOL, "size", 12.5)
    ToolOptions().choose(brush.TOOL, "unit", "px")
    found = ToolOptions().of(brush.TOOL)
    assert (found["size"], found["unit"]) == (12.5, "px")


@pytest.mark.parametrize(("name", "value", "kept"), [
    ("size", 1e9, 200.0), ("size", -3.0, 0.5), ("size", "big", 5.0), ("size", True, 5.0), ("unit", "inch", "mm"), ("limited", 1.0, False),
])  # fmt: skip
def test_what_does_not_fit_is_held_within_limits_or_left_as_proposed(name, value, kept) -> None:
    ToolOptions().choose(brush.TOOL, name, value)
    assert ToolOptions().of(brush.TOOL)[name] == kept


def test_damaged_settings_are_as_none() -> None:
    settings.remember({"tool_options": {"tool.brush": {"size": [1], "unit": 3}, "tool.eraser": 7}})
    assert ToolOptions().of(brush.TOOL)["size"] == 5.0


def test_steps_there_and_back_lead_to_about_the_same_size() -> None:
    options = ToolOptions()
    larger = options.stepped(brush.TOOL, 3)
    options.choose(brush.TOOL, "size", larger)
    assert larger > 9
    assert options.stepped(brush.TOOL, -3) == pytest.approx(5.0, rel=0.02)
