"""Names and places that mean the same file on every system: paths are written as on Windows where that is asked for."""

from __future__ import annotations

import errno
import ntpath
import posixpath
from pathlib import Path
from types import ModuleType

import pytest

from annotator.errors import system_cause
from annotator.paths import contained, inside, is_device_name, safe_name

PROJECT = Path("D:\\studies\\lung")


@pytest.mark.parametrize("name", ["CON", "aux.dcm", "nul", "COM1.txt", "LPT¹", "conin$", "CONOUT$.log", "prn .x"])
def test_windows_takes_these_for_devices(name: str) -> None:
    assert is_device_name(name)
    assert not is_device_name(safe_name(name))


@pytest.mark.parametrize("name", ["CONTROL", "aux_1.dcm", "COM10", "김.con", "nullified"])
def test_these_are_names_of_files(name: str) -> None:
    assert not is_device_name(name)
    assert safe_name(name) == name


@pytest.mark.parametrize(
    "part",
    [
        *("..\\elsewhere", "C:\\Windows\\win.ini", "\\\\server\\share\\x", "json/CON", "json\\aux.dcm"),
        *("a.json:hidden", "a.json.", "a.json ", "a?b"),
    ],
)
def test_on_windows_a_stored_path_is_a_file_below_the_project_or_refused(part: str) -> None:
    with pytest.raises(ValueError, match=r"leaves its folder|means something else|different drives|Paths don't have the same drive"):
        contained(PROJECT, part, system=ntpath)


@pytest.mark.parametrize("part", [".", "binary/P1/cct_1.dcm", "한글 이름/a.b.json", "con_1/x", ""])
def test_what_is_a_file_below_the_project_stays_one(part: str) -> None:
    found = str(contained(PROJECT, part, system=ntpath))
    assert found.startswith(str(PROJECT)) and found == ntpath.normpath(ntpath.join(str(PROJECT), part))
    assert contained(Path("/studies/lung"), part) == Path("/studies/lung") / part


def test_elsewhere_these_names_are_names() -> None:
    assert contained(Path("/studies/lung"), "a:b/con") == Path("/studies/lung/a:b/con")
    with pytest.raises(ValueError, match="leaves its folder"):
        contained(Path("/studies/lung"), "../lung2/x")


@pytest.mark.parametrize(
    ("root", "path", "system", "below"),
    [
        ("D:\\p", "D:\\p\\a\\b.dcm", ntpath, "a/b.dcm"),
        ("D:\\p", "d:\\P\\a", ntpath, "a"),
        ("D:\\p", "D:\\p2\\a", ntpath, None),
        ("D:\\p", "C:\\Users\\kim", ntpath, None),
        ("D:\\p", "\\\\server\\share\\p\\a", ntpath, None),
        ("\\\\server\\share\\p", "\\\\server\\share\\p\\a\\b", ntpath, "a/b"),
        ("/p", "/p/a/b", posixpath, "a/b"),
        ("/p", "/p", posixpath, "."),
        ("/p", "/p/../q", posixpath, None),
    ],
)
def test_where_a_path_lies_below_another_also_across_drives(root: str, path: str, system: ModuleType, below: str | None) -> None:
    assert inside(root, path, system) == below


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (PermissionError(errno.EACCES, "x"), 32, "another program has it open"),
        (PermissionError(errno.EACCES, "x"), 33, "another program has it open"),
        (PermissionError(errno.EACCES, "x"), 5, "no permission"),
        (FileNotFoundError(errno.ENOENT, "x"), 206, "its name, with all folders, is too long"),
        (FileNotFoundError(errno.ENOENT, "x"), 3, "it is not there"),
        (OSError(errno.ENAMETOOLONG, "x"), None, "its name, with all folders, is too long"),
    ],
)
def test_what_windows_says_is_told_in_words(error: OSError, code: int | None, told: str) -> None:
    if code is not None:
        error.winerror = code  # type: ignore[attr-defined]  # as Windows says it
    assert str(system_cause(error)) == told
