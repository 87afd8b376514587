"""Try out how a project names its files and ids: an example of every name it makes, and names that would clash or break somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from annotator.domain.finding import Severity
from annotator.domain.patterns import fields_of, is_name
from annotator.domain.project import Modality, Project
from annotator.i18n import Message, message
from annotator.paths import nfc

_LONGEST_PATH = 180
"""Characters below the project's folder; Windows takes 259 in all, and the project's own folder needs room."""
_LONGEST_NAME = 255
"""Bytes of one name on usual file systems."""
_IDS = ("patient", "series", "image")


@dataclass(frozen=True)
class Example:
    """One name as the project makes it: `kind` is a pattern (`image`, `mask`, `json`, `label`) or an id (`patient`, `series`, `image`)."""

    kind: str
    name: str
    modality: str = ""
    class_folder: str = ""
    category: str = ""
    """Key of the category, for names that hold one."""


@dataclass(frozen=True)
class Oddity:
    """Something about the names that would go wrong, or may."""

    severity: Severity
    text: Message


def ids_of(project: Project, number: int = 1) -> dict[str, str]:
    """Return the ids that the project gives to its `number`-th patient, series and image."""
    return {kind: project.id_patterns[kind].format(number=number) for kind in _IDS if kind in project.id_patterns}


def examples(project: Project) -> tuple[Example, ...]:
    """Return an example of every name: each pattern for each modality, class and category that it tells apart."""
    found: dict[tuple[str, str], Example] = {}
    for modality in project.modalities:
        for kind in project.patterns:
            for known in (*project.classes, project.unclassified):
                categories = project.categories_of(modality) if "category" in fields_of(project.patterns[kind]) else (None,)
                for category, ids in product(categories, _ids_of(project, modality)):
                    name = path_of(project, kind, modality, known, ids, category.id if category else "")
                    key = category.key if category else ""
                    found.setdefault((kind, name), Example(kind, name, modality.code, known, key))
    return tuple(found.values())


def _ids_of(project: Project, modality: Modality) -> list[dict[str, str]]:
    """The ids of the first image; where images are named by view, of each view."""
    ids = ids_of(project)
    return [{**ids, "image": view} for view in modality.views] or [ids]


def path_of(project: Project, kind: str, modality: Modality, known: str, ids: dict[str, str], category: object = "") -> str:
    """Return the path that a pattern makes of these parts."""
    parts = {"class": known, "folder": modality.folder, "prefix": modality.prefix, "category": category, **ids}
    return project.patterns[kind].format(**parts)


def room(project: Project) -> dict[str, int]:
    """Return how many patients, series of a patient, and images of a series get an id before ids are too long."""
    return {kind: _room(project.id_patterns[kind], project.id_limit) for kind in _IDS if kind in project.id_patterns}


def _room(pattern: str, limit: int) -> int:
    low, high = 0, 10**12
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if len(pattern.format(number=middle)) <= limit else (low, middle)
    return low


def oddities(project: Project) -> tuple[Oddity, ...]:
    """Return what would go wrong with the names: two that are one on some system, illegal ones, too long ones, ids that run out."""
    return (*_alike(project), *_clashes(project), *_illegal(project), *_lengths(project), *_running_out(project))


def _folded(text: str) -> str:
    """The name as a system sees it that knows neither small and capital letters nor two ways to write Hangul."""
    return nfc(text).casefold()


def _alike(project: Project) -> Iterator[Oddity]:
    lists = (
        (message("class"), (*project.classes, project.unclassified)),
        (message("folder"), tuple(modality.folder for modality in project.modalities)),
        (message("prefix"), tuple(modality.prefix for modality in project.modalities)),
        (message("code"), tuple(modality.code for modality in project.modalities)),
    )
    for kind, names in lists:
        for place, name in enumerate(names):
            other = next((n for n in names[:place] if n != name and _folded(n) == _folded(name)), None)
            if other is not None:
                told = message("{kind}: “{one}” and “{other}” are one name on Windows and macOS", kind=kind, one=other, other=name)
                yield Oddity(Severity.ERROR, told)


def _clashes(project: Project) -> Iterator[Oddity]:
    """Two patients, series, images or modalities whose files would have one path."""
    one, other = ids_of(project), ids_of(project, 2)
    known = project.classes[0] if project.classes else project.unclassified
    for kind, pattern in project.patterns.items():
        for modality in project.modalities:
            first = _folded(path_of(project, kind, modality, known, one, 1))
            wanted = _IDS if kind in ("image", "mask") else ("patient",)
            for part in wanted:
                if part in fields_of(pattern) and _folded(path_of(project, kind, modality, known, {**one, part: other[part]}, 1)) != first:
                    continue
                if part == "series" and modality.case == "study":
                    continue  # the images of a study are numbered through
                told = message("{kind}: two files that differ in {part} only have one path", kind=kind, part="{" + part + "}")
                yield Oddity(Severity.REMARK if part == "series" else Severity.ERROR, told)
            if kind == "image" and first in {_folded(path_of(project, kind, m, known, one, 1)) for m in _before(project, modality)}:
                told = message("{kind}: images of {code} and of another modality have one path", kind=kind, code=modality.code)
                yield Oddity(Severity.REMARK, told)


def _before(project: Project, modality: Modality) -> tuple[Modality, ...]:
    return project.modalities[: project.modalities.index(modality)]


def _illegal(project: Project) -> Iterator[Oddity]:
    told = set[str]()
    for example in examples(project):
        for part in example.name.split("/"):
            if part not in told and (not is_name(part) or len(part.encode()) > _LONGEST_NAME):
                told.add(part)
                sentence = message("{kind}: “{name}” is no legal name on every system", kind=example.kind, name=part)
                yield Oddity(Severity.ERROR, sentence)


def _lengths(project: Project) -> Iterator[Oddity]:
    longest = dict.fromkeys(_IDS, "9" * project.id_limit)
    for modality in project.modalities:
        for kind in project.patterns:
            known = max((*project.classes, project.unclassified), key=len)
            length = len(path_of(project, kind, modality, known, longest, 99))
            if length > _LONGEST_PATH:
                told = message(
                    "{kind}: paths of {code} can have {count} characters; with the project's folder that may be too long for Windows",
                    kind=kind,
                    code=modality.code,
                    count=length,
                )
                yield Oddity(Severity.REMARK, told)


def _running_out(project: Project) -> Iterator[Oddity]:
    for kind, enough in (("patient", 10_000), ("series", 99), ("image", 999)):
        count = room(project).get(kind, enough)
        if count < enough:
            pattern = project.id_patterns[kind]
            yield Oddity(Severity.REMARK, message("ids.{kind} “{pattern}” ends at {count}", kind=kind, pattern=pattern, count=count))
