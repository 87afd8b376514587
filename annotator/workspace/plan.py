"""Decide what a save delivers: which files of images and case are written, which go, which stay because others changed them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from annotator.domain.delivery import Sheet
from annotator.domain.image import ImageKey
from annotator.domain.sameness import extent_of
from annotator.formats.format import CASE, Format
from annotator.i18n import Message, message
from annotator.paths import contained
from annotator.workspace import durable, publish
from annotator.workspace.revisions import ImageRecord, Revision

Contents = frozenset[tuple[str, str]]
"""Contents of delivered files: (path, SHA-256)."""


@dataclass(frozen=True)
class Plan:
    """The files to write and to take away, the images and the whole as the new revision records them, and files that others changed."""

    steps: tuple[publish.Step, ...]
    images: Mapping[ImageKey, ImageRecord]
    whole: ImageRecord
    foreign: tuple[str, ...]
    remarks: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Rules:
    """How far a save may go.

    `imported`: contents that were read where no revision speaks of their image; `accepted`: contents of others that a person let go;
    both may be replaced.  `anew`: unchanged images too.  `conflict`: nothing is delivered.  `absent`: annotated images without a sheet.
    """

    imported: Contents = frozenset()
    accepted: Contents = frozenset()
    anew: bool = False
    conflict: bool = False
    absent: frozenset[ImageKey] = frozenset()


def plan(root: Path, formats: Sequence[Format], sheets: Sequence[Sheet], published: Revision | None,
         digests: Mapping[ImageKey, str], rules: Rules) -> Plan:
    """Return what a save of `sheets` delivers after `published`; raises OSError, and AnnotatorError where a format refuses."""
    made = _of_images(root, [f for f in formats if f.unit != CASE], sheets, published.images if published else {}, digests, rules)
    return _of_case(root, [f for f in formats if f.unit == CASE], sheets, published.whole if published else ImageRecord(), rules, made)


def _of_images(root: Path, formats: Sequence[Format], sheets: Sequence[Sheet], published: Mapping[ImageKey, ImageRecord],
               digests: Mapping[ImageKey, str], rules: Rules) -> Plan:
    """The files that belong to one image each."""
    images, steps, foreign = dict(published), list[publish.Step](), list[str]()
    for sheet in sheets:
        key, before = sheet.image.key, published.get(sheet.image.key)
        if before is None and not sheet.annotations and not rules.imported | rules.accepted:
            continue
        entry = before or ImageRecord()
        entry = replace(entry, path=sheet.image.path)
        if key in digests:
            entry = replace(entry, pixels=digests[key], extent=extent_of(sheet.image))
        inputs = publish.fingerprint(sheet)
        if not rules.conflict and (rules.anew or entry.inputs != inputs or _elsewhere(formats, sheet, entry)):
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
    return Plan(tuple(steps), images, ImageRecord(), tuple(foreign))


def _of_case(root: Path, formats: Sequence[Format], sheets: Sequence[Sheet], before: ImageRecord, rules: Rules, made: Plan) -> Plan:
    """The plan with the files that belong to the case; with an annotated image that is not there they stay as they are."""
    if not sheets or not (formats or before.files) or rules.conflict:
        return replace(made, whole=before)
    if rules.absent:
        told = message("The files of the whole case stay as they are until all its images are there again: {count} are missing",
                       count=len(rules.absent))
        return replace(made, whole=replace(before, inputs=""), remarks=(told,))
    case = replace(sheets[0], siblings=tuple(sheets))
    inputs = publish.fingerprint(case)
    if before.inputs == inputs and not rules.anew and not _elsewhere(formats, case, before):
        return replace(made, whole=before)
    own, foreign = _steps(root, formats, case, before if before != ImageRecord() else None, rules)
    if foreign:
        return replace(made, whole=replace(before, inputs=""), foreign=(*made.foreign, *foreign))
    files = {step.path: publish.digest_of(step.content) for step in own if step.content is not None}
    return replace(made, steps=(*made.steps, *own), whole=ImageRecord(inputs=inputs, files=files, before=before.files))


def keep_foreign(root: Path, steps: Sequence[publish.Step], rules: Rules) -> None:
    """Copy files of others that are about to be replaced to the project's quarantine; raises OSError."""
    for step in steps:
        place = contained(root, step.path)
        there = publish.digest_at(place)
        if (step.path, there) in rules.imported | rules.accepted and there != publish.digest_of(step.content):
            durable.write(root / ".annotator" / "quarantine" / "delivered" / f"{there[:12]}-{place.name}", place.read_bytes())


def _elsewhere(formats: Sequence[Format], sheet: Sheet, entry: ImageRecord) -> bool:
    """Whether files lie where they do not belong (any more): their class is another one now."""
    return not entry.files.keys() <= {path for used in formats for path in used.paths(sheet)}


def _steps(root: Path, formats: Sequence[Format], sheet: Sheet, before: ImageRecord | None,
           rules: Rules) -> tuple[list[publish.Step], list[str]]:
    """The files of one sheet as steps, and the paths where something lies that neither this project wrote nor may be replaced."""
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
    return steps, foreign if sheet.annotations or contents or recorded else []
