"""Make what a review outside the program needs: a picture of every annotated image, pages of small pictures, and a sheet to fill in."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from annotator.checks.check import Saved
from annotator.errors import AnnotatorError, system_cause
from annotator.formats.picture import contour_png
from annotator.i18n import Message, language, mark, message, translate
from annotator.paths import safe_name
from annotator.progress import Report
from annotator.workspace import durable
from annotator.workspace.checking.lots import Kind, Lot, lots_of
from annotator.workspace.checking.members import of_place, of_tree
from annotator.workspace.checking.reading import Room, saved_of
from annotator.workspace.checking.tree import tree_of
from annotator.workspace.executor import Jobs, run
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.reporting.report_files import text_cell, workbook_bytes

SHEET, PICTURES = "review.xlsx", "pictures"
A_PAGE = 24
HEADINGS = (
    *(mark("Case"), mark("Image key"), mark("Patient"), mark("Series"), mark("Image"), mark("Categories"), mark("Annotations")),
    *(mark("Picture"), mark("Error (O)"), mark("Reason")),
)
"""The columns of the sheet; the last two are filled in."""
_WIDTHS = (14, 14, 12, 10, 9, 30, 13, 44, 12, 50)
_STYLE = """body{font:14px/1.5 "Noto Sans CJK KR","Malgun Gothic","Apple SD Gothic Neo",sans-serif;margin:1.5rem;background:#14171a;
color:#e6e9ec}a{color:#8cc2e8}main{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:14px}
figure{margin:0;background:#1d2226;padding:8px;border-radius:6px}img{width:100%;height:300px;object-fit:contain;background:#000}
figcaption{padding:.35rem .1rem 0;word-break:break-all}nav{margin:.8rem 0}h1{font-size:1.2rem}"""


@dataclass(frozen=True)
class Shown:
    """A picture that was written: where (relative, `/`), and the row of the sheet for it."""

    picture: str
    case: str
    image: str
    patient: str
    series: str
    number: str
    categories: str
    annotations: int


@dataclass(frozen=True)
class Written:
    """What was written, and the images of which there is no picture, each with the reason."""

    pictures: int
    pages: int
    left: tuple[Message, ...]


@dataclass(frozen=True)
class _Task:
    """A lot whose pictures are drawn; `place` says where it stands among the others, `english` how categories are called."""

    project: ProjectFolder
    lot: Lot
    place: int
    folder: Path
    english: bool


def write_contours(project: ProjectFolder, folder: Path, report: Report, jobs: Jobs = 1) -> Written:
    """Write pictures, pages and the sheet into a folder; `report` counts lots.  Raises AnnotatorError, and Cancelled from the report."""
    lots = [lot for lot in lots_of(project) if lot.kind in (Kind.FOLDER, Kind.PLACED)]
    bare, found = replace(project, root=project.root.absolute(), remarks=(), flaw=None), dict[int, tuple[list[Shown], list[Message]]]()
    tasks = (_Task(bare, lot, place, folder.absolute(), language() == "en") for place, lot in enumerate(lots))
    report.total = len(lots)
    try:
        for outcome in run(drawn, tasks, report, jobs):
            lot = outcome.piece.lot
            lost = message("{lot}: the process that drew its pictures ended without a word, twice", lot=lot.name)
            found[outcome.piece.place] = outcome.result or ([], [lost])
            report.advance(subject=lot.name)
        shown = [one for place in sorted(found) for one in found[place][0]]
        left = [one for place in sorted(found) for one in found[place][1]]
        pages = [shown[start : start + A_PAGE] for start in range(0, len(shown), A_PAGE)]
        for number, page in enumerate(pages, start=1):
            durable.write(folder / _page_name(number), _page(project.project.name, page, number, len(pages)).encode())
        durable.write(folder / SHEET, _sheet(shown))
    except OSError as error:
        doing = message("Writing the contour pictures to {folder}", folder=folder)
        raise AnnotatorError(doing, system_cause(error), message("Choose a folder that you may write to")) from None
    return Written(len(shown), len(pages), tuple(left))


def drawn(task: _Task) -> tuple[list[Shown], list[Message]]:
    """Write the pictures of a lot; returns them, and why others are not there.  Raises OSError where they cannot be written."""
    shown, left = list[Shown](), list[Message]()
    for saved in _annotated(task.project, task.lot):
        try:
            shown.append(_picture(saved, task.folder, english=task.english))
        except AnnotatorError as error:
            left.append(error.message)
    return shown, left


def _annotated(project: ProjectFolder, lot: Lot) -> Iterator[Saved]:
    """The annotated images of a lot."""
    room = Room(project)
    if lot.kind is Kind.PLACED:
        members = of_place(project, lot)[0]
    else:
        tree = tree_of(project.root, project.project, lot)
        room.there, members = tree.there, of_tree(project, tree)[0]
    yield from (saved for saved in saved_of(room, members) if saved.sheet.annotations)


def _picture(saved: Saved, folder: Path, *, english: bool) -> Shown:
    sheet, names = saved.sheet, saved.sheet.names
    stem = safe_name(f"{sheet.modality.code}_{names.patient}_{names.series}_{names.image}")
    path = f"{PICTURES}/{stem}.png"
    durable.write(folder / path, contour_png(sheet))
    known = {category.key: category.name_en if english and category.name_en else category.name for category in sheet.categories}
    drawn = ", ".join(dict.fromkeys(known.get(annotation.category, annotation.category) for annotation in sheet.annotations))
    return Shown(path, saved.case, str(sheet.image.key), names.patient, names.series, names.image, drawn, len(sheet.annotations))


def _page_name(number: int) -> str:
    return "index.html" if number == 1 else f"page-{number:04d}.html"


def _page(project: str, shown: Sequence[Shown], number: int, pages: int) -> str:
    title = translate(mark("{project}: contours, page {number} of {pages}"), project=project, number=number, pages=pages)
    links = []
    if number > 1:
        links.append(f'<a href="{_page_name(number - 1)}">← {html.escape(translate(mark("Previous page")))}</a>')
    if number < pages:
        links.append(f'<a href="{_page_name(number + 1)}">{html.escape(translate(mark("Next page")))} →</a>')
    figures = "\n".join(
        f'<figure><a href="{html.escape(one.picture)}"><img loading="lazy" src="{html.escape(one.picture)}" alt=""></a>'
        f"<figcaption>{html.escape(f'{one.patient} · {one.series} · {one.number}')}<br>{html.escape(one.categories)}</figcaption></figure>"
        for one in shown
    )
    head = f'<head><meta charset="utf-8"><title>{html.escape(title)}</title><style>{_STYLE}</style></head>'
    body = f"<body><h1>{html.escape(title)}</h1><nav>{' · '.join(links)}</nav><main>{figures}</main></body>"
    return f'<!doctype html><html lang="{language()}">{head}{body}</html>\n'


def _sheet(shown: Sequence[Shown]) -> bytes:
    """The sheet to fill in: a row for each picture, the columns that identify it hidden."""
    book = Workbook()
    page: Any = book.active
    page.title = translate(mark("Review sheet"))
    for column, heading in enumerate(HEADINGS, start=1):
        cell = text_cell(page, 1, column, translate(heading))
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="EEF2F5")
        page.column_dimensions[cell.column_letter].width = _WIDTHS[column - 1]
    for row, one in enumerate(shown, start=2):
        values = (one.case, one.image, one.patient, one.series, one.number, one.categories, one.annotations, one.picture)
        for column, value in enumerate(values, start=1):
            text_cell(page, row, column, value)
        page.cell(row, 8).hyperlink = one.picture
        page.cell(row, len(HEADINGS)).alignment = Alignment(wrap_text=True)
    page.column_dimensions["A"].hidden = page.column_dimensions["B"].hidden = True
    page.freeze_panes = "C2"
    if shown:
        choice = DataValidation(type="list", formula1='"O"', allow_blank=True)
        page.add_data_validation(choice)
        choice.add(f"I2:I{len(shown) + 1}")
    return workbook_bytes(book)
