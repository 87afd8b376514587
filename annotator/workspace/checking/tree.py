"""Find out what the files in a folder of the project's tree are, by the rule that names them."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from re import Pattern

from annotator.domain.patterns import matcher
from annotator.domain.project import Project
from annotator.paths import nfc
from annotator.workspace.checking.lots import Kind, Lot

IMAGE = "image"
_JUNK = {"thumbs.db", "desktop.ini", ".ds_store"}
_JUNK_BEGINNINGS = ("._", "~$", ".annotator-")


@dataclass(frozen=True)
class Named:
    """A file whose path follows a pattern: which one, and the fields that the path says."""

    path: str
    """Relative to the project's folder, with `/`, as the system writes it."""
    pattern: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Tree:
    """The files of a lot: those that a pattern names, and the others; `there` maps composed paths to paths as the system writes them."""

    named: tuple[Named, ...] = ()
    others: tuple[str, ...] = ()
    there: Mapping[str, str] = field(default_factory=dict)


def tree_of(root: Path, project: Project, lot: Lot) -> Tree:
    """Return what lies in a lot that is a folder; raises OSError."""
    patterns = matchers(tuple(sorted(project.patterns.items())), choices_of(project))
    named, others, there = list[Named](), list[str](), dict[str, str]()
    for path in sorted(files_below(root, lot.name, deep=lot.kind is Kind.FOLDER)):
        composed = nfc(path)
        match = next(((kind, found) for kind, pattern in patterns if (found := pattern.fullmatch(composed))), None)
        whose = match[1].groupdict().get("patient", "") if match else ""
        if zlib.crc32(whose.encode()) % lot.of != lot.part:
            continue
        there[composed] = path
        if match is None:
            others.append(path)
        else:
            named.append(Named(path, match[0], match[1].groupdict()))
    return Tree(tuple(named), tuple(others), there)


def files_below(root: Path, name: str, *, deep: bool = True) -> Iterator[str]:
    """Yield the files of a folder of the project, `deep`: and of those below it, as relative paths.  Links to folders are not followed."""
    waiting = [name]
    while waiting:
        current = waiting.pop()
        with os.scandir(root / current) as found:
            for entry in found:
                path = f"{current}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    waiting += [path] if deep else []
                else:
                    yield path


def is_junk(path: str) -> bool:
    """Whether systems and programs leave files of this name behind."""
    name = path.rsplit("/", 1)[-1].lower()
    return name in _JUNK or name.startswith(_JUNK_BEGINNINGS)


@lru_cache(8)
def matchers(
    patterns: tuple[tuple[str, str], ...], choices: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[tuple[str, Pattern[str]], ...]:
    """Return an expression for each pattern, that of images first."""
    ordered = sorted(patterns, key=lambda pattern: (pattern[0] != IMAGE, pattern[0] == "json"))
    return tuple((kind, matcher(pattern, dict(choices))) for kind, pattern in ordered)


def choices_of(project: Project) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what the fields of a path may be where a project lists them."""
    return (
        ("folder", tuple(modality.folder for modality in project.modalities)),
        ("prefix", tuple(modality.prefix for modality in project.modalities)),
        ("class", (*project.classes, project.unclassified)),
    )
