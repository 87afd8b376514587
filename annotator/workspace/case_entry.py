"""Read what the worklist says of a case out of the project: its ids and images, how it stands, and what was saved of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from annotator.domain import course
from annotator.domain.course import Standing
from annotator.domain.holdings import band_of
from annotator.domain.orientation import plane_of
from annotator.domain.patterns import matcher
from annotator.domain.project import Modality, Pass
from annotator.domain.queue import Entry
from annotator.formats import record
from annotator.formats.lung_reading import described
from annotator.workspace import clinical, revisions, steps
from annotator.workspace.catalogue import Series
from annotator.workspace.patients import choices
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.register import Register

_LONGEST = 200
"""Signs of a description that are kept."""
_NUMBER = re.compile(r"\d{1,3}(\.\d+)?")
_UID = re.compile(r"[0-9.]{1,64}")


def folders(root: Path) -> Iterator[tuple[str, int]]:
    """Yield the cases that have a folder in the project, and the stamps of those: adding a file changes it.  Raises OSError."""
    with suppress(FileNotFoundError), os.scandir(root / ".annotator" / "cases") as entries:
        for entry in entries:
            if _UID.fullmatch(entry.name) and entry.is_dir():
                yield entry.name, entry.stat().st_mtime_ns


def of_images(register: Register, known: Entry, members: Sequence[Series], harmless: Sequence[str] = ()) -> Entry:
    """Return the entry of a case with what its series tell: modality, number, place and making of its images, ids.

    Of images that are not in the project's tree, descriptions keep only words that name nobody; `harmless` are more of these, the
    project's own.  Raises AnnotatorError.
    """
    first = members[0]
    modality = next(series.project_modality for series in members if series.project_modality is not None)
    known_names = (register.known(image, again=False) for series in members for image in series.images)
    names = next((found for found in known_names if found is not None), None)  # in place only what was saved on has its ids
    images = sum(series.count for series in members)
    entry = replace(known, modality=modality.code, images=images, place=str(Path(first.images[0].path).parent),
                    study=first.study_uid, plane=plane_of(first.images[0].plane), device=first.owner.device or known.device,
                    sex=first.owner.sex, age=band_of(first.owner.age),
                    description=_described(members, harmless, clean=register.in_tree(first.images[0]) is not None))  # fmt: skip
    if names is None:
        return entry
    return replace(entry, patient=names.patient, series=names.series, class_folder=names.class_folder)


def of_course(folder: ProjectFolder, known: Entry, passes: Mapping[str, tuple[Pass, ...]]) -> tuple[Entry, int]:
    """Return the entry of a case as its folder in the project tells it now, and the stamp of that folder.

    `passes`: those that bind, by code of the modality.  Raises OSError.
    """
    stamp = _stamp(revisions.folder_of(folder.root, known.case))
    taken, _ = steps.read(folder.root, known.case)
    annotations, changed, files, path = _saved(folder.root, known.case)
    known = known if known.device else replace(known, device=_device(folder, files))
    place = known.place or (str((folder.root / path).parent) if path else "")
    entry = replace(known, annotations=annotations, changed=max(changed, taken[-1].time if taken else ""), place=place)
    if not entry.patient and files:
        entry = _named(folder, entry, files)
    return _standing(entry, course.standing(taken), passes.get(entry.modality, ())), stamp


def of_sheet(folder: ProjectFolder) -> dict[str, tuple[str, str]]:
    """Return sex and age band that the project's clinical sheet gives its patients.  Raises OSError.

    They are the columns `sex` and `age`; one that gives the class away where the project is blind is left alone.
    """
    definition = folder.project.clinical
    if definition is None:
        return {}
    open_to_all = {column.key for column in definition.columns if definition.shown(column.key, blind=True)} & {"sex", "age"}
    found = {}
    for patient, row in clinical.newest(folder.root).rows.items():
        sex, age = (row.values.get(key, "") if key in open_to_all else "" for key in ("sex", "age"))
        found[patient] = sex, band_of(int(float(age))) if _NUMBER.fullmatch(age) else ""
    return found


def _described(members: Sequence[Series], harmless: Sequence[str], *, clean: bool) -> str:
    """What study and series are called, each text once."""
    texts = dict.fromkeys(text for one in members for text in (one.owner.study_description, one.owner.series_description) if text)
    if texts and not clean:
        from annotator.dicom.deidentify_words import Words, words  # loads the codes of the standard: only now are they needed

        owner = members[0].owner
        allowed = Words(words(harmless), words((owner.patient_id, owner.patient_name)))
        texts = dict.fromkeys(text for said in texts if (text := allowed.cleaned(said)[0]))
    return " · ".join(texts)[:_LONGEST]


def _device(folder: ProjectFolder, files: Sequence[str]) -> str:
    """Maker and model as a delivered file of the case says them; empty where none does."""
    path = next((path for path in files if path.endswith(".json")), "")
    try:
        said = described((folder.root / path).read_bytes()) if path else None
    except OSError:
        return ""
    told = [(said or {}).get(key) for key in ("manufacturer", "manufacturerModelName")]
    unknown = [folder.project.placeholder(key) for key in ("manufacturer", "manufacturerModelName")]
    return " ".join(text for text, none in zip(told, unknown, strict=True) if isinstance(text, str) and text and text != none)


def _named(folder: ProjectFolder, entry: Entry, files: Sequence[str]) -> Entry:
    """The entry with the ids that the paths of its delivered files say."""
    project = folder.project
    for kind in ("json", "mask", "label"):
        pattern = matcher(project.patterns[kind], choices(project)) if kind in project.patterns else None
        said = next((match.groupdict() for path in files if pattern and (match := pattern.fullmatch(path))), None)
        if said:
            modality = next((m for m in project.modalities if _fits(m, said)), None)
            return replace(entry, patient=said.get("patient", ""), series=said.get("series", ""),
                           class_folder=said.get("class", entry.class_folder),
                           modality=modality.code if modality else entry.modality)  # fmt: skip
    return entry


def _standing(entry: Entry, found: Standing, passes: Sequence[Pass]) -> Entry:
    role = course.role_for(found, passes)
    again = found.again[0].facts if found.again and role is None else {}  # else what is to be done with it goes first
    return replace(
        entry,
        state=found.state,
        role=role.value if role is not None else again.get("role", ""),
        assignee=again.get("to", found.assignee),
        since=found.since,
        asked=tuple(dict.fromkeys(question.facts.get("to", "") for question in found.questions)),
        question=found.questions[0].facts.get("text", "") if found.questions else "",
        returned=found.returned.reason if found.returned is not None else "",
        drew=tuple(dict.fromkeys(found.drew.values())),
        judged=tuple(found.verdicts),
    )


def _stamp(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _saved(root: Path, case: str) -> tuple[int, str, tuple[str, ...], str]:
    """How many annotations the newest revision has, when it was saved, its delivered files, and where one of its images lies."""
    for _, path in sorted(revisions.listed(root, case).items(), reverse=True):
        try:
            found, _ = record.unseal(path.read_bytes())
            counts, _ = record.count_document(found.get("document"))
            images = [record.entries(entry) for entry in record.items(found, "images")]
            files = [file for entry in images for file in record.entries(entry.get("files"))]
            image = next((record.text(entry, "path") for entry in images if entry.get("path")), "")
            return sum(counts.values()), record.text(found, "time"), tuple(files), image
        except (record.Damaged, record.Newer, OSError):
            continue  # told where the case is opened
    return 0, "", (), ""


def _fits(modality: Modality, said: dict[str, str]) -> bool:
    return said.get("prefix", modality.prefix) == modality.prefix and said.get("folder", modality.folder) == modality.folder
