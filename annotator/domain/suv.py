"""Work out by what a PET value must be multiplied to be a standardised uptake value by body weight, or say plainly why it cannot be.

    SUVbw = activity concentration (Bq/ml) · body weight (g) / injected activity (Bq) at the time to which the image is decay corrected

Source: the vendor-neutral computation of the QIBA FDG-PET/CT profile (SUV pseudo-code, “happy path” and beyond), on the attributes of
PS3.3 C.8.9.1 (PET Series), C.8.9.2 (PET Isotope) and C.8.9.4 (PET Image).  Times are seconds, activities becquerel, weights kilogram.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from annotator.i18n import Message, message

UNIT = "SUVbw"
_DAY = 86400.0
_MOST_HALF_LIVES = 10.0
"""After so many nobody makes an image: times further apart are wrong."""
_LEAST_DOSE, _MOST_DOSE = 1e5, 1e11
_LEAST_WEIGHT, _MOST_WEIGHT = 0.01, 600.0
_LONG = 6 * 3600.0
"""Half-life from which on an image may well be made another day than the injection."""
HALF_LIVES = {
    "11C": 1223.4, "13N": 597.9, "15O": 122.24, "18F": 6586.2, "44Sc": 14551.0, "52Mn": 483062.0, "62Cu": 580.0, "64Cu": 45724.0,
    "68Ga": 4062.6, "82Rb": 76.38, "86Y": 53064.0, "89Zr": 282276.0, "124I": 360806.0,
}  # fmt: skip
"""Half-lives in seconds of what emits positrons in the clinic (Decay Data Evaluation Project, rounded)."""


@dataclass(frozen=True)
class When:
    """A time of day in seconds, and the day (a running number) where the header says one."""

    second: float
    day: int | None = None

    def later(self, seconds: float) -> When:
        """Return the moment so many seconds later."""
        if self.day is None:
            return When(self.second + seconds)
        days, second = divmod(self.second + seconds, _DAY)
        return When(second, self.day + int(days))

    def since(self, other: When) -> float:
        """Return the seconds from another moment to this one; within one day where one of them says no day."""
        days = 0 if self.day is None or other.day is None else self.day - other.day
        return days * _DAY + self.second - other.second


@dataclass(frozen=True)
class RealWorld:
    """What the stored values from `least` to `most` mean: value · `slope` + `intercept`."""

    slope: float
    intercept: float
    least: float
    most: float


@dataclass(frozen=True)
class Pet:
    """What the header of a PET image says about its values; None or empty where it says nothing."""

    units: str = ""
    """BQML, CNTS, GML, … (0054,1001)."""
    suv_type: str = ""
    """BW, LBM, … (0054,1006): by what values in g/ml are normalised."""
    corrected: tuple[str, ...] = ()
    """ATTN, DECY, … (0028,0051)."""
    decay_correction: str = ""
    """NONE, START, ADMIN (0054,1102)."""
    weight: float | None = None
    dose: float | None = None
    half_life: float | None = None
    nuclide: str = ""
    """Such as “18F”, if it is one of `HALF_LIVES`."""
    injected: When | None = None
    series: When | None = None
    acquired: When | None = None
    scanned: When | None = None
    """When the scan began, where the maker says it in an element of its own (GE)."""
    corrected_to: When | None = None
    """DecayCorrectionDateTime (0018,9701)."""
    frame_reference: float | None = None
    """From the beginning of the scan to the time of average count rate in this frame (0054,1300), in seconds."""
    frame_duration: float | None = None
    suv_factor: float | None = None
    """Philips (7053,xx00): SUVbw of a count."""
    activity_factor: float | None = None
    """Philips (7053,xx09): Bq/ml of a count."""


@dataclass(frozen=True)
class Suv:
    """`factor` turns a value of the file, in `source`, into SUV; `assumed` says what the header left open."""

    factor: float
    source: str
    unit: str = UNIT
    assumed: tuple[Message, ...] = ()


@dataclass(frozen=True)
class NoSuv:
    """Every reason why there is no SUV."""

    reasons: tuple[Message, ...]


class _Missing(Exception):
    def __init__(self, *reasons: Message) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


def suv_of(pet: Pet) -> Suv | NoSuv:
    """Return the factor of a PET image, or all that is missing or implausible."""
    if pet.units == "GML":
        kind = "bw" if pet.suv_type in ("", "BW") else pet.suv_type.lower()
        return Suv(1.0, "g/ml", f"SUV{kind}")
    try:
        if pet.units == "CNTS" and pet.suv_factor:
            return Suv(pet.suv_factor, "counts")
        to_becquerel = _to_becquerel(pet)
        dose, assumed = _dose_then(pet)
    except _Missing as missing:
        return NoSuv(missing.reasons)
    weight = pet.weight or 0.0
    return Suv(to_becquerel * weight * 1000.0 / dose, "counts" if pet.units == "CNTS" else "Bq/ml", assumed=assumed)


def _to_becquerel(pet: Pet) -> float:
    if pet.units == "BQML":
        return 1.0
    if pet.units == "CNTS" and pet.activity_factor:
        return pet.activity_factor
    if pet.units:
        raise _Missing(message("its values are in {units}, not in Bq/ml", units=pet.units))
    raise _Missing(message("the header does not say in what unit its values are"))


def _dose_then(pet: Pet) -> tuple[float, tuple[Message, ...]]:
    """Return the injected activity as it is at the time to which the image is corrected, and what was assumed for it.

    Raises _Missing with everything that is not there or cannot be true.
    """
    reasons, assumed = _implausible(pet), list[Message]()
    half_life = _half_life(pet, reasons, assumed)
    kind = pet.decay_correction if pet.decay_correction in ("NONE", "START", "ADMIN") else ""
    if kind and kind != "NONE" and pet.corrected and "DECY" not in pet.corrected:
        reasons.append(message("the header contradicts itself about decay correction"))
    elif not kind:
        reasons.append(message("the header does not say to which time it is decay corrected"))
    elapsed = 0.0
    if kind in ("NONE", "START") and half_life:
        reference = _reference(pet, kind, half_life, reasons)
        if reference is not None:
            elapsed = _elapsed(pet, reference, half_life, reasons, assumed)
    elif kind in ("NONE", "START") and pet.injected is None:
        reasons.append(message("the time of injection is missing"))
    if reasons or pet.dose is None:
        raise _Missing(*reasons)
    return pet.dose * 2.0 ** (-elapsed / half_life) if half_life else pet.dose, tuple(assumed)


def _implausible(pet: Pet) -> list[Message]:
    """What is wrong with the values that every computation needs."""
    reasons = []
    if pet.corrected and "ATTN" not in pet.corrected:
        reasons.append(message("it is not corrected for attenuation"))
    if not pet.weight:
        reasons.append(message("the patient's weight is missing"))
    elif not _LEAST_WEIGHT <= pet.weight <= _MOST_WEIGHT:
        reasons.append(message("a weight of {weight} kg cannot be true", weight=f"{pet.weight:g}"))
    if not pet.dose:
        reasons.append(message("the injected activity is missing"))
    elif not _LEAST_DOSE <= pet.dose <= _MOST_DOSE:
        reasons.append(message("an injected activity of {dose} Bq cannot be true", dose=f"{pet.dose:g}"))
    return reasons


def _half_life(pet: Pet, reasons: list[Message], assumed: list[Message]) -> float | None:
    """The half-life as the header says it, else that of its nuclide."""
    known = HALF_LIVES.get(pet.nuclide)
    if pet.decay_correction == "ADMIN":
        return None
    if not pet.half_life or pet.half_life < 0:
        if known is None:
            reasons.append(message("the half-life of the tracer is missing"))
        else:
            assumed.append(message("the half-life is that of {nuclide}; the header says none", nuclide=pet.nuclide))
        return known
    if known is not None and abs(pet.half_life - known) > 0.05 * known:
        told = f"{pet.half_life:g}"
        reasons.append(message("a half-life of {told} s is not that of {nuclide}", told=told, nuclide=pet.nuclide))
        return None
    return pet.half_life


def _reference(pet: Pet, kind: str, half_life: float, reasons: list[Message]) -> When | None:
    """The time to which the values are corrected: the beginning of the scan, or the middle of this frame where they are not corrected."""
    if pet.corrected_to is not None and kind != "NONE":
        return pet.corrected_to
    middle = _average_time(pet.frame_duration, half_life)
    if kind == "NONE":
        if pet.acquired is None or middle is None:
            reasons.append(message("the time or length of the acquisition is missing"))
            return None
        return pet.acquired.later(middle)
    if pet.series is not None and (pet.acquired is None or pet.series.since(pet.acquired) <= 0):
        return pet.series
    if pet.scanned is not None:
        return pet.scanned
    if pet.acquired is not None and pet.frame_reference and middle is not None:
        return pet.acquired.later(middle - pet.frame_reference)
    if pet.series is not None:
        reasons.append(message("the series was made after the scan, and the header does not say when the scan began"))
    else:
        reasons.append(message("the time of the series is missing"))
    return None


def _average_time(duration: float | None, half_life: float) -> float | None:
    """Seconds from the beginning of a frame to when its count rate is the frame's average (QIBA): ln(λT / (1 − e^−λT)) / λ."""
    if not duration or duration < 0:
        return None
    rate = math.log(2.0) / half_life
    return math.log(rate * duration / -math.expm1(-rate * duration)) / rate


def _elapsed(pet: Pet, reference: When, half_life: float, reasons: list[Message], assumed: list[Message]) -> float:
    """Seconds from the injection to the reference; where the day of injection is not said (or impossible) the last such time before it."""
    if pet.injected is None:
        reasons.append(message("the time of injection is missing"))
        return 0.0
    most = _MOST_HALF_LIVES * half_life
    if pet.injected.day is not None and reference.day is not None:
        elapsed = reference.since(pet.injected)
        if 0 <= elapsed <= most:
            return elapsed
        assumed.append(message("the day of injection in the header cannot be true; that of the scan was taken"))
    elif half_life > _LONG:
        assumed.append(message("the header does not say the day of injection; that of the scan was taken"))
    elapsed = (reference.second - pet.injected.second) % _DAY
    if elapsed > most:
        reasons.append(message("the time of injection does not fit the time of the scan"))
    elif reference.second < pet.injected.second:
        assumed.append(message("the injection was taken to be before midnight, the day before the scan"))
    return elapsed
