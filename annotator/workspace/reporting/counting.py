"""Count what the quality report is made of, out of a check's ledger and the steps of the cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from annotator.domain.course import State, standing
from annotator.domain.finding import Severity
from annotator.domain.quality import AGE, CATEGORY, DEVICE, SEX, SIZE
from annotator.domain.quality_report import Counts, age_band, band_of, sampled
from annotator.i18n import Message
from annotator.workspace import steps
from annotator.workspace.checking.looking import all_checks
from annotator.workspace.checking.running import Checked
from annotator.workspace.projects import ProjectFolder

SYNTAX = (
    "json-follows-schema", "case-json-follows-schema", "names-follow-rule", "files-follow-rule", "files-read-cleanly", "file-can-be-read",
    "image-can-be-read", "category-is-allowed", "inside-image", "outline-equals-mask", "mask-is-not-empty", "mask-fits-source",
    "label-is-code",
)  # fmt: skip
"""Checks of form: a file with an error of one of them is syntactically wrong."""
MISSING = ("image-has-its-files", "file-has-image", "image-can-be-read", "file-can-be-read", "folder-can-be-read")
DUPLICATE = ("uid-is-single", "image-is-single")
IDENTITY = ("header-names-nobody", "identity-stays-out")
_RIGHT_WORD = "pass"
_WORD = "verdict"


def counted(project: ProjectFolder, found: Checked) -> Counts:
    """Return what a check of the project counted, and how the reviewers judged the sample; raises OSError."""
    quality = project.project.quality
    ((images, files),) = found.rows("SELECT count(*), coalesce(sum(files), 0) FROM counted")
    asked = "SELECT modality, class, count(*), count(DISTINCT patient) FROM counted GROUP BY modality, class"
    collected = {(str(row[0]), str(row[1])): (_whole(row[2]), _whole(row[3])) for row in found.rows(asked)}
    cases = {str(row[0]): (str(row[1]), str(row[2])) for row in found.rows(
        "SELECT kept, modality, class FROM counted GROUP BY kept HAVING sum(annotations) > 0")}  # fmt: skip
    sample = sampled(cases, quality.sample, quality.seed)
    return Counts(
        images=_whole(images),
        files=_whole(files),
        faulty=_errors(found, SYNTAX),
        missing=_errors(found, MISSING),
        collected=collected,
        diversity=_diversity(project, found),
        verdicts={case: verdict_of(project.root, case) for case in sample},
        duplicates=_errors(found, DUPLICATE),
        identities=_errors(found, IDENTITY),
        checks=tuple(_by_check(found)),
    )


def verdict_of(root: Path, case: str) -> bool | None:
    """Whether every reviewer passed a case without a correction; None: nobody has reviewed it.  A case that was sent back is wrong."""
    held = standing(steps.read(root, case)[0])
    if held.returned is not None and held.returned.before in (State.REVIEW, State.ADJUDICATION, State.AGREED, State.ACCEPTED):
        return False
    words = [step.facts.get(_WORD, "") for step in held.verdicts.values()]
    return all(word == _RIGHT_WORD for word in words) if words else None


def _errors(found: Checked, checks: tuple[str, ...]) -> int:
    listed = ", ".join(f"'{check}'" for check in checks)
    ((count,),) = found.rows(f"SELECT count(DISTINCT path) FROM finding WHERE severity = '{Severity.ERROR.value}' AND id IN ({listed})")
    return _whole(count)


def _diversity(project: ProjectFolder, found: Checked) -> Mapping[str, Mapping[str, int]]:
    quality = project.project.quality
    sexes, ages = Counter[str](), Counter[str]()
    for _, sex, age in found.rows("SELECT patient, max(sex), max(age) FROM counted GROUP BY patient"):
        sexes[str(sex or "?")] += 1
        ages[age_band(None if age is None else _whole(age), quality.age_bands)] += 1
    devices = {str(row[0] or "?"): _whole(row[1]) for row in found.rows("SELECT device, count(*) FROM counted GROUP BY device")}
    categories, sizes = Counter[str](), Counter[str]()
    for category, millimetres in found.rows("SELECT category, millimetres FROM lesion"):
        categories[str(category)] += 1
        sizes[band_of(millimetres if isinstance(millimetres, float) else None, quality.size_bands)] += 1
    order = [age_band(int(bound), quality.age_bands) for bound in (-1, *quality.age_bands)]
    spans = [band_of(bound, quality.size_bands) for bound in (-1.0, *quality.size_bands)]
    return {
        SEX: dict(sorted(sexes.items())),
        AGE: _in_order(ages, order),
        DEVICE: dict(sorted(devices.items())),
        CATEGORY: {category.key: categories[category.key] for category in project.project.categories if categories[category.key]},
        SIZE: _in_order(sizes, spans),
    }


def _in_order(counts: Mapping[str, int], order: list[str]) -> Mapping[str, int]:
    return {band: counts[band] for band in (*order, *(band for band in counts if band not in order)) if counts.get(band)}


def _by_check(found: Checked) -> Iterator[tuple[str, Message, int, int]]:
    asked = "SELECT id, severity, count(*) FROM finding GROUP BY id, severity"
    counts = {(str(row[0]), str(row[1])): _whole(row[2]) for row in found.rows(asked)}
    for check in all_checks():
        errors, remarks = (counts.get((check.id, severity.value), 0) for severity in (Severity.ERROR, Severity.REMARK))
        yield check.id, Message(check.text), errors, remarks


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
