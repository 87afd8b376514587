"""What a project is: who draws what on which modality, and how its files are named.  Data, read from a folder, never code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from annotator.domain.attribute import Attribute
from annotator.domain.category import Category
from annotator.domain.class_groups import ClassGroups
from annotator.domain.clinical_definition import ClinicalDefinition
from annotator.domain.coordinates import Coordinates
from annotator.domain.deidentification import Deidentification
from annotator.domain.discarding import Discarding
from annotator.domain.intake import Intake
from annotator.domain.judging import Judging
from annotator.domain.line_rule import LineRule
from annotator.domain.practice_rule import PracticeRule
from annotator.domain.quality import Quality
from annotator.domain.reviewing import Reviewing
from annotator.domain.window_rule import WindowRules

PLACEHOLDERS: Mapping[str, str] = {
    "description": "unknown", "version": "0.0", "contributor": "unknown",
    "date_captured": "0000-00-00 00-00-00", "manufacturer": "unknown", "manufacturerModelName": "unknown",
}  # fmt: skip
"""What stands for a mandatory text that neither the project nor the source has, where the project names nothing else."""


@dataclass(frozen=True)
class Pass:
    """One round of work on a modality, in a project that has people: who draws, and with which tools."""

    role: str
    """`specialist` or `annotator`."""
    tools: tuple[str, ...]
    """Toolnames (`Line`, `Free`, `Box`)."""
    deliver_boxes: bool = False
    """In this pass a cut or free shape becomes its bounding box when the stroke ends."""


@dataclass(frozen=True)
class Modality:
    """One kind of image of a project: its code in JSON and file names, and which DICOM images belong to it."""

    code: str
    """Three letters, as JSON `modality`: XRY, CCT, PCT."""
    folder: str
    prefix: str
    dicom: tuple[str, ...]
    """DICOM modalities in order of trial: `CT`, `*` for any, `CT+PT` for CT in a study that has PT too."""
    supercategory: str
    case: str = "series"
    """What a case is: `series` or `study`."""
    deliver_boxes: bool = False
    """A cut or free shape becomes its bounding box when the stroke ends."""
    exclusive: bool = False
    """Categories exclude one another: the newer one wins."""
    views: tuple[str, ...] = ()
    """The views that a case has (RCC …): the image id of an image used in place is its view.  Empty: images are numbered."""
    hang: tuple[str, ...] = ()
    """How the views of a case are hung when it is opened: rows of view names, as `RCC LCC`.  Empty: they are not."""
    may_exclude: bool = False
    """An image on which the lesion cannot be seen may be excluded by the second pass (X-ray)."""
    passes: tuple[Pass, ...] = ()
    """First pass, second pass; they bind only where the project has people."""


@dataclass(frozen=True)
class MaskRule:
    """How masks are written."""

    foreground: int = 255
    compression: str = "rle"
    """`rle` or `none`."""
    line_width: float | None = None
    """Width in pixels of the stroke a line leaves in the mask; None: lines have no mask."""


@dataclass(frozen=True)
class Project:
    """A project's definition: `project.toml` and `categories.csv`."""

    id: str
    name: str
    name_en: str
    description: str
    version: str
    contributor: str
    modalities: tuple[Modality, ...]
    categories: tuple[Category, ...]
    classes: tuple[str, ...]
    unclassified: str
    blind: bool
    mask: MaskRule
    formats: tuple[str, ...]
    """Ids of the formats that a save publishes."""
    patterns: Mapping[str, str]
    """Path patterns, relative to the project's folder: `image`, `mask`, `json`, `label`.

    Fields: {folder} {prefix} {class} {patient} {series} {image} {category}.
    """
    id_patterns: Mapping[str, str] = field(default_factory=dict)
    """`patient`, `series`, `image`: how new ids are written, as `P{number:06d}`."""
    accepted_names: Mapping[str, str] = field(default_factory=dict)
    """Non-canonical category name → the name to write."""
    limits: Mapping[str, int] = field(default_factory=dict)
    """Longest texts in characters: `id`, `description`, `version`, `contributor`, `supercategory`, `grp_name`, `name`."""
    placeholders: Mapping[str, str] = field(default_factory=dict)
    """Mandatory JSON field → what stands there when the source has no value; such a placeholder counts as a finding."""
    judging: Judging | None = None
    """What is judged yes or no in each case; None: nothing is."""
    label_values: Mapping[int, int] = field(default_factory=dict)
    """Value in other programs' label volumes → category id."""
    coordinates: Coordinates | None = None
    """The positions to which what is drawn is cut, because a format holds whole numbers; None: nothing is."""
    discarding: Discarding | None = None
    """How cases are discarded; None: they are not."""
    ids_per: str = "patient"
    """What gets a patient id of its own: each `patient`, or each `study`."""
    drawn_classes: tuple[str, ...] = ()
    """The classes whose images are drawn on; what is drawn in another one is a finding."""
    attributes: tuple[Attribute, ...] = ()
    """What is asked about an annotation besides its outline."""
    class_groups: ClassGroups = field(default_factory=dict)
    """Class → groups of categories that fit it; a class that is not there takes all."""
    clinical: ClinicalDefinition | None = None
    """The clinical sheet; None: the project has none."""
    practice: PracticeRule = PracticeRule()
    """How much practice comes before real cases."""
    lines: LineRule = LineRule()
    """What the lines of a first pass mean, and why one may stay without an answer."""
    window_rules: WindowRules = field(default_factory=dict)
    """How its images are shown at first, and which windows it names, by DICOM modality."""
    deidentification: Deidentification = Deidentification()
    """How identity is taken out of images on their way into the project."""
    intake: Intake | None = None
    """Which series of an export are taken; None: the project takes none in."""
    quality: Quality = Quality()
    """What it promises of its images and of its papers."""
    reviewing: Reviewing = Reviewing()
    """How its cases are reviewed, and what the readings are held against."""

    @property
    def id_limit(self) -> int:
        """How many characters a pseudonymous id has at most."""
        return self.limits.get("id", 7)

    def placeholder(self, key: str) -> str:
        """Return what stands for a mandatory text without a value, empty where nothing does; a placeholder counts as a finding."""
        return self.placeholders.get(key) or PLACEHOLDERS.get(key, "")

    def modality_of(self, dicom_modality: str, in_study: frozenset[str] = frozenset()) -> Modality | None:
        """Return the project's modality for a DICOM one, `in_study` being all DICOM modalities of its study; None: view only."""
        for wanted in self.modalities:
            for entry in wanted.dicom:
                own, _, other = entry.partition("+")
                if own in ("*", dicom_modality) and (not other or other in in_study):
                    return wanted
        return None

    def categories_of(self, modality: Modality) -> tuple[Category, ...]:
        """Return the modality's categories in the order of the file."""
        return self._by_supercategory.get(modality.supercategory, ())

    def category(self, key: str) -> Category:
        """Return the category with this key; raises KeyError."""
        return self._by_key[key]

    @cached_property
    def _by_supercategory(self) -> Mapping[str, tuple[Category, ...]]:
        names = dict.fromkeys(category.supercategory for category in self.categories)
        return {name: tuple(category for category in self.categories if category.supercategory == name) for name in names}

    @cached_property
    def _by_key(self) -> Mapping[str, Category]:
        return {category.key: category for category in reversed(self.categories)}
