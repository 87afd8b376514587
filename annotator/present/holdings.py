"""What a project holds, in words and as values: how each thing is called that it is counted by, and in which order they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotator.domain.course import STATES, State
from annotator.domain.holdings import AGES, SEXES, Count, Holdings
from annotator.domain.orientation import OBLIQUE, PLANES
from annotator.domain.project import Project
from annotator.i18n import mark, translate

HEADINGS: Mapping[str, str] = {
    "modality": mark("Modality"),
    "class_folder": mark("Class"),
    "plane": mark("Plane"),
    "device": mark("Device"),
    "sex": mark("Sex"),
    "age": mark("Age"),
    "state": mark("State"),
}
"""What the dimensions of `Holdings` are called, marked."""
_PLANES: Mapping[str, str] = {
    "axial": mark("Axial"),
    "coronal": mark("Coronal"),
    "sagittal": mark("Sagittal"),
    OBLIQUE: mark("Oblique"),
}
_SEXES: Mapping[str, str] = {"F": mark("female"), "M": mark("male"), "O": mark("other")}


def named(dimension: str, value: str) -> str:
    """Return how a value of a dimension is called; an empty one is not known."""
    if dimension == "state":
        return translate(STATES[State(value)])
    if not value:
        return translate(mark("no class") if dimension == "class_folder" else mark("not known"))
    if dimension == "age":
        return value.replace("-", "–")
    words = {"plane": _PLANES, "sex": _SEXES}.get(dimension, {})
    return translate(words[value]) if value in words else value


def in_order(project: Project, dimension: str, found: Mapping[str, Count]) -> tuple[str, ...]:
    """Return the values of a dimension in the order in which they are told: as they follow one another, else the most images first."""
    known: Mapping[str, Sequence[str]] = {
        "modality": [modality.code for modality in project.modalities],
        "class_folder": (*project.classes, project.unclassified),
        "plane": (*PLANES[::-1], OBLIQUE),
        "sex": SEXES,
        "age": AGES,
        "state": [state.value for state in STATES],
    }
    order = known.get(dimension, ())
    places = {value: place for place, value in enumerate(order)}
    return tuple(sorted(found, key=lambda value: (value == "", places.get(value, len(order)), -found[value].images, value)))


def counted(count: Count) -> str:
    """Say how much there is."""
    some = {name: f"{number:,}" for name, number in vars(count).items()}
    return translate(mark("{patients} patients, {studies} studies, {cases} cases, {images} images"), **some)


def told(project: Project, held: Holdings) -> tuple[str, ...]:
    """Return all that there is, line by line."""
    lines = [counted(held.whole)]
    for amount, count in targets(project, held):
        name = f"{amount[0]} · {named('class_folder', amount[1])}"
        goals = [translate(mark("target: {count} images"), count=f"{amount[2]:,}")] if amount[2] else []
        goals += [translate(mark("target: {count} patients"), count=f"{amount[3]:,}")] if amount[3] else []
        lines.append("  ".join((name, counted(count), *goals)))
    for dimension, heading in HEADINGS.items():
        found = held.by.get(dimension, {})
        lines += [
            f"{translate(heading)}  {named(dimension, value)}  {counted(found[value])}" for value in in_order(project, dimension, found)
        ]
    return tuple(lines)


def as_json(project: Project, held: Holdings) -> Mapping[str, object]:
    """Return all that there is as values for JSON; what is not known is counted under an empty name."""
    return {
        "all": vars(held.whole),
        "classes": [
            {"modality": modality, "class": of, **vars(count), "target_images": images, "target_patients": patients}
            for (modality, of, images, patients), count in targets(project, held)
        ],
        **{name: {value: vars(found[value]) for value in in_order(project, name, found)} for name, found in held.by.items()},
    }


def targets(project: Project, held: Holdings) -> list[tuple[tuple[str, str, int, int], Count]]:
    """Return by modality and class what there is, with the images and patients that the project wants, 0: it says nothing of it."""
    wanted = {(amount.modality, amount.class_folder): (amount.images, amount.patients) for amount in project.quality.amounts}
    order = [modality.code for modality in project.modalities]
    classes = (*project.classes, project.unclassified, "")

    def place(key: tuple[str, str]) -> tuple[int, int, str]:
        modality, of = key
        return order.index(modality) if modality in order else len(order), classes.index(of) if of in classes else len(classes), of

    keys = sorted({*wanted, *held.classes}, key=place)
    return [((*key, *wanted.get(key, (0, 0))), held.classes.get(key, Count())) for key in keys]
