"""Open whatever a person points at as a data set: a project, a delivered tree, or files of an exchange format with or without images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from annotator.dicom.found import Found
from annotator.domain.delivery import Names
from annotator.domain.exchange import Item, Source
from annotator.domain.patterns import fields_of
from annotator.domain.project import Project
from annotator.errors import AnnotatorError
from annotator.formats.format import Exchange, Format
from annotator.i18n import Message, message
from annotator.progress import Report
from annotator.workspace.adoption import names_in_tree
from annotator.workspace.batch import Known
from annotator.workspace.catalogue import Catalogue
from annotator.workspace.exchange.dataset import DataSet, Series, class_on, item_of
from annotator.workspace.exchange.labels import with_meanings
from annotator.workspace.exchange.loose import loose_data_set
from annotator.workspace.exchange.offered import RECORD, format_of
from annotator.workspace.exchange.project_source import project_data_set, project_images
from annotator.workspace.exchange.reading import Findings, read_data_set
from annotator.workspace.exchange.sources import Place, catalogue_of, images_in, is_project, place_of, project_named, require
from annotator.workspace.projects import ProjectFolder, definition_of, open_project
from annotator.workspace.register import Register


def open_data_set(source: Path, read_as: str, project: str, images: Sequence[Path], report: Report, *,
                  meanings: Sequence[str] = ()) -> tuple[DataSet, Findings]:
    """Return what lies at `source` as a data set, and what reading it came upon; raises AnnotatorError.

    `read_as`: the id of a format, `record`, or empty for a project's newest revisions.  `project`: whose categories are meant, a bundled
    name or a folder; empty: those of the project at `source`, else the source's own.  `images`: more places where images lie.
    `meanings`: `label=category` words, for labels of an exchange format that the project calls otherwise.
    """
    require(source)
    for place in images:
        require(place)
    own = open_project(source) if is_project(source) else None
    named = project_named(project) if project else None
    if not read_as and own is None:
        raise _unclear(message("nothing says in which format its annotations are"), message("Say it: --from FORMAT"))
    if read_as in ("", RECORD):
        if own is None:
            raise _unclear(message("it is no project, and only projects have revisions"), message("Name a format: --from FORMAT"))
        return _not_empty(project_data_set(own, RECORD, report)), Findings()
    used = format_of(read_as)
    if isinstance(used, Format):
        root = source if source.is_dir() else source.parent
        folder = own or (replace(named, root=root, read_only=True) if named else None)
        if folder is None:
            cause = message("files of {format} lie in the tree of a project, and nothing says which", format=read_as)
            raise _unclear(cause, message("Name the folder and its project: --project NAME"))
        if own is not None:
            return _not_empty(project_data_set(own, read_as, report)), Findings()
        data = project_data_set(folder, read_as, report, _in_tree_of_others(folder, used, images, report))
        return (data, Findings()) if data.count and source.is_dir() else _loose(folder.project, used, source, images, report)
    known = named or own
    if meanings:
        if known is None:
            raise _unclear(message("labels can only mean categories of a project"), message("Name it: --project PROJECT"))
        known = replace(known, project=with_meanings(known.project, meanings))
    return _exchange(used, source, known, own, images, report)


def _exchange(used: Exchange, source: Path, project: ProjectFolder | None, own: ProjectFolder | None, images: Sequence[Path],
              report: Report) -> tuple[DataSet, Findings]:
    """Read an exchange format; the images are those of the project, those beside the annotations, and those at `images`."""
    known = project_images(project, report)[0] if project is not None and _has_folder(project) else ()
    places = [*([source] if source.is_dir() and own is None else []), *images]
    found, _ = images_in(places, report) if places else ((), ())
    plain = definition_of("scratch")
    files = place_of(source, [image.path for entry in found for image in entry.images])
    held = {item.sheet.image.key for one in known for item in one}
    strange = tuple(entry for entry in found if not any(image.key in held for image in entry.images))

    def images_of(definition: Project) -> Sequence[Series]:
        return (*known, *_named(strange, definition, project))

    meant = project.project if project else None
    data, findings = read_data_set(used, _source(files, found, known, project), meant, plain, images_of, report)
    if not findings.ways and not findings.failures and not findings.unmatched:
        cause = message("no file of the format {format} was found", format=used.id)
        raise _unclear(cause, message("See whether it is the right folder and format (annotator formats)"))
    return data, findings


def _source(files: Place, found: Sequence[Found], known: Sequence[Series], project: ProjectFolder | None) -> Source:
    images = {image.key: image for entry in found for image in entry.images}
    images |= {item.sheet.image.key: item.sheet.image for one in known for item in one}
    return Source(files.names, files.read, tuple(images.values()), project.project if project else None)


def _named(found: Sequence[Found], definition: Project, project: ProjectFolder | None) -> tuple[Series, ...]:
    """Images that were found, under the names that the project gave them."""
    return named_series(Catalogue().with_found(found, definition), definition, project)


def named_series(catalogue: Catalogue, definition: Project, project: ProjectFolder | None) -> tuple[Series, ...]:
    """Return images in spatial order; those that no project knows yet get ids that are counted here and kept nowhere."""
    folder = project if project is not None and _has_folder(project) else None
    register = Register(folder) if folder is not None else None
    ids = definition.id_patterns
    apart = all("series" in fields_of(pattern) for pattern in definition.patterns.values())
    series: list[Series] = []
    for number, patient in enumerate(catalogue.patients, start=1):
        earlier = 0  # where a path does not name the series, its images are counted on
        for place, one in enumerate((one for study in patient.studies for one in study.series), start=1):
            if one.project_modality is None:
                continue
            items: list[Item] = []
            for count, image in enumerate(one.images, start=1 + (0 if apart else earlier)):
                patient_id, series_id = ids["patient"].format(number=number), ids["series"].format(number=place)
                given = register.known(image) if register is not None else None
                names = given or Names(patient_id, series_id, ids["image"].format(number=count), class_on(image.path, definition))
                root = folder.salt if folder is not None and given is not None else ""
                items.append(item_of(definition, one.project_modality, image, names, uid_root=root))
            earlier += len(items)
            series.append(tuple(items))
    return tuple(series)


def _in_tree_of_others(folder: ProjectFolder, used: Format, images: Sequence[Path], report: Report) -> tuple[Known, ...]:
    """The images at other places of which a delivered tree holds files, named as there: the files say whose they are."""
    found = images_in(images, report)[0] if images else ()
    named = []
    for series in catalogue_of(found, folder).in_order:
        if series.project_modality is not None:
            named += [Known(image, series.owner, names, False) for names, image in names_in_tree(folder, (used,), series)]
    return tuple(named)


def _loose(definition: Project, used: Format, source: Path, images: Sequence[Path], report: Report) -> tuple[DataSet, Findings]:
    """Files that lie in no tree, with the images beside them and at `images`."""
    places = [*([source] if source.is_dir() else []), *images]
    found = images_in(places, report)[0] if places else ()
    files = place_of(source, [image.path for entry in found for image in entry.images])
    data, findings = loose_data_set(definition, used, files, _named(found, definition, None))
    if not findings.ways and not findings.failures and not findings.unmatched:
        return _not_empty(replace(data, series=())), findings
    return data, findings


def _not_empty(data: DataSet) -> DataSet:
    """Raise AnnotatorError where a project or tree knows no image."""
    if not data.count:
        remedy = message("Name the folder where the images lie: --images FOLDER")
        raise _unclear(message("none of the images that its files speak of was found"), remedy)
    return data


def _has_folder(project: ProjectFolder) -> bool:
    return project.root.is_dir()


def _unclear(cause: Message, remedy: Message) -> AnnotatorError:
    return AnnotatorError(message("Reading the annotations"), cause, remedy)
