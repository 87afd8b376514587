"""Keep the label volumes of a project, and say which annotations and labels count on an image.

`.annotator/labels/<SHA-256>.labels`, immutable: one line of JSON (images and size), then the voxels, both compressed.  A case names its
volume by the fact `labels`; a slice on which somebody drew is the document's own affair from then on (`domain.labels`).
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from annotator import strict_json
from annotator.domain.annotation import Annotation
from annotator.domain.category import Category
from annotator.domain.document import Document
from annotator.domain.image import ImageKey
from annotator.domain.labels import LABELS, LabelVolume, annotations_of, is_drawn
from annotator.domain.project import Project
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import message
from annotator.workspace import durable

_MOST_BYTES = 1 << 30
_SLICES = 600
"""Slices whose outlines are kept at hand."""


def keep(root: Path, volume: LabelVolume) -> LabelVolume:
    """Bring a volume to the disk and return it with the digest of its file; raises OSError.  The same volume is kept once."""
    head = {"images": [str(key) for key in volume.images], "shape": list(volume.values.shape)}
    told = json.dumps(head, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
    content = zlib.compress(told + volume.values.astype(np.uint8, copy=False).tobytes(), 6)
    digest = hashlib.sha256(content).hexdigest()
    path = path_of(root, digest)
    if not path.exists():
        durable.write(path, content)
    return LabelVolume(volume.images, volume.values, digest)


def path_of(root: Path, digest: str) -> Path:
    """Return where the volume with this digest lies."""
    return root / ".annotator" / "labels" / f"{digest}.labels"


def volume_of(root: Path, document: Document) -> LabelVolume | None:
    """Return the label volume that a document names, None where it names none; raises AnnotatorError where it cannot be read."""
    digest = document.facts.get(LABELS, "")
    return load(root, digest) if digest else None


@lru_cache(maxsize=2)
def load(root: Path, digest: str) -> LabelVolume:
    """Read a volume; raises AnnotatorError where it is not there or is not what its name says."""
    doing = message("Reading the regions of the case")
    remedy = message("Put the file {file} back from a backup, or load the regions again", file=f"labels/{digest[:12]}….labels")
    try:
        content = path_of(root, digest).read_bytes()
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), remedy) from None
    damaged = AnnotatorError(doing, message("the file is damaged"), remedy)
    if hashlib.sha256(content).hexdigest() != digest:
        raise damaged
    try:
        told, _, voxels = zlib.decompressobj().decompress(content, _MOST_BYTES).partition(b"\n")
        head = strict_json.loads(told)
        images = tuple(ImageKey.parse(str(key)) for key in head["images"])
        values = np.frombuffer(voxels, dtype=np.uint8).reshape(head["shape"])
    except (zlib.error, ValueError, KeyError, TypeError):
        raise damaged from None
    if values.ndim != 3 or len(images) != values.shape[0]:
        raise damaged
    return LabelVolume(images, values, digest)


def effective_annotations(root: Path, project: Project, document: Document, image: ImageKey) -> tuple[Annotation, ...]:
    """Return the annotations that count on an image: those of the document, else the regions of the case's label volume, by id.

    What delivers, converts or checks a case must use these and not `Document.on`.  Raises AnnotatorError where the volume cannot be read.
    """
    if is_drawn(document, image):
        return document.on(image)
    volume = volume_of(root, document)
    return () if volume is None else TRACED.of(volume, image, labelled_categories(project))


def annotated_images(root: Path, document: Document) -> tuple[ImageKey, ...]:
    """Return every image of a case on which something counts, or counted once: those of the document and those of its label volume."""
    volume = volume_of(root, document)
    regions = () if volume is None else (key for key, counts in zip(volume.images, volume.counts, strict=True) if counts[1:].any())
    return tuple(sorted({*document.annotations, *document.issued, *regions}))


def slices_of(root: Path, document: Document) -> dict[int, int]:
    """Return for each category id of a case's label volume on how many slices it is; raises AnnotatorError where that cannot be read."""
    volume = volume_of(root, document)
    found = () if volume is None else (volume.counts > 0).sum(axis=0)
    return {number: int(count) for number, count in enumerate(found) if number and count}


def labelled_categories(project: Project) -> tuple[Category, ...]:
    """Return the categories that label volumes of a project speak of."""
    judging = project.judging
    return tuple(c for c in project.categories if judging is None or c.supercategory == judging.supercategory)


class Traced:
    """The outlines of the slices that were looked at last; may be asked from several threads."""

    def __init__(self, most: int = _SLICES) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, ImageKey], tuple[Annotation, ...]] = OrderedDict()

    def known(self, volume: LabelVolume, image: ImageKey) -> bool:
        """Whether an image's outlines are at hand."""
        return (volume.digest, image) in self._kept

    def of(self, volume: LabelVolume, image: ImageKey, categories: Sequence[Category]) -> tuple[Annotation, ...]:
        """Return the regions of an image as annotations."""
        key = (volume.digest, image)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = annotations_of(volume, image, categories)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found


TRACED = Traced()
"""The outlines kept for the whole process: a volume is named by its content, so they are the same for everybody."""
