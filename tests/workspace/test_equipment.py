"""Choosing a tool: what its first stroke needs is loaded meanwhile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.workspace.study import lung_project, opened, small_ct


def test_what_a_tool_needs_is_loaded_when_it_is_chosen_and_not_before(tmp_path: Path) -> None:
    small_ct(tmp_path / "ct")
    lung_project(tmp_path / "project")
    session, _ = opened(tmp_path / "project", tmp_path / "ct")
    loaded: list[str] = []
    tools = {tool.id: tool for tool in session.tools}
    session.tools = tuple(
        replace(tool, prepare=lambda name=tool.id: loaded.append(name)) if tool.prepare else tool for tool in session.tools
    )
    assert {name for name, tool in tools.items() if tool.prepare} == {"tool.grow", "tool.livewire"}
    session.choose_tool("tool.box")
    assert loaded == []
    session.choose_tool("tool.grow")
    session.choose_tool("tool.livewire")
    assert loaded == ["tool.grow", "tool.livewire"]
    session.close()
