"""Say how far two readings agree: image by image, added up to cases, categories and readers, and against the project's bar.

A reading is compared with a reference (the accepted version, or another reader): what only the reference has is missed, what only the
reading has is extra.  Per image the areas of all lesions together have IoU, Dice, HD and HD95; an image on which neither has anything
agrees fully, one on which only one has something has IoU = Dice = 0 and no distance.  Means are taken over images, distances over those
that have one.  The bar's figure, `share`, is matched lesions of the right category ÷ (matched + missed + extra); of nothing at all it is 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from annotator.domain.annotation import Annotation
from annotator.domain.matching import Lesion, Matching, lesions_of, match
from annotator.domain.overlap import Apart, all_together, apart, dice, iou
from annotator.domain.rates import NONE, Cell, Counts, counted, kappa, wilson
from annotator.domain.reviewing import LEAST_IOU
from annotator.i18n import mark

FORMULAS = (
    mark("Lesions are matched one to one: IoU ≥ {least}, or outlines within one pixel; most pairs first, then the greatest sum of IoU."),
    mark("Agreement = matched lesions of the right category ÷ (matched + missed + extra)"),
    mark("IoU = |A ∩ B| ÷ |A ∪ B|; Dice = 2 |A ∩ B| ÷ (|A| + |B|), of all lesions of an image together"),
    mark("HD = the larger of the two directed greatest distances between outlines, HD95 = the larger of the two directed 95th percentiles; "
         "in mm with the image's spacing, between centres of outline pixels"),
    mark("Nothing in both: IoU = Dice = 1, HD = 0. Something in one only: IoU = Dice = 0 and missed or extra; it has no HD and is in no "
         "mean of HD."),
    mark("Precision = PPV = TP ÷ (TP + FP), sensitivity = recall = TP ÷ (TP + FN), F1 = 2 TP ÷ (2 TP + FP + FN), by lesions"),
    mark("Specificity = TN ÷ (TN + FP), FPR = FP ÷ (FP + TN), by images: with or without a lesion of the category"),
    mark("κ = (p₀ − pₑ) ÷ (1 − pₑ), of the categories of matched lesions (Cohen)"),
    mark("95 % interval by Wilson: (p̂ + z²/2n ± z √(p̂(1 − p̂)/n + z²/4n²)) ÷ (1 + z²/n), z = 1.96"),
)  # fmt: skip
"""The formulas, as they are printed with every result; `least` is the project's least IoU."""


@dataclass(frozen=True)
class ImageAgreement:
    """How far a reading agrees with a reference on one image."""

    matching: Matching
    iou: float
    dice: float
    apart: Apart
    categories: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    """The categories that the reading and the reference have on it."""

    @property
    def drawn(self) -> bool:
        """Whether either has a lesion on it."""
        return any(self.categories)


def agreement_of(
    reading: Sequence[Annotation], reference: Sequence[Annotation], rows: int, columns: int, spacing: tuple[float, float] | None = None,
    least: float = LEAST_IOU,
) -> ImageAgreement:
    """Compare the annotations that two readings have on an image of `rows` × `columns` pixels, `spacing` (row, column) in mm."""
    return compared(lesions_of(reading, rows, columns), lesions_of(reference, rows, columns), (rows, columns), spacing, least)


def compared(
    one: Sequence[Lesion], other: Sequence[Lesion], size: tuple[int, int], spacing: tuple[float, float] | None = None,
    least: float = LEAST_IOU,
) -> ImageAgreement:
    """Compare the lesions that two readings have on an image of `size` (rows, columns)."""
    mine, theirs = (all_together([lesion.area for lesion in found], *size) for found in (one, other))
    categories = frozenset(lesion.category for lesion in one), frozenset(lesion.category for lesion in other)
    return ImageAgreement(
        match(one, other, spacing, least), iou(mine.mask, theirs.mask), dice(mine.mask, theirs.mask),
        apart(mine, theirs, spacing or (1.0, 1.0)), categories,
    )  # fmt: skip


@dataclass(frozen=True)
class Agreement:
    """What is known of many compared images together."""

    images: tuple[ImageAgreement, ...] = ()

    @cached_property
    def matched(self) -> int:
        """How many pairs of lesions there are."""
        return sum(len(image.matching.pairs) for image in self.images)

    @cached_property
    def right(self) -> int:
        """How many pairs name the same category."""
        return sum(pair.right for image in self.images for pair in image.matching.pairs)

    @cached_property
    def missed(self) -> int:
        """How many lesions only the reference has."""
        return sum(len(image.matching.missed) for image in self.images)

    @cached_property
    def extra(self) -> int:
        """How many lesions only the reading has."""
        return sum(len(image.matching.extra) for image in self.images)

    @property
    def lesions(self) -> int:
        """Matched, missed and extra: what the share is taken of."""
        return self.matched + self.missed + self.extra

    @property
    def share(self) -> float:
        """Matched lesions of the right category ÷ (matched + missed + extra); 1 where there are none."""
        return self.right / self.lesions if self.lesions else 1.0

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval of the share."""
        return wilson(self.right, self.lesions)

    @property
    def iou(self) -> float | None:
        """Mean IoU of the images; None of no image."""
        return _mean(image.iou for image in self.images)

    @property
    def dice(self) -> float | None:
        """Mean Dice of the images."""
        return _mean(image.dice for image in self.images)

    @property
    def distance(self) -> Apart:
        """Mean HD and HD95 of the images on which both have something."""
        return Apart(*(_mean(v for image in self.images if image.drawn and (v := getattr(image.apart, name)) is not None)
                       for name in ("most", "most_95")))  # fmt: skip

    @property
    def lesion_counts(self) -> Counts:
        """By lesions: matched (whatever their category), extra, missed."""
        return Counts(self.matched, self.extra, self.missed)

    @property
    def image_counts(self) -> Counts:
        """By images: with or without any lesion."""
        return sum((counted(bool(mine), bool(theirs)) for mine, theirs in (i.categories for i in self.images)), Counts())

    @cached_property
    def table(self) -> Mapping[Cell, int]:
        """How often a category of the reading meets one of the reference; `NONE` where one of the two has no lesion there."""
        cells = Counter[Cell]()
        for matching in (image.matching for image in self.images):
            cells.update((pair.category, pair.other_category) for pair in matching.pairs)
            cells.update((NONE, category) for _, category in matching.missed)
            cells.update((category, NONE) for _, category in matching.extra)
        return cells

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa of the categories of matched lesions."""
        return kappa(self.table)

    @property
    def categories(self) -> tuple[str, ...]:
        """All categories that either names, in order of their keys."""
        return tuple(sorted({category for cell in self.table for category in cell} - {NONE}))

    def of_category(self, category: str) -> tuple[Counts, Counts]:
        """Return the counts of one category against all others, by lesions and by images."""
        cells = self.table
        right = cells.get((category, category), 0)
        named = sum(count for (mine, _), count in cells.items() if mine == category)
        true = sum(count for (_, theirs), count in cells.items() if theirs == category)
        images = sum((counted(category in mine, category in theirs) for mine, theirs in (i.categories for i in self.images)), Counts())
        return Counts(right, named - right, true - right), images

    def measure(self, name: str) -> float:
        """Return the figure that a project's bar is held against: `lesions` (the share), `f1`, `iou` or `dice`; 1 of nothing."""
        found = {"lesions": self.share, "f1": self.lesion_counts.f1, "iou": self.iou, "dice": self.dice}[name]
        return 1.0 if found is None else found


def together(parts: Iterable[Agreement]) -> Agreement:
    """Return what several say together."""
    return Agreement(tuple(image for part in parts for image in part.images))


def _mean(values: Iterable[float]) -> float | None:
    found = tuple(values)
    return sum(found) / len(found) if found else None
