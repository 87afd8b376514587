"""What the tree of patients, studies, series and images says."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.domain.image import Image
from annotator.domain.integrity import Oddity
from annotator.i18n import mark, say, translate
from annotator.workspace.catalogue import Patient, Series, Study


def patient_text(patient: Patient) -> str:
    """Name and id of a patient."""
    known = " · ".join(part for part in (patient.name.replace("^", " ").strip(), patient.id) if part)
    return known or translate(mark("Patient without a name"))


def study_text(study: Study) -> str:
    """Date and description of a study."""
    date = study.date
    written = f"{date[:4]}-{date[4:6]}-{date[6:8]}" if len(date) == 8 and date.isdigit() else date
    return " · ".join(part for part in (written, study.description) if part) or translate(mark("Study"))


def series_text(series: Series) -> str:
    """Number, modality, description and size of a series."""
    text = f"{series_title(series)}  ({series.count})"
    return translate(mark("Labels: {series}"), series=text) if series.labels else text


def series_title(series: Series) -> str:
    """Number, modality and description of a series."""
    number = f"{series.number}." if series.number is not None else ""
    return " ".join(part for part in (number, series.modality, series.description) if part)


def series_words(series: Series, worked: bool) -> tuple[str, str]:
    """Number, modality and description of a series; how many images it has and whether something is saved of it."""
    number = f"{series.number}." if series.number is not None else ""
    head = " ".join(part for part in (number, series.modality, series.description) if part)
    count = series.count
    counted = translate(mark("1 image")) if count == 1 else translate(mark("{count} images"), count=count)
    return head, f"{counted} · {translate(mark('saved work'))}" if worked else counted


def series_remark(series: Series, oddities: Sequence[Oddity]) -> str:
    """What is odd about a series, a line each; empty where nothing is."""
    lines = [say(oddity.text) for oddity in oddities]
    if series.labels:
        lines.insert(0, translate(mark("For viewing only: these are regions of another series; open that one to work on them")))
    elif series.project_modality is None:
        lines.insert(0, translate(mark("For viewing only: the project does not name this modality")))
    return "\n".join(lines)


def image_text(image: Image, place: int) -> str:
    """Place of an image in its series (from 0), with its view where it has one."""
    head = f"{place + 1}"
    return f"{head}  {image.view}" if image.view else head
