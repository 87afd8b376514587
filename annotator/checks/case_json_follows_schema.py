"""The JSON of a case has the published layout: its keys, whole numbers, closed contours that do not cross themselves, single ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from shapely.geometry import Polygon

from annotator import strict_json
from annotator.checks.check import Check, Saved
from annotator.checks.schema import violations
from annotator.domain.facts import DISCARD
from annotator.domain.finding import Finding, Severity
from annotator.domain.mammography import VIEWS, sightings
from annotator.i18n import Message, mark, message
from annotator.paths import resources_folder

ID = "case-json-follows-schema"
FORM = "breast-json"
_MOST = 20


def run(saved: Saved) -> tuple[Finding, ...]:
    """Name what is wrong with the JSON of the case, the first twenty things of it; nothing where the project writes another format."""
    sheet = saved.sheet
    if FORM not in sheet.project.formats or sheet.path("json") not in saved.files:
        return ()
    path = sheet.path("json")
    try:
        value = strict_json.loads(saved.files[path])
    except ValueError:
        return (Finding(ID, Severity.ERROR, message("it is no valid JSON in UTF-8"), path),)
    wrong = list(violations(value, _layout()))
    if not wrong:
        wrong = [*_contours(value), *_about_the_case(saved, value)]
    return tuple(Finding(ID, Severity.ERROR, said, path) for said in wrong[:_MOST])


@cache
def _layout() -> dict[str, Any]:
    found: dict[str, Any] = strict_json.loads((resources_folder() / "schema" / "breast-json.schema.json").read_bytes())
    return found


def _contours(value: dict[str, Any]) -> Iterator[Message]:
    lesions = [
        (f"{view} {name}", name, points)
        for views in value["contour_list"].values() for view, named in views.items() for name, points in named.items()
    ]  # fmt: skip
    for place, _, points in lesions:
        if points[0] != points[-1]:
            yield message("{place} does not end where it begins", place=place)
        if not Polygon([(point["x"], point["y"]) for point in points]).is_valid:
            yield message("{place} crosses itself", place=place)
    counts = Counter(name for _, name, _ in lesions if name.isdecimal())
    for name, count in counts.items():
        if count > 1:
            yield message("the id {id} stands {count} times", id=name, count=count)


def _about_the_case(saved: Saved, value: dict[str, Any]) -> Iterator[Message]:
    sheet = saved.sheet
    if value["case_id"] != sheet.names.patient:
        yield message("it names the case {said} instead of {own}", said=value["case_id"], own=sheet.names.patient)
    if value["discard_yn"] != int(DISCARD in sheet.facts):
        yield message("its discard mark is not the one that was saved")
    for key, found in sightings([own.image for own in sheet.case], sheet.facts).items():
        drawn = any(own.image.key == key and own.annotations for own in sheet.case)
        if drawn and found.code not in VIEWS:
            yield message("something is drawn on {code}, which is none of the four views", code=found.code)


CHECK = Check(ID, Severity.ERROR, mark("The JSON of a case follows its schema"), run)
