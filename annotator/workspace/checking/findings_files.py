"""Write what was found as files: a table for Excel, JSON for programs, a page for people.  Written as it is read, however much it is."""

from __future__ import annotations

import csv
import html
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from annotator.domain.finding import Finding, Severity
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import language, mark, message, say, translate
from annotator.workspace import durable
from annotator.workspace.checking.looking import all_checks
from annotator.workspace.checking.running import Checked

_SHOWN = 5000
"""Findings that the page lists; the table has all."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>
body{{font:15px/1.5 "Noto Sans CJK KR","Malgun Gothic","Apple SD Gothic Neo",sans-serif;margin:2rem auto;max-width:75rem;color:#1c2126}}
h1{{font-size:1.4rem}}table{{border-collapse:collapse;width:100%}}td,th{{text-align:left;padding:.3rem .6rem;vertical-align:top}}
tr{{border-bottom:1px solid #d8dde2}}.error{{color:#a3182b;font-weight:600}}.remark{{color:#6b5a00}}td.path{{word-break:break-all}}
</style></head><body><h1>{title}</h1><p>{summary}</p>
"""


def write_findings(folder: Path, found: Checked, title: str) -> tuple[Path, ...]:
    """Write `findings.csv`, `findings.json` and `findings.html`; returns where they lie.  Raises AnnotatorError."""
    written = []
    kinds: tuple[tuple[str, str, Callable[[TextIO, Checked, str], None]], ...] = (
        ("csv", "utf-8-sig", _table), ("json", "utf-8", _json), ("html", "utf-8", _page),
    )  # fmt: skip
    try:
        durable.make_folder(folder)
        for ending, encoding, write in kinds:
            path = folder / f"findings.{ending}"
            with _whole(path, encoding) as stream:
                write(stream, found, title)
            written.append(path)
    except OSError as error:
        doing = message("Writing the findings to {folder}", folder=folder)
        raise AnnotatorError(doing, system_cause(error), message("Choose a folder that you may write to")) from None
    return tuple(written)


def as_values(finding: Finding) -> dict[str, str]:
    """Return a finding as values of JSON; its sentence is in the current language."""
    return {"check": finding.check, "severity": finding.severity.value, "path": finding.path, "message": say(finding.message)}


def severity_name(severity: Severity) -> str:
    """Return how a severity is called."""
    return translate(mark("error")) if severity is Severity.ERROR else translate(mark("remark"))


def summary_of(found: Checked) -> str:
    """Return how much was looked at and found, in a line."""
    tally = found.tally
    told = mark("{images} images checked, {errors} errors, {remarks} remarks")
    return translate(told, images=tally.images, errors=tally.errors, remarks=tally.remarks)


def harmless(cell: str) -> str:
    """Return a cell that no program takes for a formula: one that begins like one gets an apostrophe before it."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


@contextmanager
def _whole(path: Path, encoding: str) -> Iterator[TextIO]:
    """Give a stream to a file that is there once all of it is on the disk, and not before."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("w", encoding=encoding, errors="backslashreplace", newline="") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    durable.sync_folder(path.parent)


def _table(stream: TextIO, found: Checked, title: str) -> None:
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([translate(mark("Severity")), translate(mark("Check")), translate(mark("File")), translate(mark("Finding"))])
    for finding in found.findings():
        row = (severity_name(finding.severity), finding.check, finding.path, say(finding.message))
        writer.writerow([harmless(cell) for cell in row])


def _json(stream: TextIO, found: Checked, title: str) -> None:
    tally = found.tally
    head = {"project": title, "images": tally.images, "errors": tally.errors, "remarks": tally.remarks}
    stream.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "findings": [')
    for number, finding in enumerate(found.findings()):
        stream.write((",\n" if number else "\n") + json.dumps(as_values(finding), ensure_ascii=False))
    stream.write("\n]}\n")


def _page(stream: TextIO, found: Checked, title: str) -> None:
    heading = translate(mark("Machine check: {project}"), project=title)
    stream.write(_PAGE.format(language=language(), title=html.escape(heading), summary=html.escape(summary_of(found))))
    counts = {(str(row[0]), str(row[1])): row[2] for row in found.rows("SELECT id, severity, count(*) FROM finding GROUP BY id, severity")}
    _heads(stream, mark("Check"), mark("What holds where it finds nothing"), mark("Errors"), mark("Remarks"))
    for check in all_checks():
        errors, remarks = (counts.get((check.id, severity.value), 0) for severity in Severity)
        _cells(stream, check.id, translate(check.text), str(errors), str(remarks))
    stream.write("</table><br>")
    _heads(stream, mark("Severity"), mark("Check"), mark("File"), mark("Finding"))
    for number, finding in enumerate(found.findings()):
        if number == _SHOWN:
            break
        kind, path = finding.severity.value, html.escape(finding.path)
        stream.write(f'<tr><td class="{kind}">{html.escape(severity_name(finding.severity))}</td><td>{html.escape(finding.check)}</td>')
        stream.write(f'<td class="path">{path}</td><td>{html.escape(say(finding.message))}</td></tr>\n')
    stream.write("</table></body></html>\n")


def _heads(stream: TextIO, *names: str) -> None:
    stream.write("<table><tr>" + "".join(f"<th>{html.escape(translate(name))}</th>" for name in names) + "</tr>\n")


def _cells(stream: TextIO, *cells: str) -> None:
    stream.write("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>\n")
