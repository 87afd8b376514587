"""Say what a frozen set holds: a table of parts and classes, and what became of an export, for the window and the command line."""

from __future__ import annotations

from collections.abc import Iterator

from annotator.domain.frozen_set import FrozenSet
from annotator.i18n import Message, mark, message, translate
from annotator.workspace.sets.exporting import Done

PARTS = {"train": mark("Training"), "test": mark("Test"), "val": mark("Validation")}
"""The usual parts in words."""
_SHOWN = 200


def part_name(part: str) -> str:
    """Return what a part is called in the current language."""
    return translate(PARTS[part]) if part in PARTS else part


def classes_of(found: FrozenSet, order: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the classes that a set has cases of, in the project's order."""
    there = {member.class_folder for member in found.members}
    return (*(name for name in order if name in there), *sorted(there - set(order)))


def table(found: FrozenSet, order: tuple[str, ...] = (), *, blind: bool = False) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return headings and rows of part × class: patients (cases), and images of all classes; `blind`: classes are not told."""
    classes = () if blind else classes_of(found, order)
    headings = (translate(mark("Part")), *(of or "–" for of in classes), translate(mark("Patients")), translate(mark("Cases")),
                translate(mark("Images")))  # fmt: skip
    rows = []
    for part in found.parts:
        own = [f"{found.amount(part, of)[0]:,}" for of in classes]
        rows.append((part_name(part), *own, *(f"{count:,}" for count in found.amount(part))))
    whole = (found.amount(part) for part in found.parts)
    totals = [sum(counts) for counts in zip(*whole, strict=True)]
    each = [f"{sum(found.amount(part, of)[0] for part in found.parts):,}" for of in classes]
    return headings, [*rows, (translate(mark("All")), *each, *(f"{count:,}" for count in totals))]


def told(done: Done) -> Iterator[Message]:
    """Yield what became of an export: what there is, then remarks and what was left out."""
    if done.unfinished:
        yield message("{count} cases could not be written: make room and export again, it goes on from here", count=done.unfinished)
    else:
        yield message("Exported: {cases} cases, {images} images, {annotations} annotations in {files} files", cases=done.cases,
                      images=done.images, annotations=done.annotations, files=done.files)  # fmt: skip
    yield from done.remarks[:_SHOWN]
    if done.left and not done.unfinished:
        yield message("{count} were left out", count=len(done.left))
