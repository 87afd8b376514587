"""One image, and the case that it belongs to, with all that its delivered files are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from annotator.domain.annotation import Annotation
from annotator.domain.category import Category
from annotator.domain.image import Image, ImageKey
from annotator.domain.project import Modality, Project
from annotator.i18n import Message


@dataclass(frozen=True)
class Names:
    """Pseudonymous ids of an image (each at most 7 characters) and the class folder it lies in."""

    patient: str
    series: str
    image: str
    class_folder: str


@dataclass(frozen=True)
class Sheet:
    """An image, its names and its annotations, at the moment of a save; `time` is ISO 8601 with offset.

    `in_tree`: the image lies in the project's own tree (already de-identified); else it is used in place and no identity may follow it.
    `regions_only`: the case is in its second pass, so lines are not delivered.
    """

    project: Project
    modality: Modality
    image: Image
    names: Names
    annotations: tuple[Annotation, ...] = ()
    in_tree: bool = False
    regions_only: bool = False
    author: str = ""
    time: str = ""
    software: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What a person said of the whole case (`annotator.domain.facts`)."""
    uid_root: str = ""
    """A text unique to the project, from which new UIDs are derived."""
    siblings: tuple[Sheet, ...] = ()
    """The sheets of all images of the case, this one included, themselves without siblings; for formats whose files belong to the case."""

    @property
    def case(self) -> tuple[Sheet, ...]:
        """The sheets of all images of the case that are known; without siblings this one alone."""
        return self.siblings or (self,)

    @property
    def bare(self) -> Sheet:
        """The same without what was drawn, for a reader."""
        return replace(self, annotations=(), siblings=tuple(replace(sheet, annotations=()) for sheet in self.siblings))

    @property
    def categories(self) -> tuple[Category, ...]:
        """The categories of the image's modality."""
        return self.project.categories_of(self.modality)

    def category(self, key: str) -> Category | None:
        """Return the category with this key, None where the image's modality has none."""
        try:
            category = self.project.category(key)
        except KeyError:
            return None
        return category if category.supercategory == self.modality.supercategory else None

    def path(self, pattern: str, category: Category | None = None) -> str:
        """Return the relative path (`/`) that the project's pattern `image`, `mask` or `json` gives for this image."""
        names, modality = self.names, self.modality
        ids = names.class_folder, names.patient, names.series, names.image, "" if category is None else str(category.id)
        return _filled(self.project.patterns[pattern], modality.folder, modality.prefix, *ids)


@lru_cache(maxsize=4096)
def _filled(pattern: str, folder: str, prefix: str, kind: str, patient: str, series: str, image: str, category: str) -> str:
    """A path pattern with names in it; whoever looks at an image asks for the same few paths dozens of times."""
    return pattern.format(**{"class": kind}, folder=folder, prefix=prefix, patient=patient, series=series, image=image, category=category)


@dataclass(frozen=True)
class Reading:
    """What a format found in delivered files: annotations (ids from the file, else counted from 1), and what was odd about them.

    Files of a whole case give the annotations of all its images.
    """

    annotations: tuple[Annotation, ...] = ()
    remarks: tuple[Message, ...] = ()
    facts: Mapping[str, str] | None = None
    """What the files say of the whole case (`annotator.domain.facts`); None where such files say nothing of it."""
    values: NDArray[np.int64] | None = field(default=None, compare=False)
    """The pixel values of a label image, (rows, columns), where the format has one."""

    def of(self, image: ImageKey) -> Reading:
        """Return what it says of one image."""
        return replace(self, annotations=tuple(a for a in self.annotations if a.image == image))
