"""Modules stay small, say what they are for, and keep the names of the field."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from statistics import quantiles

import pytest

from tests.architecture.sources import ROOT, files, modules

FORBIDDEN = {"manager", "helper", "helpers", "handler", "utils", "util", "misc", "common", "base"}
LONGEST_MODULE, USUAL_MODULE, LONGEST_FUNCTION = 350, 300, 60


def too_long_functions(source: str) -> Iterator[str]:
    """Name the functions that do not fit on a screen."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{node.name} ({lines} lines)"


def names_of_no_field(source: str) -> Iterator[str]:
    """Name the classes and functions that are called after nothing."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and FORBIDDEN & set(words(node.name)):
            yield node.name


def words(name: str) -> list[str]:
    """Split `SnakeAnd_camel` into lower-case words."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]


def undescribed(source: str) -> Iterator[str]:
    """Name the public functions and classes of a module that do not say what they are."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node):
            yield node.name


def unexplained(source: str) -> Iterator[str]:
    """Give the lines that make an exception from a rule without naming it and the reason."""
    for line in source.splitlines():
        if re.search(r"#\s*(noqa|type:\s*ignore)", line) and not re.search(r"(noqa: [A-Z]+\d+|ignore\[[\w, -]+\])\W+[A-Za-z].{5,}", line):
            yield line.strip()


@pytest.mark.parametrize("name", sorted(modules()))
def test_a_module_begins_with_a_sentence_that_says_what_it_is_for(name: str) -> None:
    described = ast.get_docstring(ast.parse(modules()[name]))
    assert described, f"{name} has no docstring"
    first = described.split("\n\n")[0]
    assert re.search(r"[.!?:]$", first), f"{name}: “{first}” is no sentence"
    assert len(first.split()) >= 4, f"{name}: “{first}” says too little"


def test_what_is_public_is_described() -> None:
    assert {name: found for name, source in modules().items() if (found := list(undescribed(source)))} == {}


def test_modules_are_small() -> None:
    lengths = {name: len(source.splitlines()) for name, source in modules().items()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}
    assert quantiles(lengths.values(), n=10)[-1] < USUAL_MODULE


def test_functions_fit_on_a_screen() -> None:
    assert {name: found for name, source in modules().items() if (found := list(too_long_functions(source)))} == {}


def test_things_are_called_what_they_are() -> None:
    assert {name: found for name, source in modules().items() if (found := list(names_of_no_field(source)))} == {}
    assert [name for name in modules() if FORBIDDEN & set(words(name.split(".")[-1]))] == []


def test_only_the_command_line_prints() -> None:
    printing = {
        name
        for name, source in modules().items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert {name for name in printing if not name.startswith(("annotator.cli.", "annotator.gui.demo"))} == set()


def test_nobody_left_a_note_to_himself() -> None:
    note = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    own = "tests/architecture/test_style.py"
    code = [name for name in files() if name.endswith(".py") and name != own]
    assert [name for name in code if note.search((ROOT / name).read_text(encoding="utf-8"))] == []


def test_an_exception_from_a_rule_names_the_rule_and_the_reason() -> None:
    assert {name: found for name, source in modules().items() if (found := list(unexplained(source)))} == {}


def test_the_laws_can_fail() -> None:
    long = "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION
    assert list(too_long_functions(long)) == ["f (61 lines)"]
    named = "class ImageManager: ...\ndef common_part(): ...\nclass Database: ..."
    assert list(names_of_no_field(named)) == ["ImageManager", "common_part"]
    assert list(undescribed("def f(): ...\nclass C: ...\ndef _g(): ...")) == ["f", "C"]
    assert list(unexplained("a = 1  # noqa\nb = 2  # type: ignore\nc = 3  # noqa: E402  (the path comes first)")) == [
        "a = 1  # noqa",
        "b = 2  # type: ignore",
    ]
