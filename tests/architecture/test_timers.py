"""No timer keeps a window alive that was closed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import modules


def kept_for_ever(source: str) -> Iterator[int]:
    """Give the lines where `QTimer.singleShot` gets a method as it is: Qt for Python never lets go of one whose object goes first."""
    for node in ast.walk(ast.parse(source)) if "singleShot(" in source else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "singleShot":
            yield from (node.lineno for argument in node.args[-1:] if not isinstance(argument, ast.Lambda))


def test_what_is_called_once_is_let_go_of_where_its_object_goes_first() -> None:
    found = [f"{name}:{line}" for name, source in modules().items() for line in kept_for_ever(source)]
    assert not found, "write a lambda instead: " + ", ".join(found)


@pytest.mark.parametrize(("code", "kept"), [("self._follow", [1]), ("self.gone.emit", [1]), ("lambda: self._follow()", [])])
def test_what_would_be_kept_is_found(code: str, kept: list[int]) -> None:
    assert list(kept_for_ever(f"QTimer.singleShot(0, self, {code})")) == kept
