"""The JSON, the masks and the drawing itself hold the same pixels of every category."""

from __future__ import annotations

from annotator.checks.check import Check, Saved
from annotator.domain.delivered import category_masks, delivered, differences
from annotator.domain.finding import Finding, Severity
from annotator.i18n import Message, mark, message

ID = "outline-equals-mask"


def run(saved: Saved) -> tuple[Finding, ...]:
    """Compare what each format read with what was drawn, pixel by pixel."""
    sheet, drawn = saved.sheet, delivered(saved.sheet)
    others = {form: reading for form, reading in saved.readings.items() if reading.annotations != drawn}
    own = category_masks(sheet, drawn) if others else {}
    return tuple(
        Finding(ID, Severity.ERROR, _said(saved, form, found.category, found.pixels, found.box), _file(saved, form, found.category))
        for form, reading in others.items()
        for found in differences(sheet, own, category_masks(sheet, reading.annotations))
    )


def _file(saved: Saved, form: str, key: str) -> str:
    """The file of a format that differs; empty where it is not known."""
    sheet, kind = saved.sheet, next((kind for kind in ("json", "mask", "label") if kind in form.split("-")), "")
    if kind not in sheet.project.patterns:
        return ""
    category = sheet.category(key)
    return sheet.path(kind, category) if kind != "mask" or category is not None else ""


def _said(saved: Saved, form: str, key: str, pixels: int, box: tuple[int, int, int, int]) -> Message:
    x1, y1, x2, y2 = box
    return message(
        "image {image}, {category}: {format} and the drawing differ in {count} pixels, within x {left}–{right}, y {top}–{low}",
        image=saved.sheet.names.image,
        category=next((category.name for category in saved.sheet.categories if category.key == key), key),
        format=form,
        count=pixels,
        left=x1 + 1,
        right=x2,
        top=y1 + 1,
        low=y2,
    )


CHECK = Check(ID, Severity.ERROR, mark("Outlines and masks hold the same pixels"), run)
