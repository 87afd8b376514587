"""Say how a review stands: what was corrected, in what two readings differ and by how much, and what is to be done next."""

from __future__ import annotations

from annotator.domain.annotation import Annotation
from annotator.domain.correction import Correction
from annotator.domain.course import State
from annotator.domain.image import Image
from annotator.domain.overlap import Outlined, apart, dice, iou
from annotator.domain.person import Role
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.domain.reviewing import SEQUENTIAL
from annotator.domain.verdict import KINDS, Difference, Kind, Way
from annotator.i18n import language, mark, translate
from annotator.present.annotations import category_name
from annotator.workspace.session import Session

SIGNS = {Way.ONE: "A", Way.OTHER: "B", Way.UNION: "A∪B", Way.INTERSECTION: "A∩B"}
"""How a settled difference is marked."""
_CHANGES = {"added": mark("newly drawn"), "removed": mark("taken away"), "changed": mark("drawn otherwise")}


def standing_text(session: Session) -> str:
    """Say in one or two lines what is to be done with the open case."""
    review, acting = session.review, session.acting
    if review is None or acting is None:
        return ""
    names = [read.name for read in review.pair]
    if review.standing.state is State.ADJUDICATION:
        return translate(mark("Adjudication: A is {one}, B is {other}. Settle each difference, then pass."), one=names[0], other=names[1])
    if review.both and review.found:
        return translate(mark("Both are in. B is {other}: accept or keep each outline, then pass again."), other=names[1])
    if review.own is not None and not review.both:
        return translate(mark("Your verdict is in. The other reviewer's is awaited."))
    if review.shown and session.project.project.reviewing.mode == SEQUENTIAL:
        return translate(mark("Second review, after {name}. Pass, or correct and give reasons."), name=review.shown[0].name)
    return translate(mark("Pass, or correct and give reasons. The other reviewer's reading stays hidden until both are in."))


def adjudicates(session: Session) -> bool:
    """Whether whoever is at work decides where two readings differ."""
    return session.acting is not None and session.acting.role is Role.ADJUDICATOR


def correction_texts(session: Session, correction: Correction) -> tuple[str, str]:
    """Say a correction in two lines: which annotation and what became of it, and its measures and reason."""
    before, after = correction.change.before, correction.change.after
    kind = "added" if before is None else "removed" if after is None else "changed"
    names = [_category(session, a) for a in (before, after) if a is not None]
    category = names[0] if len(set(names)) == 1 else " → ".join(names)
    parts = [correction.reason or translate(mark("no reason yet"))]
    if correction.iou is not None and before is not None and after is not None:
        parts.append(f"IoU {correction.iou:.2f}")
    if correction.difference is not None:
        unit = "mm²" if correction.millimetres else "px"
        parts.append(f"{correction.difference:+.1f} {unit}")
    return f"#{correction.number} {category} · {translate(_CHANGES[kind])}", " · ".join(parts)


def difference_texts(session: Session, difference: Difference) -> tuple[str, str]:
    """Say a difference in two lines: of what, and how it differs."""
    if difference.kind is Kind.FACT:
        return translate(KINDS[Kind.FACT]), " ↔ ".join(word if word is not None else "–" for word in difference.words)
    names = [_category(session, a) for a in (difference.one, difference.other) if a is not None]
    subject = names[0] if len(set(names)) == 1 else " ↔ ".join(names)
    own = difference.subject
    told = translate(KINDS[difference.kind])
    both = difference.one is not None and difference.other is not None
    return f"#{own.id if own else ''} {subject}", f"{told} · IoU {difference.iou:.2f}" if both else told


def measures_text(difference: Difference, image: Image | None) -> str:
    """Say how alike the two outlines of a difference are, with the areas of both."""
    masks = [_mask(a, image) for a in (difference.one, difference.other)]
    if image is None or all(mask is None for mask in masks):
        return ""
    down, right = image.spacing or (1.0, 1.0)
    unit = ("mm²", "mm") if image.spacing else ("px²", "px")
    areas = ["–" if mask is None else f"{mask.mask.count * down * right:.1f}" for mask in masks]
    told = translate(mark("Area A {one}, B {other} {unit}"), one=areas[0], other=areas[1], unit=unit[0])
    one, other = masks
    if one is None or other is None:
        return told
    far = apart(one, other, (down, right))
    figures = f"IoU {iou(one.mask, other.mask):.3f} · Dice {dice(one.mask, other.mask):.3f}"
    return f"{figures} · HD {far.most:.2f} · HD95 {far.most_95:.2f} {unit[1]} · {told}"


def clinical_text(session: Session) -> str:
    """Say the clinical row of the open case in one line, empty where there is none or nothing of it may be seen."""
    definition, row = session.project.project.clinical, session.clinical_row
    if definition is None or row is None:
        return ""
    shown = [column for column in definition.columns if definition.shown(column.key, session.blind) and row.values.get(column.key)]
    return " · ".join(f"{column.name_en if language() == 'en' else column.name} {row.values[column.key]}" for column in shown)


def _mask(annotation: Annotation | None, image: Image | None) -> Outlined | None:
    if annotation is None or image is None or not isinstance(annotation.shape, Region):
        return None
    return Outlined(region_mask(annotation.shape, image.rows, image.columns))


def _category(session: Session, annotation: Annotation) -> str:
    found = next((c for c in session.project.project.categories if c.key == annotation.category), None)
    return category_name(found) if found is not None else annotation.category
