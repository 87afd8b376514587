"""Split a data set into train, test and validation: always the same for the same seed, and never one patient on two sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from annotator.domain.delivery import Sheet
from annotator.domain.image import ImageKey
from annotator.domain.splitting import split, stratum_of
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.workspace.exchange.dataset import DataSet

SPLITS = ("train", "test", "val")
BY = ("patient", "study", "image")
STRATIFY = ("class", "category", "none")


@dataclass(frozen=True)
class Rule:
    """Shares of train, test and validation (as `8:1:1`), what is kept together, by what it is balanced, and the seed of chance."""

    shares: tuple[float, ...]
    by: str = "patient"
    stratify: str = "class"
    seed: int = 0


@dataclass(frozen=True)
class Group:
    """Images that are kept together: their name, and what they are balanced by."""

    name: str
    stratum: str = ""


def parse_shares(text: str) -> tuple[float, ...]:
    """Read `8:1:1` (train : test : validation; two numbers: without validation); raises AnnotatorError."""
    try:
        shares = tuple(float(word) for word in text.split(":"))
    except ValueError:
        shares = ()
    if not 2 <= len(shares) <= len(SPLITS) or not all(0 <= share <= 1e6 for share in shares) or not any(shares):
        cause = message("it is not two or three numbers with colons between them")
        raise AnnotatorError(message("Understanding the split “{text}”", text=text), cause, message("Write for example: 8:1:1"))
    return shares


def assign(groups: Iterable[Group], rule: Rule) -> Mapping[str, str]:
    """Return the split of each group, by name: as sets are split (`domain/splitting`), so that one seed means one thing everywhere."""
    return split({group.name: group.stratum for group in groups}, tuple(zip(SPLITS, rule.shares, strict=False)), rule.seed)


def split_data_set(data: DataSet, rule: Rule) -> tuple[DataSet, tuple[Message, ...]]:
    """Return the data set with each image's split, and remarks; reads the annotations where they decide the balance."""
    strata: dict[str, set[str]] = {}
    groups: dict[ImageKey, str] = {}
    for one in data.series:
        for item in data.fill(one).items if rule.stratify == "category" else one:
            name = _group_of(item.sheet, rule.by)
            groups[item.sheet.image.key] = name
            strata.setdefault(name, set()).update(_stratum_of(item.sheet, rule.stratify))
    order = (*data.project.classes, data.project.unclassified) if rule.stratify == "class" else ()
    parts = assign((Group(name, stratum_of(found, order)) for name, found in strata.items()), rule)
    series = tuple(tuple(replace(item, split=parts[groups[item.sheet.image.key]]) for item in one) for one in data.series)
    wanted = tuple(name for name, share in zip(SPLITS, rule.shares, strict=False) if share)
    empty = [name for name in wanted if name not in parts.values()]
    remarks = [message("there are too few to be split: nothing is in {splits}", splits=", ".join(empty))] if empty else []
    if rule.by != "image" and not all(item.sheet.image.path for item in data.items):
        remarks.append(message("the source does not say whose its images are: each image without DICOM is split as a patient of its own"))
    return replace(data, series=series, splits=wanted), tuple(remarks)


def _group_of(sheet: Sheet, by: str) -> str:
    names, image = sheet.names, sheet.image
    if by == "patient":
        return names.patient
    return f"{names.patient}\n{image.study_uid}" if by == "study" else str(image.key)


def _stratum_of(sheet: Sheet, stratify: str) -> Sequence[str]:
    if stratify == "class":
        return (sheet.names.class_folder,)
    return tuple({annotation.category for annotation in sheet.annotations}) if stratify == "category" else ()
