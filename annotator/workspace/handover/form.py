"""Fill an agency's own workbook through its named cells: what a name asks for is put there, everything else stays as it is.

Names that are known: `NAME PURPOSE INSTITUTIONS VERSION DATE CASES PATIENTS IMAGES ANNOTATED`, and of one modality and class as
`IMAGES_CCT_MALIGNANT`, `PATIENTS_…`, `CASES_…`, `ANNOTATED_…`; letters of either size.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path

from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import message
from annotator.workspace.handover.pages import Told

_MOST_BYTES = 64 << 20
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_COUNTED = ("CASES", "PATIENTS", "IMAGES", "ANNOTATED")


def values(told: Told) -> dict[str, str | int]:
    """Return what the names stand for."""
    project = told.project
    found: dict[str, str | int] = {
        "NAME": project.name, "PURPOSE": project.description, "INSTITUTIONS": project.contributor,
        "VERSION": told.version, "DATE": told.time[:10],
    }  # fmt: skip
    for place, name in enumerate(_COUNTED, 2):
        found[name] = sum(int(row[place]) for row in told.amounts)
        for row in told.amounts:
            found[f"{name}_{row[0]}_{row[1]}".upper()] = int(row[place])
    return found


def filled(form: Path, wanted: Mapping[str, str | int]) -> tuple[bytes, tuple[str, ...]]:
    """Return the workbook with its named cells filled, and the names that nothing is known for; raises AnnotatorError."""
    import openpyxl

    doing = message("Filling the form {name}", name=form.name)
    remedy = message("Give an Excel workbook (.xlsx) with named cells")
    try:
        if form.stat().st_size > _MOST_BYTES:
            raise AnnotatorError(doing, message("it is larger than {most} MB", most=_MOST_BYTES >> 20), remedy)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the library leaves out of styles does not matter in a form
            book = openpyxl.load_workbook(form)
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), remedy) from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise AnnotatorError(doing, message("it is no Excel workbook"), remedy) from error
    unknown = []
    for name, defined in book.defined_names.items():
        value = wanted.get(name.upper())
        if value is None:
            unknown.append(name)
            continue
        for title, place in defined.destinations:
            match = _CELL.fullmatch(place)
            if match is not None and title in book.sheetnames:
                cell = book[title][f"{match[1]}{match[2]}"]
                cell.value = value
                cell.data_type = "s" if isinstance(value, str) else "n"  # never a formula
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue(), tuple(unknown)
