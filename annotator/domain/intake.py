"""What an intake knows of a series that lies in an export, and what a project asks of series before it takes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from annotator.domain.toml_table import Table
from annotator.i18n import Message, message

TABLE = "intake"
KEYS = ("derived", "rule")
RULE = ("modality", "plane", "thickness", "gaps", "one_per_study", "view", "weighting", "dimension", "least_images")
PLANES = ("axial", "coronal", "sagittal", "oblique")
WEIGHTINGS, DIMENSIONS = ("T1", "T2", "PD"), ("2D", "3D")


@dataclass(frozen=True)
class Traits:
    """What the header of an image says beyond `Image` and `Owner`: how it was made, and by what."""

    kind: tuple[str, ...] = ()
    """ImageType."""
    conversion: str = ""
    burned_in: str = ""
    view: str = ""
    body_part: str = ""
    manufacturer: str = ""
    model: str = ""
    dimension: str = ""
    """MRAcquisitionType: 2D or 3D."""
    weighting: str = ""
    """T1, T2, PD; empty where neither texts nor times tell."""
    birth_date: str = ""
    sex: str = ""
    no_suv: tuple[Message, ...] = ()
    """Why a PET image has no standardised uptake value."""
    done_before: bool = False
    """The file says that identity was taken out of it already."""


@dataclass(frozen=True)
class SeriesFacts:
    """One series of an export: a row of the table."""

    uid: str
    study_uid: str
    patient_id: str
    patient_name: str
    birth_date: str
    sex: str
    date: str
    modality: str
    number: int | None
    description: str
    plane: str = ""
    """One of `PLANES`; empty for projections and where the header does not say it."""
    directions: int = 1
    """In how many different directions its images lie; more than one where a scout lies among them."""
    thickness: float | None = None
    images: int = 0
    frames: int = 1
    """Most frames of one file."""
    gaps: int = 0
    """Slices that are missing."""
    same_place: int = 0
    """Images that lie where another one lies already."""
    sizes: tuple[int, int] = (0, 0)
    """Columns and rows of the first image."""
    traits: Traits = Traits()
    sop_class: str = ""
    labels: bool = False
    problem: Message | None = None
    """Why an image of it cannot be shown."""
    odd: tuple[Message, ...] = ()
    age: int | None = None
    """In whole years, as the header says it."""


@dataclass(frozen=True)
class Rule:
    """What a project asks of the series of one of its modalities; what is empty is not asked."""

    modality: str
    plane: tuple[str, ...] = ()
    thickness: tuple[float, float] | None = None
    """Least and most, in mm."""
    gaps: bool = True
    """Whether slices may be missing."""
    one_per_study: bool = False
    view: tuple[str, ...] = ()
    weighting: tuple[str, ...] = ()
    dimension: str = ""
    least_images: int = 1


@dataclass(frozen=True)
class Intake:
    """How a project takes images in: a rule for each of its modalities, and where derived images may be taken."""

    rules: Mapping[str, Rule]
    derived: tuple[str, ...] = ("CR", "DX", "MG", "US", "XA", "RF")
    """DICOM modalities in which an image is usually called derived once it is processed for being looked at."""

    def rule(self, modality: str) -> Rule:
        """Return the rule for a modality of the project; one that asks nothing where there is none."""
        return self.rules.get(modality, Rule(modality))


def parse_intake(root: Table, modalities: tuple[str, ...]) -> Intake | None:
    """Return what the table `[intake]` says; None where there is none.  Raises AnnotatorError."""
    if TABLE not in root.values:
        return None
    table = root.table(TABLE)
    rules = {}
    for entry in table.tables("rule"):
        code = entry.text("modality", choices=modalities)
        low_high = _thickness(entry)
        rules[code] = Rule(
            code,
            plane=entry.texts("plane", (), example='plane = ["axial"]', choices=PLANES),
            thickness=low_high,
            gaps=entry.flag("gaps", True),
            one_per_study=entry.flag("one_per_study", False),
            view=entry.texts("view", (), example='view = ["PA"]'),
            weighting=entry.texts("weighting", (), example='weighting = ["T1"]', choices=WEIGHTINGS),
            dimension=entry.text("dimension", "", choices=("", *DIMENSIONS)),
            least_images=int(entry.number("least_images", 1, 1, 100_000, whole=True)),
        )
    return Intake(rules, table.texts("derived", Intake.derived, example='derived = ["DX", "MG"]'))


def unknown_keys(root: Table) -> tuple[Message, ...]:
    """Remark on keys that have no effect."""
    table = root.table(TABLE)
    return table.unknown(KEYS) + tuple(remark for entry in table.tables("rule") for remark in entry.unknown(RULE))


def _thickness(entry: Table) -> tuple[float, float] | None:
    found = entry.values.get("thickness")
    if found is None:
        return None
    numbers = isinstance(found, list) and len(found) == 2 and all(type(number) in (int, float) for number in found)
    if not isinstance(found, list) or not numbers or not 0 <= found[0] <= found[1] <= 1000:
        remedy = message("Write for example: {example}", example="thickness = [2, 10]")
        raise entry.error("thickness", message("two numbers are expected"), remedy)
    return float(found[0]), float(found[1])


_T2 = re.compile(r"T2|FLAIR|STIR|DWI|DIFF|ADC|TRACE|SWI|SWAN|GRE_?HEMO|FIELD_?MAP|BOLD|FMRI|ASL|TOF|PERF|DTI|MRA\b", re.IGNORECASE)
_T1 = re.compile(r"T1|MP-?RAGE|MP2?RAGE|BRAVO|SPGR|FSPGR|\bTFE\b|3D-?TFE|VIBE|LAVA|THRIVE", re.IGNORECASE)
_PD = re.compile(r"\bPD|PROTON", re.IGNORECASE)


def weighting_of(texts: str, repetition: float, echo: float) -> str:
    """Return how an MR image is weighted: as its texts say, else as its times do (TR and TE in ms, 0: unknown)."""
    for pattern, weighting in ((_T2, "T2"), (_T1, "T1"), (_PD, "PD")):
        if pattern.search(texts):
            return weighting
    if not (repetition and echo):
        return ""
    return "T1" if echo < 30 and repetition < 1000 else "T2" if echo >= 60 else ""
