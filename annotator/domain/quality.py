"""Read what a project promises of its images and of its papers: the table `[quality]` of its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from annotator.domain.category import Category
from annotator.domain.finding import Severity
from annotator.domain.toml_table import Table
from annotator.i18n import Message, message

KEYS = ("syntactic", "semantic", "sample", "seed", "age_bands", "size_bands", "smallest", "collection", "amount", "target")
SMALLEST = ("modality", "groups", "millimetres", "severity")
COLLECTION = ("modality", "views", "thickness", "no_gaps")
AMOUNT = ("modality", "class", "images", "patients")
TARGET = ("what", "value", "least", "most")
SEX, AGE, DEVICE, CATEGORY, SIZE = "sex", "age", "device", "category", "size"
WHATS = (SEX, AGE, DEVICE, CATEGORY, SIZE)
"""What the diversity of a data set is counted by."""


@dataclass(frozen=True)
class Smallest:
    """A lesion of these groups on this modality has a longest diameter of at least so many mm."""

    modality: str
    millimetres: float
    groups: tuple[str, ...] = ()
    """Names of groups of categories; empty: all."""
    severity: Severity = Severity.ERROR


@dataclass(frozen=True)
class Collected:
    """What holds of the images of a modality that may be collected."""

    modality: str
    views: tuple[str, ...] = ()
    """ViewPosition (0018,5101) is one of these; empty: any."""
    thickness: tuple[float, float] | None = None
    """SliceThickness (0018,0050) lies between these, in mm, both allowed."""
    no_gaps: bool = False
    """No slice of a series is missing."""


@dataclass(frozen=True)
class Amount:
    """So many images of so many patients are to be collected of a modality's class."""

    modality: str
    class_folder: str
    images: int = 0
    patients: int = 0


@dataclass(frozen=True)
class Target:
    """A share, in percent of all that are counted, that a value is to have; `what` is one of `WHATS`."""

    what: str
    value: str
    least: float = 0.0
    most: float = 100.0


@dataclass(frozen=True)
class Quality:
    """What a project promises; without a table these are the usual bars and nothing is asked of the images."""

    syntactic: float = 99.5
    """Least share of files without an error, in percent (구문 정확성)."""
    semantic: float = 90.0
    """Least share of right annotations in the sample, in percent (의미 정확성)."""
    sample: int = 200
    """Cases that the sample holds."""
    seed: int = 0
    """What begins the chance of the sample."""
    age_bands: tuple[int, ...] = (40, 50, 60, 70, 80)
    """Ages at which a band of ages begins, the first one before them."""
    size_bands: tuple[float, ...] = (5.0, 10.0, 20.0, 30.0)
    """Longest diameters in mm at which a band of sizes begins, the first one before them."""
    smallest: tuple[Smallest, ...] = ()
    collected: tuple[Collected, ...] = ()
    amounts: tuple[Amount, ...] = ()
    targets: tuple[Target, ...] = field(default=())

    def collection_of(self, modality: str) -> Collected | None:
        """Return what holds of the images of a modality (its code); None: nothing is asked."""
        return next((rule for rule in self.collected if rule.modality == modality), None)


def parse_quality(root: Table, modalities: Sequence[str], classes: Sequence[str], categories: Sequence[Category]) -> Quality:
    """Return what the table `[quality]` says; `modalities` are codes.  Raises AnnotatorError with file, line and key."""
    table, usual = root.table("quality"), Quality()
    groups = tuple(dict.fromkeys(category.grp_name for category in categories))
    return Quality(
        syntactic=table.number("syntactic", usual.syntactic, 0, 100),
        semantic=table.number("semantic", usual.semantic, 0, 100),
        sample=int(table.number("sample", usual.sample, 1, 1_000_000, whole=True)),
        seed=int(table.number("seed", usual.seed, 0, 2**31, whole=True)),
        age_bands=tuple(int(age) for age in _rising(table, "age_bands", usual.age_bands)),
        size_bands=_rising(table, "size_bands", usual.size_bands),
        smallest=tuple(_smallest(one, modalities, groups) for one in table.tables("smallest")),
        collected=tuple(_collected(one, modalities) for one in table.tables("collection")),
        amounts=tuple(_amount(one, modalities, classes) for one in table.tables("amount")),
        targets=tuple(_target(one) for one in table.tables("target")),
    )


def unknown_keys(root: Table) -> tuple[Message, ...]:
    """Remark on keys of the lists in `[quality]` that have no effect."""
    table, known = root.table("quality"), {"smallest": SMALLEST, "collection": COLLECTION, "amount": AMOUNT, "target": TARGET}
    return tuple(remark for key, names in known.items() for one in table.tables(key) for remark in one.unknown(names))


def _smallest(table: Table, modalities: Sequence[str], groups: Sequence[str]) -> Smallest:
    severity = Severity(table.text("severity", "error", choices=[one.value for one in Severity]))
    listed = table.texts("groups", (), example='groups = ["…"]', choices=groups)
    return Smallest(table.text("modality", choices=modalities), table.number("millimetres", 0, 0, 1000), listed, severity)


def _collected(table: Table, modalities: Sequence[str]) -> Collected:
    views = table.texts("views", (), example='views = ["PA"]')
    thickness = _rising(table, "thickness", ()) if "thickness" in table.values else ()
    if thickness and len(thickness) != 2:
        raise table.error("thickness", message("two numbers are expected"), message("Write for example: {example}", example="[2, 10]"))
    between = (thickness[0], thickness[1]) if thickness else None
    return Collected(table.text("modality", choices=modalities), views, between, table.flag("no_gaps", False))


def _amount(table: Table, modalities: Sequence[str], classes: Sequence[str]) -> Amount:
    images, patients = (int(table.number(key, 0, 0, 10**9, whole=True)) for key in ("images", "patients"))
    return Amount(table.text("modality", choices=modalities), table.text("class", choices=classes), images, patients)


def _target(table: Table) -> Target:
    least, most = table.number("least", 0, 0, 100), table.number("most", 100, 0, 100)
    return Target(table.text("what", choices=WHATS), table.text("value", example='value = "F"'), least, most)


def _rising(table: Table, key: str, default: Sequence[float]) -> tuple[float, ...]:
    value = table.values.get(key, list(default))
    listed = value if isinstance(value, list) else [None]
    numbers = [float(one) for one in listed if isinstance(one, int | float) and not isinstance(one, bool)]
    if len(numbers) != len(listed) or numbers != sorted(set(numbers)):
        cause = message("a list of rising numbers is expected")
        raise table.error(key, cause, message("Write for example: {example}", example=f"{key} = [2, 10]"))
    return tuple(numbers)
