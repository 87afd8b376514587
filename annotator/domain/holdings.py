"""Count what a project holds: patients, studies, cases and images, by what a manager asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

AGES = (*(f"{first}-{first + 9}" for first in range(0, 90, 10)), "90+")
"""Bands of ages in whole years, the youngest first."""
SEXES = ("F", "M", "O")
"""PatientSex (PS3.3 C.7.1.1): female, male, other."""
DIMENSIONS = ("modality", "class_folder", "plane", "device", "sex", "age", "state")
"""Fields of an `Entry` that what there is is counted by."""


def band_of(age: int | None) -> str:
    """Return the band of an age in whole years; empty where it is not known."""
    return AGES[min(age // 10, len(AGES) - 1)] if age is not None and age >= 0 else ""


@dataclass(frozen=True)
class Count:
    """How much there is of something."""

    patients: int = 0
    studies: int = 0
    cases: int = 0
    images: int = 0


@dataclass(frozen=True)
class Holdings:
    """What there is: in all, by the values of each of `DIMENSIONS`, and by modality and class together.

    What was discarded counts by state alone.  An empty value: it is not known.
    """

    whole: Count = Count()
    by: Mapping[str, Mapping[str, Count]] = field(default_factory=dict)
    classes: Mapping[tuple[str, str], Count] = field(default_factory=dict)
