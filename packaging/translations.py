"""Keep the Korean texts in step with the code: `python packaging/translations.py` collects and compiles, `--check` only looks.

Collecting adds what the code says and no catalogue has, to the catalogue of the code's area with an empty translation; nothing that
somebody has written is changed or removed.  Needs babel (`.venv/bin/python` has it after packaging/test.py).
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

CHECKOUT = Path(__file__).resolve().parent.parent
KOREAN = CHECKOUT / "resources" / "locale" / "ko" / "LC_MESSAGES"
HEADER = r"""msgid ""
msgstr ""
"Language: ko\n"
"Plural-Forms: nplurals=1; plural=0;\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""
MARKERS = {"mark", "message", "translate", "Message"}
AREA_OF_FILE = {
    "annotator/present/arguments.py": "cli",
    "annotator/present/help.py": "cli",
    "annotator/domain/definition.py": "projects",
    "annotator/workspace/projects.py": "projects",
}


@dataclass(frozen=True)
class Text:
    """One source text and where it stands."""

    text: str
    file: str
    line: int

    @property
    def area(self) -> str:
        """The catalogue that it belongs to: the name of its package; `floor` for the modules beside the packages."""
        parts = self.file.split("/")
        named = parts[1] if len(parts) > 2 else "floor"
        return AREA_OF_FILE.get(self.file, "packaging" if parts[0] == "packaging" else named)


def texts() -> tuple[Text, ...]:
    """Return every text that the product marks for translation, in order of file and line."""
    files = sorted([*CHECKOUT.glob("annotator/**/*.py"), *CHECKOUT.glob("packaging/*.py")])
    return tuple(text for file in files for text in texts_of(file.read_text(encoding="utf-8"), file.relative_to(CHECKOUT).as_posix()))


def texts_of(source: str, file: str) -> Iterator[Text]:
    """Yield the texts of one module: the literal first arguments of mark, message, translate and Message, in both arms of an `if` too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and _name(node.func) in MARKERS:
            for literal in _literals(node.args[0]):
                yield Text(literal.value, file, literal.lineno)


def untranslatable(source: str, file: str) -> Iterator[str]:
    """Yield the places where a text is put together before it is marked, so that no translation could be found for it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and _name(node.func) in MARKERS and isinstance(node.args[0], ast.JoinedStr | ast.BinOp):
            yield f"{file}:{node.lineno}"


def catalogues() -> dict[str, Catalog]:
    """Return the Korean catalogues by area."""
    found = {}
    for path in sorted(KOREAN.glob("*.po")):
        with path.open("rb") as stream:
            found[path.stem] = read_po(stream, locale="ko", abort_invalid=True)
    return found


def spoken(catalogue: Catalog) -> dict[str, str]:
    """Return source text → Korean of the entries that are translated."""
    return {str(message.id): str(message.string) for message in catalogue if message.id and message.string and not message.fuzzy}


def collect(into: str = "") -> Mapping[str, Catalog]:
    """Add every text without an entry to its area's catalogue, or to the one called `into`; return the catalogues that grew."""
    there = catalogues()
    known = {message.id for catalogue in there.values() for message in catalogue}
    grown = {}
    for text in texts():
        if text.text and text.text not in known:
            area = into or text.area
            catalogue = there.setdefault(area, Catalog(locale="ko", charset="utf-8", header_comment="", fuzzy=False))
            catalogue.add(text.text)
            known.add(text.text)
            grown[area] = catalogue
    return grown


def stale() -> tuple[str, ...]:
    """Return the areas whose compiled catalogue is not what its source says."""
    return tuple(area for area, catalogue in catalogues().items() if _compiled(area) != spoken(catalogue))


def main(arguments: list[str]) -> int:
    """Collect and compile, or with `--check` say what collecting and compiling would change (exit code 1)."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if something is out of step")
    parser.add_argument("--into", default="", metavar="AREA", help="the catalogue that new texts go to, instead of their package's")
    asked = parser.parse_args(arguments)
    check, grown = asked.check, collect(asked.into)
    if not check:
        for area, catalogue in grown.items():
            _write_po(area, catalogue)
    waiting = {area: silent for area, catalogue in {**catalogues(), **grown}.items() if (silent := len(catalogue) - len(spoken(catalogue)))}
    for area, silent in waiting.items():
        print(f"{area}: {silent} without Korean")
    out_of_step = stale()
    if not check:
        for area in out_of_step:
            with (KOREAN / f"{area}.mo").open("wb") as stream:
                write_mo(stream, catalogues()[area])
    for area in out_of_step:
        print(f"{area}: {'is to be compiled' if check else 'compiled'}")
    return int(check and bool(waiting or out_of_step))


def _write_po(area: str, catalogue: Catalog) -> None:
    KOREAN.mkdir(parents=True, exist_ok=True)
    with (KOREAN / f"{area}.po").open("wb") as stream:
        stream.write(HEADER.encode())
        write_po(stream, catalogue, width=120, omit_header=True, no_location=True)


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""


def _literals(node: ast.expr) -> Iterator[ast.Constant]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def _compiled(area: str) -> dict[str, str]:
    path = KOREAN / f"{area}.mo"
    if not path.is_file():
        return {}
    with path.open("rb") as stream:
        return spoken(read_mo(stream))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
