"""Studies of nobody, made by arithmetic, with exactly known findings: the demonstration, and what the tests draw on.

A chest (`thorax`) and a head (`brain`) are given as levels over space; a module a modality cuts or sums them into pixels, `writer` makes
legal DICOM of them.  The same call writes the same files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from annotator.dicom.phantom.brain_mr import brain_mr
from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.dicom.phantom.chest_xray import chest_xray
from annotator.dicom.phantom.mammography import mammography
from annotator.dicom.phantom.pet_ct import pet_ct
from annotator.dicom.phantom.writer import Truth
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import message

__all__ = ["ALL", "Truth", "brain_mr", "chest_ct", "chest_xray", "mammography", "pet_ct", "write_study"]

_FULL: Mapping[str, Callable[[Path], tuple[Truth, ...]]] = {
    "chest-ct": chest_ct,
    "chest-xray": chest_xray,
    "pet-ct": pet_ct,
    "mammography": mammography,
    "brain-mr": brain_mr,
}
_SMALL: Mapping[str, Callable[[Path], tuple[Truth, ...]]] = {
    "chest-ct": partial(chest_ct, slices=8, size=128),
    "chest-xray": partial(chest_xray, size=256),
    "pet-ct": partial(pet_ct, slices=8, size=64),
    "mammography": partial(mammography, size=288),
    "brain-mr": partial(brain_mr, slices=16, size=64),
}
ALL = tuple(_FULL)
"""The kinds of phantom, each in a folder of its own name."""


def write_study(folder: Path, kinds: Sequence[str] = ALL, *, small: bool = False) -> tuple[Truth, ...]:
    """Write the phantoms `kinds` below `folder`, one folder a kind, and return the truth of every image in the order written.

    `small`: few and coarse images, for tests.  Raises KeyError for an unknown kind, AnnotatorError where a file cannot be written.
    """
    makers = _SMALL if small else _FULL
    chosen = [(kind, makers[kind]) for kind in kinds]
    try:
        return tuple(truth for kind, make in chosen for truth in make(folder / kind))
    except OSError as error:
        raise AnnotatorError(
            message("Writing the demonstration study to “{folder}”", folder=str(folder)),
            system_cause(error),
            message("Choose a folder that can be written to and has 200 MB free"),
        ) from error
