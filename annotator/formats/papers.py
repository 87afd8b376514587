"""Write the two papers that a project hands in with its data, as PDF in Korean: the inspection sheet and the quality certificate.

Their items are those of the dementia project's forms.  The font is embedded, so that the papers look the same everywhere.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, TableStyle
from reportlab.platypus import Table as Grid

from annotator.formats.korean_font import korean_font

_FONT, _BOLD = "Annotator-Korean", "Annotator-Korean-Bold"
_LINE, _GROUND = colors.HexColor("#5b6670"), colors.HexColor("#eef2f5")
_MARKS = ("기울기", "판독불능", "여백", "회전", "노이즈", "기타")
_EDGE = 15 * mm


@dataclass(frozen=True)
class InspectedCase:
    """A row of the inspection sheet: subject, what was found (one text for each of the six marks), result, day and inspector."""

    subject: str
    marks: tuple[str, str, str, str, str, str] = ("", "", "", "", "", "")
    passed: bool | None = None
    day: str = ""
    inspector: str = ""


@dataclass(frozen=True)
class InspectionSheet:
    """What stands above the rows: project, kind of data (자료유형), number (관리번호), call number (청구기호)."""

    project: str
    data: str
    number: str = ""
    call: str = ""
    cases: tuple[InspectedCase, ...] = ()


@dataclass(frozen=True)
class Certificate:
    """What stands on the quality certificate; `items`: name, what was held against it, errors."""

    project: str
    number: str
    author: str
    day: str
    result: str
    kind: str
    data: str
    amount: str
    remarks: str
    evaluator: str
    items: tuple[tuple[str, str, int], ...] = field(default=())


def inspection_pdf(sheet: InspectionSheet) -> bytes:
    """Return the image inspection sheet (영상 검수확인서); raises AnnotatorError where no Korean font is there."""
    _fonts()
    failed = sum(case.passed is False for case in sheet.cases)
    open_ = sum(case.passed is None for case in sheet.cases)
    head = _grid(
        [["과제명", sheet.project, "자료유형", sheet.data], ["관리번호", sheet.number, "청구기호", sheet.call]],
        (25 * mm, 108 * mm, 25 * mm, 109 * mm), labels=(0, 2),
    )  # fmt: skip
    rows: list[list[str]] = [["번호", "대상", *_MARKS, "결과", "검수일", "검수자", "서명"]]
    for number, case in enumerate(sheet.cases, start=1):
        result = "" if case.passed is None else "적합" if case.passed else "부적합"
        rows.append([str(number), case.subject, *case.marks, result, case.day, case.inspector, ""])
    widths = (12, 34, 19, 19, 19, 19, 19, 36, 17, 25, 24, 24)
    body = _grid(rows, tuple(width * mm for width in widths), header=True, centred=True)
    total = f"전체 {len(sheet.cases)}건, 적합 {len(sheet.cases) - failed - open_}건, 부적합 {failed}건, 미검수 {open_}건"
    parts = [_title("영상 검수확인서"), head, Spacer(1, 4 * mm), body, Spacer(1, 3 * mm), Paragraph(total, _style(9))]
    return _document(parts, landscape(A4), "영상 검수확인서")


def certificate_pdf(paper: Certificate) -> bytes:
    """Return the quality certificate (품질확인서); raises AnnotatorError where no Korean font is there."""
    _fonts()
    wide = (28 * mm, 62 * mm, 28 * mm, 62 * mm)
    head = _grid(
        [
            ["사업명", paper.project, "관리번호", paper.number],
            ["작성자명", paper.author, "작성일", paper.day],
            ["작업유형", paper.kind, "평가결과", paper.result],
            ["대상자료", paper.data, "수량", paper.amount],
        ],
        wide, labels=(0, 2),
    )  # fmt: skip
    rows = [["번호", "평가 항목", "평가 기준", "오류 수"]]
    rows += [[str(number), name, rule, f"{errors:,}"] for number, (name, rule, errors) in enumerate(paper.items, start=1)]
    rows.append(["", "합계", "", f"{sum(errors for _, _, errors in paper.items):,}"])
    items = _grid(rows, (14 * mm, 48 * mm, 92 * mm, 26 * mm), header=True, centred=True)
    note = _grid([["비고", paper.remarks]], (28 * mm, 152 * mm), labels=(0,))
    total = _grid([["총 자료 수량", paper.amount]], (28 * mm, 152 * mm), labels=(0,))
    signed = _grid([["평가자", f"{paper.evaluator}　　　　(서명)", "평가일", paper.day]], wide, labels=(0, 2))
    gap = Spacer(1, 5 * mm)
    says = Paragraph("위 자료의 품질을 위와 같이 확인합니다.", _style(11, centred=True))
    parts = [_title("품질확인서"), head, gap, items, gap, note, Spacer(1, 12 * mm), says, Spacer(1, 8 * mm), total, signed]
    return _document(parts, A4, "품질확인서")


@cache
def _fonts() -> None:
    regular, bold = korean_font()
    pdfmetrics.registerFont(TTFont(_FONT, str(regular)))
    pdfmetrics.registerFont(TTFont(_BOLD, str(bold)))


def _document(parts: Sequence[Any], size: tuple[float, float], title: str) -> bytes:
    stream = io.BytesIO()
    made = SimpleDocTemplate(stream, pagesize=size, leftMargin=_EDGE, rightMargin=_EDGE, topMargin=_EDGE, bottomMargin=_EDGE, title=title,
                             author="annotator", invariant=1)  # fmt: skip
    canvas = partial(Canvas, initialFontName=_FONT)  # no font is named that is not embedded
    made.build(list(parts), onFirstPage=_page_number, onLaterPages=_page_number, canvasmaker=canvas)
    return stream.getvalue()


def _page_number(canvas: Any, document: Any) -> None:
    canvas.saveState()
    canvas.setFont(_FONT, 8)
    canvas.drawCentredString(document.pagesize[0] / 2, 8 * mm, f"- {canvas.getPageNumber()} -")
    canvas.restoreState()


def _title(text: str) -> Any:
    return Paragraph(text, ParagraphStyle("title", fontName=_BOLD, fontSize=20, leading=26, alignment=TA_CENTER, spaceAfter=7 * mm))


def _style(size: float, *, bold: bool = False, centred: bool = False) -> Any:
    return ParagraphStyle("cell", fontName=_BOLD if bold else _FONT, fontSize=size, leading=size * 1.35, wordWrap="CJK",
                          alignment=TA_CENTER if centred else TA_LEFT)  # fmt: skip


def _grid(rows: Sequence[Sequence[str]], widths: Sequence[float], *, labels: Sequence[int] = (), header: bool = False,
          centred: bool = False) -> Any:
    """A table with lines; `labels`: columns that name what stands beside them."""
    cells = [
        [Paragraph(escape(text), _style(9.5, bold=(header and n == 0) or column in labels, centred=centred or column in labels))
         for column, text in enumerate(row)]
        for n, row in enumerate(rows)
    ]  # fmt: skip
    looks: list[tuple[Any, ...]] = [("GRID", (0, 0), (-1, -1), 0.5, _LINE), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    looks += [("TOPPADDING", (0, 0), (-1, -1), 5), ("BOTTOMPADDING", (0, 0), (-1, -1), 7)]
    looks += [("BACKGROUND", (column, 0), (column, -1), _GROUND) for column in labels]
    looks += [("BACKGROUND", (0, 0), (-1, 0), _GROUND)] if header else []
    return Grid(cells, colWidths=list(widths), repeatRows=int(header), style=TableStyle(looks))
