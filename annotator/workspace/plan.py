"""Decide what a save delivers: which files of which images are written, which go, and which are left alone because others changed them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from annotator.domain.delivery import Sheet
from annotator.domain.image import ImageKey
from annotator.formats.format import Format
from annotator.paths import contained
from annotator.workspace import durable, publish
from annotator.workspace.revisions import ImageRecord

Contents = frozenset[tuple[str, str]]
"""Contents of delivered files: (path, SHA-256)."""


@dataclass(frozen=True)
class Plan:
    """The files to write and to take away, the images as the new revision records them, and the paths of files that others changed."""

    steps: tuple[publish.Step, ...]
    images: Mapping[ImageKey, ImageRecord]
    foreign: tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    """How far a save may go.

    `imported`: contents that were read where no revision speaks of their image; `accepted`: contents of others that a person let go;
    both may be replaced.  `anew`: unchanged images too.  `conflict`: nothing is delivered.
    """

    imported: Contents = frozenset()
    accepted: Contents = frozenset()
    anew: bool = False
    conflict: bool = False


def plan(root: Path, formats: Sequence[Format], sheets: Sequence[Sheet], published: Mapping[ImageKey, ImageRecord],
         digests: Mapping[ImageKey, str], rules: Rules) -> Plan:
    """Return what a save of `sheets` delivers after `published`; raises OSError, and AnnotatorError where a format refuses."""
    images, steps, foreign = dict(published), list[publish.Step](), list[str]()
    for sheet in sheets:
        key, before = sheet.image.key, published.get(sheet.image.key)
        if before is None and not sheet.annotations and not rules.imported | rules.accepted:
            continue
        entry = before or ImageRecord()
        entry = replace(entry, path=sheet.image.path, pixels=digests.get(key, entry.pixels))
        inputs = publish.fingerprint(sheet)
        if not rules.conflict and (rules.anew or entry.inputs != inputs):
            own, others = _steps(root, formats, sheet, before, rules)
            if others:
                foreign += others
                entry = replace(entry, inputs="")
            else:
                steps += own
                files = {step.path: publish.digest_of(step.content) for step in own if step.content is not None}
                entry = replace(entry, inputs=inputs, files=files, before=entry.files)
        if before is not None or entry.files or sheet.annotations:
            images[key] = entry
    return Plan(tuple(steps), images, tuple(foreign))


def keep_foreign(root: Path, steps: Sequence[publish.Step], rules: Rules) -> None:
    """Copy files of others that are about to be replaced to the project's quarantine; raises OSError."""
    for step in steps:
        place = contained(root, step.path)
        there = publish.digest_at(place)
        if (step.path, there) in rules.imported | rules.accepted and there != publish.digest_of(step.content):
            durable.write(root / ".annotator" / "quarantine" / "delivered" / f"{there[:12]}-{place.name}", place.read_bytes())


def _steps(root: Path, formats: Sequence[Format], sheet: Sheet, before: ImageRecord | None,
           rules: Rules) -> tuple[list[publish.Step], list[str]]:
    """The files of one image as steps, and the paths where something lies that neither this project wrote nor may be replaced."""
    contents = publish.prepare(sheet, formats)
    recorded = [before.files, before.before] if before else []
    free = rules.accepted if before else rules.accepted | rules.imported
    possible = {path for used in formats for path in used.paths(sheet)} | {path for files in recorded for path in files}
    steps, foreign = [], []
    for path in sorted(possible | contents.keys()):
        there, wanted = publish.digest_at(contained(root, path)), publish.digest_of(contents.get(path))
        replaces = {files[path] for files in recorded if path in files} | ({there} if (path, there) in free else set())
        if there and there not in replaces and there != wanted:
            foreign.append(path)
        elif there or wanted:
            steps.append(publish.Step(path, contents.get(path), tuple(sorted(replaces))))
    return steps, foreign if sheet.annotations or recorded else []
