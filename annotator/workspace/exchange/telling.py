"""Say in sentences what was read, what of it could not be used, and what was written and lost; for the window and the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.workspace.exchange.dataset import DataSet
from annotator.workspace.exchange.reading import Findings
from annotator.workspace.exchange.writing import Outcome

SHOWN = 10
"""So many things of one kind are told one by one."""


def read(data: DataSet, findings: Findings) -> Iterator[Message]:
    """Yield what was read and by what its images were found."""
    yield message("{images} images of {series} series", images=data.count, series=len(data.series))
    for way, number in findings.ways.items():
        yield message("{count} {way}", count=number, way=Message(way.value))
    if findings.ways:
        yield message("{count} annotations on them", count=findings.annotations)


def problems(data: DataSet, findings: Findings) -> Iterator[Message]:
    """Yield what could not be used, and what was odd."""
    for label, number in findings.unknown.items():
        yield message("“{label}” is no category here: {count} annotations were left out", label=label, count=number)
    for name, why in findings.unmatched[:SHOWN]:
        yield message("{name}: {why}", name=name, why=why)
    yield from _more(len(findings.unmatched))
    if findings.outside:
        yield message("{count} annotations lie outside their image and were left out", count=findings.outside)
    if findings.repeated:
        yield message("{count} annotations stood in two places and were taken once", count=findings.repeated)
    yield from errors(findings.failures)
    counted = [_times(remark, number) for remark, number in findings.remarks.items()]
    yield from counted[:SHOWN]
    yield from _more(len(counted))
    yield from data.remarks[:SHOWN]
    yield from _more(len(data.remarks))


def written(outcome: Outcome) -> Iterator[Message]:
    """Yield what was written, and what was lost on the way."""
    if outcome.cancelled:
        yield message("Stopped: {files} whole files lie there, without index.csv; begin anew in an empty folder", files=outcome.files)
        return
    told = {"images": outcome.images, "annotations": outcome.annotations, "files": outcome.files}
    yield message("{images} images with {annotations} annotations written in {files} files", **told)
    for trait, number in outcome.lost.items():
        yield message("lost: {what} ({count})", what=Message(trait.value), count=number)
    if outcome.nearest:
        yield message("{format} would lose less", format=outcome.nearest)
    yield from outcome.remarks[:SHOWN]
    yield from _more(len(outcome.remarks))


def errors(failures: Sequence[AnnotatorError]) -> Iterator[Message]:
    """Yield the first errors, and how many there are."""
    yield from (error.message for error in failures[:SHOWN])
    yield from _more(len(failures))


def _more(count: int) -> Iterator[Message]:
    if count > SHOWN:
        yield message("… and {count} more like this", count=count - SHOWN)


def _times(remark: Message, number: int) -> Message:
    return remark if number == 1 else message("{remark} ({count} times)", remark=remark, count=number)
