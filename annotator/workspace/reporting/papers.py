"""Fill the inspection sheet and the quality certificate of a project, and write them as PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from annotator.domain.course import State, standing
from annotator.domain.inspection import MARKS, last_inspection
from annotator.domain.quality_report import Counts
from annotator.errors import AnnotatorError, system_cause
from annotator.formats.papers import Certificate, InspectedCase, InspectionSheet, certificate_pdf, inspection_pdf
from annotator.i18n import message
from annotator.workspace import durable, steps
from annotator.workspace.checking.running import Checked
from annotator.workspace.projects import ProjectFolder

INSPECTION, CERTIFICATE = "image-inspection-sheet.pdf", "quality-certificate.pdf"
_TITLE = "id IN ('json-follows-schema', 'case-json-follows-schema', 'files-read-cleanly')"
_NAME = "id IN ('names-follow-rule', 'files-follow-rule', 'file-has-image', 'image-has-its-files')"
_SIZE = "(id = 'mask-fits-source' AND (message LIKE '%pixels and its image%')) OR id IN ('image-can-be-read', 'file-can-be-read')"
_SHAPE = "id = 'mask-fits-source' AND message NOT LIKE '%pixels and its image%'"
_DRAWN = (
    "id IN ('outline-equals-mask', 'inside-image', 'category-is-allowed', 'mask-is-not-empty', 'lesion-reaches-limit', 'line-is-answered',"
    " 'label-is-code', 'attributes-are-answered', 'drawn-on-these-pixels')"
)
_YES = "O"


@dataclass(frozen=True)
class Said:
    """What a person says for the papers: numbers, names, kind of work; empty where it is to be filled in by hand."""

    number: str = ""
    call: str = ""
    kind: str = "어노테이션"
    author: str = ""
    evaluator: str = ""
    remarks: str = ""
    day: str = ""


def write_papers(folder: Path, project: ProjectFolder, found: Checked, counts: Counts, said: Said) -> tuple[Path, ...]:
    """Write both papers into a folder and return where they lie; raises AnnotatorError."""
    contents = {
        INSPECTION: inspection_pdf(_sheet(project, found, said)),
        CERTIFICATE: certificate_pdf(_certificate(project, found, counts, said)),
    }
    try:
        for name, content in contents.items():
            durable.write(folder / name, content)
    except OSError as error:
        doing = message("Writing the papers to {folder}", folder=folder)
        raise AnnotatorError(doing, system_cause(error), message("Choose a folder that you may write to")) from None
    return tuple(folder / name for name in contents)


def _sheet(project: ProjectFolder, found: Checked, said: Said) -> InspectionSheet:
    asked = "SELECT kept, min(patient), min(modality) FROM counted GROUP BY kept ORDER BY min(patient), kept"
    cases = tuple(_inspected(project.root, str(case), f"{patient} ({modality})") for case, patient, modality in found.rows(asked))
    data = ", ".join(modality.code for modality in project.project.modalities)
    return InspectionSheet(_name(project), data, said.number, said.call, cases)


def _inspected(root: Path, case: str, subject: str) -> InspectedCase:
    """What the newest inspection says of a case; one that was discarded did not pass."""
    listed = steps.read(root, case)[0]
    known, held = last_inspection(listed), standing(listed)
    if known is None:
        return InspectedCase(subject, passed=False if held.state is State.DISCARDED else None, day=held.since[:10] if listed else "")
    marks = [_marked(known.marks, name) for name in MARKS]
    passed = known.passed and held.state is not State.DISCARDED
    return InspectedCase(subject, (marks[0], marks[1], marks[2], marks[3], marks[4], marks[5]), passed, known.time[:10], known.inspector)


def _marked(marks: Mapping[str, str], name: str) -> str:
    text = marks.get(name, "")
    return _YES if text.lower() in ("yes", "true", "1") else text


def _certificate(project: ProjectFolder, found: Checked, counts: Counts, said: Said) -> Certificate:
    items = (
        ("제목의 정확성", "JSON의 과제명, 환자, 영상 항목이 규격과 일치", _errors(found, _TITLE)),
        ("파일명 규칙 준수", "폴더와 파일명이 과제 규칙과 일치, 빠진 파일 없음", _errors(found, _NAME)),
        ("해상도 규격 준수", "영상과 마스크를 읽을 수 있고 화소 수가 같음", _errors(found, _SIZE)),
        ("화면비 규격 준수", "마스크의 위치, 방향, 화소 간격이 원본과 같음", _errors(found, _SHAPE)),
        ("어노테이션 QC 불합격", "윤곽선과 마스크 일치, 카테고리, 병변 크기, 검수 결과", _errors(found, _DRAWN) + _wrong(counts)),
    )
    passed = not any(errors for _, _, errors in items)
    data = ", ".join(dict.fromkeys(modality for modality, _ in counts.collected)) or "-"
    amount = f"영상 {counts.images:,}건, 파일 {counts.files:,}개"
    return Certificate(_name(project), said.number, said.author, said.day, "적합" if passed else "부적합", said.kind, data, amount,
                       said.remarks, said.evaluator, items)  # fmt: skip


def _name(project: ProjectFolder) -> str:
    return project.project.description or project.project.name


def _errors(found: Checked, which: str) -> int:
    ((count,),) = found.rows(f"SELECT count(*) FROM finding WHERE severity = 'error' AND ({which})")
    return count if isinstance(count, int) else 0


def _wrong(counts: Counts) -> int:
    """Cases of the sample that the reviewers corrected or sent back."""
    return sum(verdict is False for verdict in counts.verdicts.values())
