"""Every file from outside goes through a reader that knows how to refuse: JSON, XML, archives, and what is unpacked."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import annotator

PACKAGE = Path(annotator.__file__).parent
JSON = {
    "strict_json.py",
    "dicom/known.py",  # the program's own cache of headers, in which NaN stands for a spacing that is none
}
ARCHIVES = {"present/report.py", "workspace/archive.py", "workspace/unpacked.py", "formats/clinical_workbook.py"}
"""Who may open a ZIP: each looks at what it would unfold to first (the report only writes one)."""

HARMLESS = {"Element", "ParseError", "SubElement", "escape", "quoteattr", "indent", "tostring"}
"""Of the XML library: what parses nothing."""
GZIP = {"formats/label_reading.py", "formats/nifti_file.py"}
"""Who may read or write a gzip file: the first reads so many bytes and no more, the second only writes."""

PICKLES = {
    "workspace/checking/running.py",  # what this process packed for its own workers, in memory
    "workspace/handover/carrying.py",  # the same
    "workspace/cluster.py",  # a worker of a cluster does what its scheduler says in any case
    "workspace/sets/ledger.py",  # what an export noted for itself, in the person's own local folder, which nobody else may enter
}
"""Who may take a pickle apart: nobody that reads what comes from elsewhere."""


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """All that a module consists of."""
    return tuple(ast.walk(ast.parse(path.read_text("utf-8"))))


@cache
def calls(path: Path) -> frozenset[str]:
    """What a module calls, as it is written: `json.loads`."""
    return frozenset(ast.unparse(node.func) for node in nodes(path) if isinstance(node, ast.Call))


def who(*names: str) -> set[str]:
    """The modules that call one of these."""
    return {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if any(call.endswith(names) for call in calls(path))}


def test_json_is_read_strictly_by_everybody() -> None:
    direct = {"json.load", "json.loads", "json.JSONDecoder"}
    assert {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if direct & calls(path)} <= JSON


def test_nothing_unpacks_without_a_bound() -> None:
    """`zlib.decompress` has none; `decompressobj().decompress` is given one."""
    assert who("gzip.GzipFile") <= GZIP
    assert not who("zlib.decompress", "gzip.decompress", "gzip.open", "bz2.decompress", "lzma.decompress", "tarfile.open")
    for path in PACKAGE.rglob("*.py"):
        for node in nodes(path):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "decompress":
                assert len(node.args) == 2, f"{path}:{node.lineno} unpacks without a bound"


def test_archives_are_opened_where_they_are_measured() -> None:
    assert who("zipfile.ZipFile") <= ARCHIVES


def test_nothing_is_read_that_could_run() -> None:
    """Pickles, markers of numpy objects, YAML with tags, `eval`."""
    pickles = {"pickle.load", "pickle.loads", "marshal.loads", "shelve.open", "np.load", "numpy.load", "yaml.load"}
    dangerous = pickles | {"eval", "exec", "os.system"}
    for path in PACKAGE.rglob("*.py"):
        allowed = {"pickle.loads"} if path.relative_to(PACKAGE).as_posix() in PICKLES else set()
        assert not (dangerous - allowed) & calls(path), path


def test_xml_of_others_is_parsed_by_the_careful_parser() -> None:
    for path in PACKAGE.rglob("*.py"):
        for node in nodes(path):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "xml":
                assert {name.name for name in node.names} <= HARMLESS, path
            if isinstance(node, ast.Import):
                assert not any(name.name.split(".")[0] in ("xml", "lxml") for name in node.names), path
