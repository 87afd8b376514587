"""Read a project as a data set: its images, and their annotations from the newest revisions or from delivered files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from annotator.domain.delivery import Reading, Sheet
from annotator.domain.exchange import Item
from annotator.domain.finding import Finding
from annotator.domain.image import ImageKey
from annotator.domain.project import Modality
from annotator.domain.series import spatial_order
from annotator.errors import AnnotatorError
from annotator.formats.format import CASE, Format
from annotator.i18n import Message
from annotator.paths import contained
from annotator.progress import Report
from annotator.workspace import revisions
from annotator.workspace.batch import Known, images_in_place, images_in_tree, recorded_in
from annotator.workspace.exchange.dataset import DataSet, Filled, Series, item_of, with_own_stems
from annotator.workspace.exchange.grouping import case_of
from annotator.workspace.exchange.offered import RECORD, format_of, formats
from annotator.workspace.labels import effective_annotations
from annotator.workspace.projects import ProjectFolder


@dataclass(frozen=True)
class FromFiles:
    """Fills items from the delivered files of one format; `cases` holds the bare sheets of each case where files belong to cases."""

    folder: ProjectFolder
    format: str
    cases: Mapping[ImageKey, tuple[Sheet, ...]]

    def __call__(self, items: Sequence[Item]) -> Filled:
        """Read the files of some images."""
        (used,) = (one for one in formats() if one.id == self.format and isinstance(one, Format))
        filled: list[Item] = []
        remarks: list[Message] = []
        failures: list[AnnotatorError] = []
        told: set[str] = set()
        for item in items:
            sheet = replace(item.sheet, siblings=self.cases.get(item.sheet.image.key, ()))
            paths = used.paths(sheet)
            try:
                contents = {path: place.read_bytes() for path in paths if (place := contained(self.folder.root, path)).is_file()}
                read = used.read(sheet, contents) if contents else Reading()
            except AnnotatorError as error:
                read = Reading()
                failures += [] if set(paths) & told else [error]
            else:
                remarks += () if used.unit == CASE and set(paths) & told else read.remarks
            told |= set(paths)
            own = read.of(item.sheet.image.key).annotations
            filled.append(replace(item, sheet=replace(item.sheet, annotations=own, facts=read.facts or {})))
        return Filled(tuple(filled), tuple(remarks), tuple(failures))


@dataclass
class FromRecord:
    """Fills items from the newest revisions; one case at a time is held in memory."""

    folder: ProjectFolder
    case_of: Mapping[ImageKey | str, str]
    """The case that speaks of an image, and of a study or series as a whole."""
    _case: str = ""
    _held: revisions.Revision | None = None

    def __call__(self, items: Sequence[Item]) -> Filled:
        """Look up what was drawn on some images."""
        failures: list[AnnotatorError] = []
        filled: list[Item] = []
        for item in items:
            try:
                filled.append(replace(item, sheet=self._with_drawn(item.sheet)))
            except AnnotatorError as error:
                failures.append(error)
                filled.append(item)
        return Filled(tuple(filled), failures=tuple(failures))

    def _with_drawn(self, sheet: Sheet) -> Sheet:
        image = sheet.image
        whole = image.study_uid if sheet.modality.case == "study" else image.series_uid
        case = self.case_of.get(image.key) or self.case_of.get(whole)
        if case is None:
            return sheet
        if case != self._case:
            heads, _ = revisions.heads(self.folder.root, case, keep=True)
            self._case, self._held = case, heads[0] if heads else None
        held = self._held
        if held is None:
            return sheet
        drawn = effective_annotations(self.folder.root, self.folder.project, held.document, sheet.image.key)
        sheet = replace(sheet, annotations=drawn, facts=held.document.facts, regions_only=held.regions_only)
        return replace(sheet, author=held.author, time=held.time)


def project_data_set(folder: ProjectFolder, source: str, report: Report, elsewhere: Sequence[Known] = ()) -> DataSet:
    """Return the images that a project knows, to be filled from its `record` or the delivered files of a format; raises AnnotatorError.

    `elsewhere`: more images that its files speak of.  `report` counts the images as their headers are read.
    """
    series, remarks = project_images(folder, report, elsewhere)
    if source == RECORD:
        recorded, damaged = recorded_in(folder.root)
        cases = {key: revision.case for key, revision in recorded.items()}
        remarks += tuple(finding.message for finding in damaged)
        return DataSet(folder.project, series, FromRecord(folder, cases), origin=RECORD, remarks=remarks)
    used = format_of(source, tuple(one for one in formats() if isinstance(one, Format)))
    found: dict[tuple[str, ...], list[Sheet]] = {}
    for item in (item for one in series for item in one) if isinstance(used, Format) and used.unit == CASE else ():
        found.setdefault(case_of(item.sheet), []).append(item.sheet)
    siblings = {sheet.image.key: tuple(case) for case in found.values() for sheet in case}
    return DataSet(folder.project, series, FromFiles(folder, source, siblings), portable=not siblings, origin=source, remarks=remarks)


def project_images(
    folder: ProjectFolder, report: Report, elsewhere: Sequence[Known] = ()
) -> tuple[tuple[Series, ...], tuple[Message, ...]]:
    """Return the images that a project knows, series by series, and a remark for each that is not there; raises AnnotatorError."""
    known: dict[ImageKey, Known] = {}
    remarks: list[Message] = []
    for entry in (*images_in_tree(folder), *images_in_place(folder), *elsewhere):
        report.advance()
        if isinstance(entry, Finding):
            remarks.append(entry.message)
        else:
            known.setdefault(entry.image.key, entry)
    studies: dict[str, set[str]] = {}
    for entry in known.values():
        studies.setdefault(entry.image.study_uid, set()).add(entry.image.modality)
    found: dict[tuple[str, str, str], list[Item]] = {}
    for entry in known.values():
        modality = _modality(folder, entry, frozenset(studies[entry.image.study_uid]))
        if modality is not None:
            made = item_of(folder.project, modality, entry.image, entry.names, in_tree=entry.in_tree, uid_root=folder.salt)
            found.setdefault((entry.names.patient, entry.names.series, entry.image.series_uid), []).append(made)
    ordered = tuple(_in_order(found[key]) for key in sorted(found))
    return with_own_stems(ordered), tuple(remarks)


def _in_order(items: Sequence[Item]) -> Series:
    by_key = {item.sheet.image.key: item for item in items}
    return tuple(by_key[image.key] for image in spatial_order(item.sheet.image for item in items))


def _modality(folder: ProjectFolder, known: Known, in_study: frozenset[str]) -> Modality | None:
    """The modality whose folder an image of the tree lies in, else the one that its header means; None: it is view only."""
    project = folder.project
    if known.in_tree:
        for modality in project.modalities:
            path = Sheet(project, modality, known.image, known.names).path("image")
            if contained(folder.root, path) == contained(folder.root, known.image.path):
                return modality
    return project.modality_of(known.image.modality, in_study)
