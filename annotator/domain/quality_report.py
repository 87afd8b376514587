"""Compute the quality report of a data set out of counts: what was promised, what is there, and whether that is enough.

Every share is said with what it is a share of.  Texts are sentences in two languages; figures are plain numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from annotator.domain.project import Project
from annotator.domain.quality import AGE, CATEGORY, DEVICE, SEX, SIZE, Quality
from annotator.domain.rates import wilson
from annotator.i18n import Message, message

Cell = str | int | float | Message | None


@dataclass(frozen=True)
class Table:
    """A table of the report: headings and rows."""

    headings: tuple[Message, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: Message | None = None


@dataclass(frozen=True)
class Figure:
    """One figure with what was promised; `met` is None where nothing was."""

    key: str
    name: Message
    value: float | None
    unit: str = ""
    target: float | None = None
    met: bool | None = None
    note: Message | None = None


@dataclass(frozen=True)
class Section:
    """A part of the report."""

    key: str
    title: Message
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Counts:
    """What a check counted; `verdicts`: case of the sample → right, wrong (False), or not reviewed yet (None)."""

    images: int = 0
    files: int = 0
    faulty: int = 0
    """Files and images with a syntactic error."""
    missing: int = 0
    """Files that are missing, or without a partner, or that cannot be read."""
    collected: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    """(modality, class) → images, patients."""
    diversity: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """What is counted by → value → how many."""
    verdicts: Mapping[str, bool | None] = field(default_factory=dict)
    duplicates: int = 0
    identities: int = 0
    checks: Sequence[tuple[str, Message, int, int]] = ()
    """Check, what it holds, errors, remarks."""


def sampled(cases: Mapping[str, tuple[str, ...]], count: int, seed: int) -> tuple[str, ...]:
    """Return a sample of cases, drawn from each stratum by its share (at least one of each); the same seed draws the same cases.

    `cases`: case → stratum.  The order of chance is that of SHA-256 of seed and case.
    """
    strata: dict[tuple[str, ...], list[str]] = {}
    for case, stratum in cases.items():
        strata.setdefault(stratum, []).append(case)
    drawn: list[str] = []
    for _, members in sorted(strata.items()):
        share = max(1, round(count * len(members) / max(len(cases), 1)))
        drawn += sorted(members, key=lambda case: hashlib.sha256(f"{seed}:{case}".encode("utf-8", "surrogatepass")).digest())[:share]
    return tuple(sorted(drawn))


def band_of(value: float | None, bounds: Sequence[float]) -> str:
    """Return the band that a number lies in, as `60-69` for ages of whole years or `5-10` for sizes; `?` for none."""
    if value is None:
        return "?"
    above = [bound for bound in bounds if bound <= value]
    below = [bound for bound in bounds if bound > value]
    if not above:
        return f"<{below[0]:g}" if below else "?"
    return f"{above[-1]:g}-{below[0]:g}" if below else f"≥{above[-1]:g}"


def age_band(age: int | None, bounds: Sequence[int]) -> str:
    """Return the band of an age: `60-69`."""
    band = band_of(age, bounds)
    low, _, high = band.partition("-")
    return f"{low}-{int(high) - 1}" if high else band


def sections(project: Project, counts: Counts) -> tuple[Section, ...]:
    """Return the parts of the report."""
    quality = project.quality
    return (
        _complete(project, counts),
        _syntactic(quality, counts),
        _semantic(quality, counts),
        _diverse(quality, counts),
        Section("duplicates", message("Duplicates"), (_none(counts.duplicates, "duplicates", message("Images or identifiers twice")),)),
        Section("identity", message("Identity scan"), (_none(counts.identities, "identity", message("Files that name a person")),)),
        _checks(counts),
    )


def met(found: Iterable[Section]) -> bool:
    """Whether everything that was promised is kept."""
    return all(figure.met is not False for section in found for figure in section.figures)


def _complete(project: Project, counts: Counts) -> Section:
    rows = []
    for amount in project.quality.amounts:
        images, patients = counts.collected.get((amount.modality, amount.class_folder), (0, 0))
        rows.append((amount.modality, amount.class_folder, images, amount.images or None, _percent(images, amount.images), patients,
                     amount.patients or None, _percent(patients, amount.patients)))  # fmt: skip
    asked = {(amount.modality, amount.class_folder) for amount in project.quality.amounts}
    for (modality, known), (images, patients) in sorted(counts.collected.items()):
        if (modality, known) not in asked:
            rows.append((modality, known, images, None, None, patients, None, None))
    heads = (message("Modality"), message("Class"), message("Images"), message("Wanted images"), message("% of images"),
             message("Patients"), message("Wanted patients"), message("% of patients"))  # fmt: skip
    wanted = {(amount.modality, amount.class_folder): amount.images for amount in project.quality.amounts}
    total, there = sum(wanted.values()), sum(min(counts.collected.get(key, (0, 0))[0], most) for key, most in wanted.items())
    whole, kept = _percent(there, total), there >= total if total else None
    readable = _percent(counts.files + counts.images - counts.missing, counts.files + counts.images)
    figures = (
        Figure("amount", message("Collected of the wanted images"), whole, "%", 100.0 if total else None, kept),
        Figure("validity", message("Files that are there, readable and with their partner"), readable, "%", 100.0,
               None if readable is None else counts.missing == 0),
    )  # fmt: skip
    return Section("completeness", message("Completeness and validity"), figures, (Table(heads, tuple(rows)),))


def _syntactic(quality: Quality, counts: Counts) -> Section:
    total = counts.files + counts.images
    value = _percent(max(total - counts.faulty, 0), total)
    note = message("files without an error of form, of {total} files; {faulty} have one", total=total, faulty=counts.faulty)
    kept = None if value is None else value >= quality.syntactic
    return Section("syntactic", message("Syntactic accuracy"), (
        Figure("syntactic", message("Syntactic accuracy"), value, "%", quality.syntactic, kept, note),
    ))  # fmt: skip


def _semantic(quality: Quality, counts: Counts) -> Section:
    known = [verdict for verdict in counts.verdicts.values() if verdict is not None]
    right, open_ = sum(known), len(counts.verdicts) - len(known)
    value, interval = _percent(right, len(known)), wilson(right, len(known))
    note = message("{right} of {reviewed} reviewed cases of the sample were passed without a correction; {open} are not reviewed yet",
                   right=right, reviewed=len(known), open=open_)  # fmt: skip
    ends = tuple(None if interval is None else 100 * end for end in interval) if interval is not None else (None, None)
    kept = None if value is None else value >= quality.semantic
    return Section("semantic", message("Semantic accuracy"), (
        Figure("semantic", message("Semantic accuracy"), value, "%", quality.semantic, kept, note),
        Figure("semantic_low", message("Wilson interval 95 %, lower end"), ends[0], "%"),
        Figure("semantic_high", message("Wilson interval 95 %, upper end"), ends[1], "%"),
        Figure("sample", message("Cases in the sample (seed {seed})", seed=quality.seed), float(len(counts.verdicts))),
    ))  # fmt: skip


_WHATS = {
    SEX: message("Sex (patients)"), AGE: message("Age (patients)"), DEVICE: message("Device (images)"),
    CATEGORY: message("Category (lesions)"), SIZE: message("Lesion size in mm (lesions)"),
}  # fmt: skip


def _diverse(quality: Quality, counts: Counts) -> Section:
    figures, tables = [], []
    heads = (message("Value"), message("How many"), message("Share (%)"), message("At least (%)"), message("At most (%)"), message("Met"))
    for what, title in _WHATS.items():
        values = counts.diversity.get(what, {})
        total, rows = sum(values.values()), []
        targets = {target.value: target for target in quality.targets if target.what == what}
        for value in (*values, *(value for value in targets if value not in values)):
            share, target = _percent(values.get(value, 0), total), targets.get(value)
            kept = None if target is None or share is None else target.least <= share <= target.most
            said = None if kept is None else message("yes") if kept else message("no")
            rows.append((value, values.get(value, 0), share, target.least if target else None, target.most if target else None, said))
            if target is not None:
                name = message("{what}: {value}", what=title, value=value)
                figures.append(Figure(f"{what}:{value}", name, share, "%", target.least, kept))
        tables.append(Table(heads, tuple(rows), title))
    return Section("diversity", message("Diversity"), tuple(figures), tuple(tables))


def _checks(counts: Counts) -> Section:
    heads = (message("Check"), message("What holds"), message("Errors"), message("Remarks"))
    return Section("checks", message("Machine checks"), (), (Table(heads, tuple(counts.checks)),))


def _none(count: int, key: str, name: Message) -> Figure:
    return Figure(key, name, float(count), "", 0.0, count == 0)


def _percent(part: int, whole: int) -> float | None:
    return 100.0 * part / whole if whole else None
