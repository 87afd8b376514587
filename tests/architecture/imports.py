"""Read who imports whom out of source texts and name every import that points the wrong way."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MAY_IMPORT = {
    "floor": set(),
    "domain": {"floor"},
    "dicom": {"floor", "domain"},
    "tools": {"floor", "domain"},
    "checks": {"floor", "domain"},
    "formats": {"floor", "domain", "dicom"},
    "workspace": {"floor", "domain", "dicom", "tools", "checks", "formats"},
    "present": {"floor", "domain", "dicom", "tools", "checks", "formats", "workspace"},
    "cli": {"floor", "domain", "dicom", "tools", "checks", "formats", "workspace", "present", "gui"},
    "gui": {"floor", "domain", "dicom", "tools", "checks", "formats", "workspace", "present"},
}
QT = {"PySide6", "shiboken6", "PyQt5", "PyQt6", "pyqtgraph", "qtpy"}
DICOM_LIBRARIES = {"pydicom", "gdcm", "openjpeg", "jpeg_ls", "highdicom", "SimpleITK"}
OUTER = {"numpy", "shapely", "skimage", "scipy", "PIL"}
LIBRARIES = {
    "floor": set(),
    "domain": {"numpy", "shapely", "skimage", "scipy"},
    "dicom": OUTER | DICOM_LIBRARIES,
    "formats": OUTER | {"pydicom", "highdicom", "nibabel", "openpyxl", "defusedxml", "reportlab"},
    "tools": {"numpy", "shapely"},
    "checks": OUTER,
    "workspace": OUTER | {"openpyxl", "distributed"},  # the last one in `cluster` alone: tests/test_no_network.py
    "present": OUTER,
    "cli": set(),
    "gui": OUTER | QT,
}
DISK_CLOCK_CHANCE = {
    "os", "pathlib", "shutil", "tempfile", "glob", "fileinput", "sqlite3", "subprocess", "socket", "threading", "multiprocessing",
    "time", "datetime", "calendar", "sched", "random", "secrets", "uuid", "numpy.random",
}  # fmt: skip


@dataclass(frozen=True)
class Import:
    """One import: the module that imports, what it imports, and whether that happens only when a function runs."""

    importer: str
    imported: str
    line: int
    inside_function: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def package_of(module: str) -> str:
    """The package that a module of the product belongs to: `floor` for those beside the packages, `cli` for the program's entry."""
    parts = module.split(".")
    if module == "annotator.__main__":
        return "cli"
    return parts[1] if len(parts) > 1 and parts[1] in MAY_IMPORT else "floor"


def imports(module: str, source: str, modules: Mapping[str, str]) -> Iterator[Import]:
    """Yield every import of a module; `from package import name` is the module `package.name` where there is one."""
    for node, inside in _walk(ast.parse(source), False):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield Import(module, name.name, node.lineno, inside)
        elif isinstance(node, ast.ImportFrom):
            package = node.module or ""
            if node.level:
                parts = module.split(".")
                package = ".".join([*parts[: len(parts) - node.level], *([package] if package else [])])
            for name in node.names:
                deeper = f"{package}.{name.name}"
                yield Import(module, deeper if deeper in modules or deeper in DISK_CLOCK_CHANCE else package, node.lineno, inside)


def breaches(modules: Mapping[str, str]) -> list[str]:
    """Name every import in `modules` (module name → source text) that a law forbids, and every file that domain opens."""
    found = [i for name, source in modules.items() for i in imports(name, source, modules)]
    opened = [f"{name}:{line} opens a file" for name, source in modules.items() if package_of(name) == "domain" for line in _opens(source)]
    return [f"{i}: {law}" for i in found for law in [_law_broken_by(i)] if law] + opened


def cycles(modules: Mapping[str, str]) -> list[str]:
    """Name every module that imports itself by way of others."""
    graph = {name: {i.imported for i in imports(name, source, modules)} & modules.keys() - {name} for name, source in modules.items()}
    while True:
        ends = {name for name, wanted in graph.items() if not wanted & graph.keys()}
        if not ends:
            return sorted(graph)
        graph = {name: wanted for name, wanted in graph.items() if name not in ends}


def _law_broken_by(found: Import) -> str | None:
    own, root = package_of(found.importer), found.imported.split(".")[0]
    if root == "annotator":
        return _inner_law(found, own, package_of(found.imported))
    if own == "domain" and (root in DISK_CLOCK_CHANCE or found.imported in DISK_CLOCK_CHANCE):
        return "domain touches no disk, clock or chance"
    if root in sys.stdlib_module_names:
        return None
    if root in LIBRARIES[own]:
        return None
    if root in QT:
        return "Qt lives in gui"
    if root in DICOM_LIBRARIES:
        return "DICOM libraries live in dicom and formats"
    return f"{own} does not use {root}"


def _inner_law(found: Import, own: str, other: str) -> str | None:
    if own == "cli" and other == "gui" and not found.inside_function:
        return "the command line loads the window only inside the function that opens it"
    if own == other or other in MAY_IMPORT[own]:
        return None
    return f"{own} does not know {other}"


def _opens(source: str) -> Iterator[int]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("open", "io.open", "np.load", "np.save", "np.fromfile"):
            yield node.lineno


def _walk(node: ast.AST, inside: bool) -> Iterator[tuple[ast.AST, bool]]:
    for child in ast.iter_child_nodes(node):
        yield child, inside
        yield from _walk(child, inside or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))
