"""Keep what a person chose of each tool's options, from one start to the next."""

from __future__ import annotations

from collections.abc import Mapping

from annotator import settings
from annotator.tools.gesture import Option, Tool, Value

_SETTING = "tool_options"
_FACTOR = 1.25
"""By how much one step makes a number larger."""


class ToolOptions:
    """The values of all tools' options; what was never chosen is as the tool proposes it."""

    def __init__(self) -> None:
        self._chosen: dict[str, dict[str, Value]] | None = None

    def of(self, tool: Tool) -> Mapping[str, Value]:
        """Return the options of a tool as they are set, by name."""
        chosen = self._read().get(tool.id, {})
        return {option.name: _fitting(option, chosen.get(option.name, option.default)) for option in tool.options}

    def choose(self, tool: Tool, name: str, value: Value) -> None:
        """Set an option, and remember it; raises OSError where the settings cannot be written (it is set all the same)."""
        option = next(option for option in tool.options if option.name == name)
        self._read().setdefault(tool.id, {})[name] = _fitting(option, value)
        settings.remember({_SETTING: {one: dict(values) for one, values in self._read().items()}})

    def stepped(self, tool: Tool, steps: float) -> float | None:
        """Return the stepped option of a tool as it is after so many steps; None where the tool has none."""
        option = next((option for option in tool.options if option.name == tool.stepped), None)
        if option is None:
            return None
        now = float(self.of(tool)[option.name])
        return float(_fitting(option, round(now * _FACTOR**steps, 1)))

    def _read(self) -> dict[str, dict[str, Value]]:
        if self._chosen is None:
            stored: Mapping[str, settings.Value] = settings.read(_SETTING, {})
            self._chosen = {
                tool: {name: value for name, value in values.items() if isinstance(value, bool | int | float | str)}
                for tool, values in stored.items()
                if isinstance(values, dict)
            }
        return self._chosen


def _fitting(option: Option, value: Value) -> Value:
    """Return a value of the option's kind within its limits; its default where it is of another kind."""
    if option.choices:
        return value if any(value == known for known, _ in option.choices) else option.default
    if isinstance(option.default, bool):
        return value if isinstance(value, bool) else option.default
    if isinstance(option.default, str):
        return value if isinstance(value, str) else option.default
    if isinstance(value, bool) or not isinstance(value, int | float):
        return option.default
    return min(max(float(value), option.least), option.most)
