"""Lay an agreement out as tables: by image, case, category, annotator and pair, with the formulas; for files and for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotator.domain.agreement import FORMULAS, Agreement, together
from annotator.domain.project import Project
from annotator.domain.rates import NONE, Counts
from annotator.i18n import language, mark, translate
from annotator.workspace.agreeing import REFERENCE, Compared, last

Cell = str | int | float | None
_READERS = (mark("Reader"), mark("Compared with"))
_SUMS = (
    *(mark("Agreement"), mark("Matched lesions"), mark("… of the right category"), mark("Missed lesions"), mark("Extra lesions")),
    *(mark("IoU"), mark("Dice"), mark("HD (mm)"), mark("HD95 (mm)")),
)
_SHARES = (mark("Lowest of 95 % (Wilson)"), mark("Highest of 95 % (Wilson)"), mark("Precision (PPV)"), mark("Sensitivity"), mark("F1"),
           mark("Specificity (images)"), mark("FPR (images)"), mark("Kappa"))  # fmt: skip
_RATES = (
    *(mark("TP (lesions)"), mark("FP (lesions)"), mark("FN (lesions)"), mark("Precision (PPV)"), mark("Sensitivity"), mark("F1")),
    *(mark("TP (images)"), mark("FP (images)"), mark("FN (images)"), mark("TN (images)"), mark("Sensitivity (images)")),
    *(mark("Specificity (images)"), mark("PPV (images)"), mark("FPR (images)")),
)


@dataclass(frozen=True)
class Page:
    """A table: its name, headings and rows; texts are in the language of the moment."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def pages(found: Sequence[Compared], project: Project) -> tuple[Page, ...]:
    """Return the tables of a comparison, the most general ones first."""
    return (
        _annotators(found, project), _pairs(found), _cases(found), _images(found), _categories(found, project), _confusion(found, project),
        Page(translate(mark("Formulas")), (translate(mark("Formulas")),), tuple((line,) for line in formulas(project))),
    )  # fmt: skip


def formulas(project: Project) -> tuple[str, ...]:
    """Return the formulas in words, with the project's own figures in them."""
    return tuple(translate(text, least=project.reviewing.least_iou) if "{least}" in text else translate(text) for text in FORMULAS)


def below_the_bar(found: Sequence[Compared], project: Project) -> tuple[str, ...]:
    """Return who lies below the project's bar over their last cases, against the newest version."""
    rules = project.reviewing
    return tuple(name for name, own in _by_reader(found) if last(own, rules.window).measure(rules.measure) < rules.bar)


def reader(name: str) -> str:
    """Return how a reader is called in a table."""
    return translate(mark("newest version")) if name == REFERENCE else name


def as_json(found: Sequence[Compared], project: Project) -> Mapping[str, object]:
    """Return everything as values for JSON: the tables by their English names, without translation of the keys."""
    return {
        "bar": {"measure": project.reviewing.measure, "bar": project.reviewing.bar, "window": project.reviewing.window,
                "least_iou": project.reviewing.least_iou, "below": list(below_the_bar(found, project))},
        "annotators": [{"reader": name, **_values(last(own, project.reviewing.window)), "cases": min(len(own), project.reviewing.window)}
                       for name, own in _by_reader(found)],
        "pairs": [{"one": one, "other": other, **_values(agreement)} for (one, other), agreement in _by_pair(found)],
        "cases": [{"case": c.case, "one": c.one, "other": c.other, "time": c.time, **_values(c.agreement)} for c in found],
        "images": [{"case": c.case, "one": c.one, "other": c.other, "image": str(image.key), **_values(Agreement((agreement,))),
                    "pairs": [{"one": p.one, "other": p.other, "category": p.category, "other_category": p.other_category, "iou": p.iou,
                               "dice": p.dice, "hd": p.apart.most, "hd95": p.apart.most_95} for p in agreement.matching.pairs]}
                   for c in found for image, agreement in c.images if agreement.drawn],
        "formulas": list(formulas(project)),
    }  # fmt: skip


def _values(found: Agreement) -> dict[str, object]:
    interval, counts, images = found.interval, found.lesion_counts, found.image_counts
    return {
        "agreement": found.share, "interval": list(interval) if interval else None, "matched": found.matched, "right": found.right,
        "missed": found.missed, "extra": found.extra, "iou": found.iou, "dice": found.dice, "hd": found.distance.most,
        "hd95": found.distance.most_95, "precision": counts.precision, "recall": counts.recall, "f1": counts.f1,
        "specificity": images.specificity, "fpr": images.fpr, "kappa": found.kappa, "images": len(found.images),
        "confusion": [[mine, theirs, count] for (mine, theirs), count in sorted(found.table.items())],
    }  # fmt: skip


def _by_reader(found: Iterable[Compared]) -> list[tuple[str, list[Compared]]]:
    grouped = dict[str, list[Compared]]()
    for compared in found:
        if compared.other == REFERENCE:
            grouped.setdefault(compared.one, []).append(compared)
    return sorted(grouped.items())


def _by_pair(found: Iterable[Compared]) -> list[tuple[tuple[str, str], Agreement]]:
    grouped = dict[tuple[str, str], list[Agreement]]()
    for compared in found:
        if compared.other != REFERENCE:
            grouped.setdefault((compared.one, compared.other), []).append(compared.agreement)
    return [(pair, together(parts)) for pair, parts in sorted(grouped.items())]


def _annotators(found: Sequence[Compared], project: Project) -> Page:
    rules, rows = project.reviewing, list[tuple[Cell, ...]]()
    for name, own in _by_reader(found):
        recent = last(own, rules.window)
        figure = recent.measure(rules.measure)
        met = translate(mark("met")) if figure >= rules.bar else translate(mark("below"))
        rows.append((name, min(len(own), rules.window), figure, rules.bar, met, *_sums(recent), *_shares(recent)))
    head = (_READERS[0], mark("Last cases"), mark("Figure of the bar"), mark("Bar"), mark("Met"), *_SUMS, *_SHARES)
    return _page(mark("Annotators"), head, rows)


def _pairs(found: Sequence[Compared]) -> Page:
    rows = [(one, reader(other), *_sums(agreement), *_shares(agreement)) for (one, other), agreement in _by_pair(found)]
    return _page(mark("Pairs"), (*_READERS, *_SUMS, *_SHARES), rows)


def _cases(found: Sequence[Compared]) -> Page:
    rows = [(*_place(c), c.one, reader(c.other), *_sums(c.agreement), *_shares(c.agreement)) for c in found]
    return _page(mark("Cases"), (mark("Case"), mark("Patient id"), mark("Series id"), *_READERS, *_SUMS, *_SHARES), rows)


def _images(found: Sequence[Compared]) -> Page:
    """The images on which either has something; on all others both agree that there is nothing."""
    rows = [
        (*_place(c), image.names.image if image.names else "", str(image.key), c.one, reader(c.other), *_sums(Agreement((agreement,))))
        for c in found for image, agreement in c.images if agreement.drawn
    ]  # fmt: skip
    head = (mark("Case"), mark("Patient id"), mark("Series id"), mark("Image id"), mark("SOP Instance UID"), *_READERS, *_SUMS)
    return _page(mark("Images"), head, rows)


def _categories(found: Sequence[Compared], project: Project) -> Page:
    rows = list[tuple[Cell, ...]]()
    for (one, other), agreement in _everybody(found):
        for category in agreement.categories:
            lesions, images = agreement.of_category(category)
            rows.append((one, reader(other), category, _named(category, project), lesions.tp, lesions.fp, lesions.fn, lesions.precision,
                         lesions.recall, lesions.f1, *_image_rates(images)))  # fmt: skip
    return _page(mark("By category"), (*_READERS, mark("Category key"), mark("Category"), *_RATES), rows)


def _confusion(found: Sequence[Compared], project: Project) -> Page:
    rows = [
        (one, reader(other), _named(mine, project), _named(theirs, project), count)
        for (one, other), agreement in _everybody(found) for (mine, theirs), count in sorted(agreement.table.items())
    ]  # fmt: skip
    head = (*_READERS, mark("Category by the reader"), mark("Category compared with"), mark("Lesions"))
    return _page(mark("Confusion"), head, rows)


def _everybody(found: Sequence[Compared]) -> list[tuple[tuple[str, str], Agreement]]:
    against = [((name, REFERENCE), together(c.agreement for c in own)) for name, own in _by_reader(found)]
    return against + _by_pair(found)


def _named(category: str, project: Project) -> str:
    if category == NONE:
        return translate(mark("(not drawn)"))
    names = {c.key: c.name_en if language() == "en" else c.name for c in project.categories}
    return names.get(category, category)


def _place(found: Compared) -> tuple[Cell, Cell, Cell]:
    names = next((image.names for image, _ in found.images if image.names is not None), None)
    return found.case, names.patient if names else "", names.series if names else ""


def _sums(found: Agreement) -> tuple[Cell, ...]:
    distance = found.distance
    return (found.share, found.matched, found.right, found.missed, found.extra, found.iou, found.dice, distance.most, distance.most_95)


def _shares(found: Agreement) -> tuple[Cell, ...]:
    counts, images, interval = found.lesion_counts, found.image_counts, found.interval or (None, None)
    return (*interval, counts.precision, counts.recall, counts.f1, images.specificity, images.fpr, found.kappa)


def _image_rates(images: Counts) -> tuple[Cell, ...]:
    return (images.tp, images.fp, images.fn, images.tn, images.recall, images.specificity, images.precision, images.fpr)


def _page(name: str, headings: Sequence[str], rows: Iterable[tuple[Cell, ...]]) -> Page:
    return Page(translate(name), tuple(map(translate, headings)), tuple(rows))
