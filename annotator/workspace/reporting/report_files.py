"""Write the quality report: Excel and HTML in Korean and in English, and one JSON that holds both."""

from __future__ import annotations

import html
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from annotator.domain.quality_report import Cell, Figure, Section, Table
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import LANGUAGES, Message, message, say_in
from annotator.workspace import durable

_WIDEST = 60
_TITLE = message("Quality report")
_YES, _NO = message("met"), message("not met")
_STYLE = """body{font:15px/1.55 "Noto Sans CJK KR","Malgun Gothic","Apple SD Gothic Neo",sans-serif;margin:2rem auto;max-width:66rem;
color:#1c2126}h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.2rem;border-bottom:2px solid #2a6f97;padding-bottom:.2rem}
h3{font-size:1rem}table{border-collapse:collapse;margin:.6rem 0}th,td{padding:.28rem .7rem;border:1px solid #d8dde2;text-align:left}
th{background:#eef2f5}td.n{text-align:right;font-variant-numeric:tabular-nums}.met{color:#1b6b3a;font-weight:600}
.unmet{color:#a3182b;font-weight:600}p.note{color:#55606a}"""


@dataclass(frozen=True)
class Report:
    """The quality report of a project at a time (ISO 8601); `names`: language → the project's name."""

    names: dict[str, str]
    version: str
    time: str
    sections: tuple[Section, ...]


def write_report(folder: Path, report: Report) -> tuple[Path, ...]:
    """Write the five files of a report into a folder and return where they lie; raises AnnotatorError."""
    contents = {f"quality-report.{code}.xlsx": _workbook(report, code) for code in LANGUAGES}
    contents |= {f"quality-report.{code}.html": _page(report, code).encode() for code in LANGUAGES}
    contents["quality-report.json"] = json.dumps(_values(report), ensure_ascii=False, indent=1, allow_nan=False).encode()
    try:
        for name, content in contents.items():
            durable.write(folder / name, content)
    except OSError as error:
        doing = message("Writing the quality report to {folder}", folder=folder)
        raise AnnotatorError(doing, system_cause(error), message("Choose a folder that you may write to")) from None
    return tuple(folder / name for name in contents)


def text_cell(page: Any, row: int, column: int, value: object) -> Any:
    """Put a value into a cell of a workbook; a text stays a text, whatever it begins with."""
    cell = page.cell(row, column)
    if isinstance(value, str):
        cell.value = value
        cell.data_type = "s"
    else:
        cell.value = value
    return cell


def workbook_bytes(book: Workbook) -> bytes:
    """Return a workbook as a file."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _workbook(report: Report, code: str) -> bytes:
    book = Workbook()
    page: Any = book.active
    page.title = say_in(code, message("Summary"))
    rows: list[tuple[object, ...]] = [(say_in(code, _TITLE), report.names[code]), (say_in(code, message("Made")), report.time[:19]), ()]
    rows.append(_heads(code))
    for section in report.sections:
        rows += [(say_in(code, section.title), *_figure(figure, code)) for figure in section.figures]
    _fill(page, rows, heading=4)
    for section in report.sections:
        page = book.create_sheet(say_in(code, section.title)[:31])
        _fill(page, list(_section_rows(section, code)))
    return workbook_bytes(book)


def _section_rows(section: Section, code: str) -> Iterator[tuple[object, ...]]:
    yield (say_in(code, section.title),)
    if section.figures:
        yield _heads(code)[1:]
        yield from (_figure(figure, code) for figure in section.figures)
    for table in section.tables:
        yield ()
        if table.title is not None:
            yield (say_in(code, table.title),)
        yield tuple(say_in(code, heading) for heading in table.headings)
        yield from (tuple(_said(cell, code) for cell in row) for row in table.rows)


def _heads(code: str) -> tuple[str, ...]:
    heads = (message("Part"), message("Figure"), message("Result"), message("Unit"), message("Target"), message("Met"), message("Note"))
    return tuple(say_in(code, head) for head in heads)


def _figure(figure: Figure, code: str) -> tuple[object, ...]:
    kept = "" if figure.met is None else say_in(code, _YES if figure.met else _NO)
    note = say_in(code, figure.note) if figure.note is not None else ""
    return say_in(code, figure.name), _rounded(figure.value), figure.unit, figure.target, kept, note


def _fill(page: Any, rows: Sequence[tuple[object, ...]], heading: int = 0) -> None:
    widths: dict[int, int] = {}
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = text_cell(page, number, column, value)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if number in (1, heading):
                cell.font = Font(bold=True, size=14 if number == 1 else 11)
            if number == heading:
                cell.fill = PatternFill("solid", fgColor="EEF2F5")
            widths[column] = max(widths.get(column, 8), sum(2 if ord(letter) > 0x2E7F else 1 for letter in str(value or "")) + 2)
    for column, width in widths.items():
        page.column_dimensions[get_column_letter(column)].width = min(width, _WIDEST)
    if heading:
        page.freeze_panes = page.cell(heading + 1, 1)


def _page(report: Report, code: str) -> str:
    title = f"{say_in(code, _TITLE)} · {report.names[code]}"
    parts = [
        f'<!doctype html><html lang="{code}"><head><meta charset="utf-8"><title>{html.escape(title)}</title><style>{_STYLE}</style></head>',
        f"<body><h1>{html.escape(title)}</h1><p class=\"note\">{html.escape(report.version)} · {html.escape(report.time[:19])}</p>",
    ]
    for section in report.sections:
        parts.append(f"<h2>{html.escape(say_in(code, section.title))}</h2>")
        parts += [f"<p>{_figure_line(figure, code)}</p>" for figure in section.figures]
        parts += [_table(table, code) for table in section.tables if table.rows]
    return "\n".join((*parts, "</body></html>\n"))


def _figure_line(figure: Figure, code: str) -> str:
    value = "–" if figure.value is None else f"{_rounded(figure.value):g} {figure.unit}".strip()
    target = "" if figure.target is None else f" ({html.escape(say_in(code, message('Target')))} {figure.target:g} {figure.unit})"
    word, kind = (_YES, "met") if figure.met else (_NO, "unmet")
    kept = "" if figure.met is None else f' <span class="{kind}">{say_in(code, word)}</span>'
    note = f'<br><span class="note">{html.escape(say_in(code, figure.note))}</span>' if figure.note is not None else ""
    return f"{html.escape(say_in(code, figure.name))}: <b>{html.escape(value)}</b>{html.escape(target)}{kept}{note}"


def _table(table: Table, code: str) -> str:
    title = f"<h3>{html.escape(say_in(code, table.title))}</h3>" if table.title is not None else ""
    head = "".join(f"<th>{html.escape(say_in(code, heading))}</th>" for heading in table.headings)
    rows = "".join("<tr>" + "".join(_td(cell, code) for cell in row) + "</tr>\n" for row in table.rows)
    return f"{title}<table><tr>{head}</tr>\n{rows}</table>"


def _td(cell: Cell, code: str) -> str:
    value = _said(cell, code)
    if isinstance(value, int | float):
        return f'<td class="n">{value:,}</td>'
    return f"<td>{html.escape(str(value or ''))}</td>"


def _said(cell: Cell, code: str) -> str | int | float | None:
    if isinstance(cell, Message):
        return say_in(code, cell)
    return _rounded(cell) if isinstance(cell, float) else cell


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _values(report: Report) -> dict[str, object]:
    return {"project": report.names, "version": report.version, "time": report.time, "sections": [_section(one) for one in report.sections]}


def _section(section: Section) -> dict[str, object]:
    return {
        "key": section.key,
        "title": _both(section.title),
        "figures": [
            {"key": f.key, "name": _both(f.name), "value": _rounded(f.value), "unit": f.unit, "target": f.target, "met": f.met,
             "note": _both(f.note) if f.note else None}
            for f in section.figures
        ],
        "tables": [
            {"title": _both(table.title) if table.title else None, "headings": [_both(heading) for heading in table.headings],
             "rows": [[_both(cell) if isinstance(cell, Message) else _said(cell, "en") for cell in row] for row in table.rows]}
            for table in section.tables
        ],
    }  # fmt: skip


def _both(told: Message) -> dict[str, str]:
    return {code: say_in(code, told) for code in LANGUAGES}
