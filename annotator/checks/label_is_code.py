"""Each pixel of a label file is the code of the region that counts there, with the judgement that was given; the JSON is its header."""

from __future__ import annotations

import numpy as np

from annotator.checks.check import Check, Saved
from annotator.domain.delivery import Reading
from annotator.domain.finding import Finding, Severity
from annotator.domain.judging import judgement_of
from annotator.domain.labels import codes_of, plane_of
from annotator.i18n import Message, mark, message

ID = "label-is-code"
FORM = "label-dicom"
_MOST = 10


def run(saved: Saved) -> tuple[Finding, ...]:
    """Name delivered files that are gone, values that are no code or not the one that counts there, and a JSON of another label file."""
    sheet = saved.sheet
    found = [Finding(ID, Severity.ERROR, message("it was delivered and is not there"), path) for path in saved.expected
             if path not in saved.files]  # fmt: skip
    if FORM not in sheet.project.formats or "label" not in sheet.project.patterns:
        return tuple(found)
    path = sheet.path("label")
    if path in saved.files:
        found += [Finding(ID, Severity.ERROR, said, path) for said in _wrong(saved)]
    return tuple(found)


def _wrong(saved: Saved) -> list[Message]:
    sheet, judging, reading = saved.sheet, saved.sheet.project.judging, saved.readings.get(FORM, Reading())
    said, values = list(reading.remarks), reading.values
    if values is None or not (sheet.facts or sheet.annotations):
        return said  # it cannot be read, which is told, or nobody keeps what it should be
    labels = plane_of(sheet.annotations, sheet.image.rows, sheet.image.columns, sheet.categories)
    wanted = codes_of(labels, sheet.categories, judging, sheet.facts)
    for value in (int(v) for v in np.unique(values[values != wanted])):
        code = judging.decoded(value) if judging else None
        count = int(((values == value) & (values != wanted)).sum())
        if value and code is None:
            said.append(message("{count} pixels have the value {value}, which is no region × 10 + judgement", count=count, value=value))
        elif code is not None and judging is not None and (judgement_of(sheet.facts, judging.key(code[0])) or "0") != code[1]:
            said.append(message("{count} pixels say {value}; region {region} was judged otherwise", count=count, value=value,
                                region=code[0]))  # fmt: skip
        else:
            said.append(message("{count} pixels have the value {value}, where another region counts", count=count, value=value))
    return said[:_MOST]


CHECK = Check(ID, Severity.ERROR, mark("Label files hold region × 10 + judgement"), run)
