"""Judge the series of an export: taken, or left out by which rule.  A rule says what it found, so that nobody has to guess."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotator.domain.intake import Intake, Rule, SeriesFacts
from annotator.domain.multiframe import CLASSIC
from annotator.domain.project import Project
from annotator.i18n import Message, mark, message

_CAPTURES = ("1.2.840.10008.5.1.4.1.1.7",)
_SCOUTS = {"LOCALIZER", "SCOUT", "SURVEY", "TOPOGRAM"}
RULES: Mapping[str, str] = {
    "modality": mark("not of this project"),
    "labels": mark("labels, no image"),
    "capture": mark("secondary capture"),
    "scout": mark("scout"),
    "derived": mark("derived reconstruction"),
    "frames": mark("file of several frames"),
    "broken": mark("broken image"),
    "plane": mark("plane"),
    "thickness": mark("slice thickness"),
    "gaps": mark("gaps"),
    "view": mark("projection"),
    "weighting": mark("weighting"),
    "dimension": mark("2D or 3D"),
    "images": mark("number of images"),
    "patient": mark("patient unclear"),
    "duplicate": mark("duplicate"),
    "study": mark("another series of the study is taken"),
    "burned-in": mark("text in the pixels"),
    "id": mark("no new id"),
    "before": mark("taken before"),
    "person": mark("by hand"),
}
"""The rules by name, and what they are called."""


@dataclass(frozen=True)
class Verdict:
    """Whether a series is taken; if not, by which rule, and what that found."""

    taken: bool
    rule: str = ""
    reason: Message | None = None


TAKEN = Verdict(True)


def judged(rows: Sequence[SeriesFacts], project: Project, intake: Intake, known: Iterable[str] = ()) -> dict[str, Verdict]:
    """Return the verdict of each series by its UID; `known` are series that were taken before."""
    before, codes = set(known), modalities_of(rows, project)
    found = {}
    for row in rows:
        code = codes[row.uid]
        verdict = left_out("before", message("this series was taken before")) if row.uid in before else None
        found[row.uid] = verdict or _judged(row, code, intake) or TAKEN
    found |= _unclear(rows, found)
    for row in _spare(rows, codes, intake, found):
        found[row.uid] = left_out("study", message("one series of a study is taken, and another one suits better"))
    return found


def modalities_of(rows: Iterable[SeriesFacts], project: Project) -> dict[str, str]:
    """Return the code of the project's modality for each series; empty where it has none."""
    rows, studies = tuple(rows), defaultdict[str, set[str]](set)
    for row in rows:
        studies[row.study_uid].add(row.modality)
    seen = {row.uid: project.modality_of(row.modality, frozenset(studies[row.study_uid])) for row in rows}
    return {uid: modality.code if modality else "" for uid, modality in seen.items()}


def left_out(rule: str, reason: Message | None = None) -> Verdict:
    """Return the verdict that a rule leaves a series out."""
    return Verdict(False, rule, reason)


def _judged(row: SeriesFacts, code: str, intake: Intake) -> Verdict | None:
    kind = {word.upper() for word in row.traits.kind}
    if row.labels:
        return left_out("labels")
    if row.sop_class.startswith(_CAPTURES) or (row.traits.conversion and row.modality not in ("CR", "DX", "MG")):
        return left_out("capture")
    if not code:
        return left_out("modality", message("the project does not name the modality {modality}", modality=row.modality or "–"))
    if kind & _SCOUTS:
        return left_out("scout")
    if row.traits.kind[:1] == ("DERIVED",) and row.modality not in intake.derived:
        return left_out("derived", message("image type {kind}", kind="\\".join(row.traits.kind)))
    if row.frames > 1 and row.sop_class not in CLASSIC:
        return left_out("frames", message("only those of enhanced CT, MR and PET files can be told apart"))
    if row.problem is not None:
        return left_out("broken", row.problem)
    return next((verdict for ask in _ASKED if (verdict := ask(row, intake.rule(code))) is not None), None)


def _plane(row: SeriesFacts, rule: Rule) -> Verdict | None:
    if rule.plane and row.directions > 1:
        return left_out("plane", message("the images lie in {count} directions: a scout may be among them", count=row.directions))
    if not rule.plane or row.plane in rule.plane:
        return None
    return left_out("plane", message("{plane}, {wanted} is asked", plane=row.plane or "–", wanted=", ".join(rule.plane)))


def _thick(row: SeriesFacts, rule: Rule) -> Verdict | None:
    if rule.thickness is None:
        return None
    low, high = rule.thickness
    if row.thickness is None:
        return left_out("thickness", message("the header does not say it, {low}–{high} mm are asked", low=low, high=high))
    if not low - 1e-6 <= row.thickness <= high + 1e-6:
        told = message("{thickness} mm, {low}–{high} mm are asked", thickness=round(row.thickness, 3), low=low, high=high)
        return left_out("thickness", told)
    return None


def _gaps(row: SeriesFacts, rule: Rule) -> Verdict | None:
    return left_out("gaps", message("{count} slices are missing", count=row.gaps)) if row.gaps and not rule.gaps else None


def _view(row: SeriesFacts, rule: Rule) -> Verdict | None:
    if not rule.view or row.traits.view in rule.view:
        return None
    return left_out("view", message("{view}, {wanted} is asked", view=row.traits.view or "–", wanted=", ".join(rule.view)))


def _weighting(row: SeriesFacts, rule: Rule) -> Verdict | None:
    if not rule.weighting or row.traits.weighting in rule.weighting:
        return None
    return left_out("weighting", message("{found}, {wanted} is asked", found=row.traits.weighting or "–", wanted=", ".join(rule.weighting)))


def _dimension(row: SeriesFacts, rule: Rule) -> Verdict | None:
    if not rule.dimension or row.traits.dimension == rule.dimension:
        return None
    return left_out("dimension", message("{found}, {wanted} is asked", found=row.traits.dimension or "–", wanted=rule.dimension))


def _images(row: SeriesFacts, rule: Rule) -> Verdict | None:
    if row.images >= rule.least_images:
        return None
    return left_out("images", message("{count} images, at least {least} are asked", count=row.images, least=rule.least_images))


_ASKED: tuple[Callable[[SeriesFacts, Rule], Verdict | None], ...] = (_plane, _thick, _gaps, _view, _weighting, _dimension, _images)


def plain_name(name: str) -> str:
    """Return a name as it is compared: without case, marks between its parts, blanks and composed letters."""
    return "".join(letter for letter in unicodedata.normalize("NFC", name.split("=")[0]).casefold() if letter.isalnum())


def _unclear(rows: Iterable[SeriesFacts], found: Mapping[str, Verdict]) -> dict[str, Verdict]:
    """Series of patients who cannot be told apart: one number with several names, or one person under several numbers."""
    rows = [row for row in rows if found[row.uid].taken or found[row.uid].rule == "before"]
    names, numbers = defaultdict[str, set[str]](set), defaultdict[tuple[str, str, str], set[str]](set)
    for row in rows:
        names[row.patient_id].add(plain_name(row.patient_name))
        if row.patient_name and row.birth_date:
            numbers[plain_name(row.patient_name), row.birth_date, row.sex].add(row.patient_id)
    unclear = {}
    for row in (row for row in rows if found[row.uid].taken):
        if len(names[row.patient_id] - {""}) > 1:
            unclear[row.uid] = left_out("patient", message("one patient number, different names"))
        elif len(numbers.get((plain_name(row.patient_name), row.birth_date, row.sex), ())) > 1:
            unclear[row.uid] = left_out("patient", message("one name and birth date, different patient numbers"))
        elif not row.patient_id.strip():
            unclear[row.uid] = left_out("patient", message("the header names no patient number"))
    return unclear


def _spare(rows: Iterable[SeriesFacts], codes: Mapping[str, str], intake: Intake, found: Mapping[str, Verdict]) -> list[SeriesFacts]:
    """The series of a study beside the one taken before, else beside the best one: fewest oddities, most images, thinnest, first."""
    groups = defaultdict[tuple[str, str], list[SeriesFacts]](list)
    for row in rows:
        if (found[row.uid].taken or found[row.uid].rule == "before") and intake.rule(codes[row.uid]).one_per_study:
            groups[row.study_uid, codes[row.uid]].append(row)
    spare = []
    for group in groups.values():
        there = any(found[row.uid].rule == "before" for row in group)
        free = [row for row in group if found[row.uid].taken]
        ordered = sorted(free, key=lambda r: (len(r.odd), -r.images, r.thickness or 0.0, r.number is None, r.number or 0, r.uid))
        spare += ordered if there else ordered[1:]
    return spare
