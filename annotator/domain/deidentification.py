"""Read how a project wants identity taken out of its images: the table `[deidentify]` of its file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from annotator.domain.toml_table import Table
from annotator.i18n import Message, message

TABLE = "deidentify"
KEYS = ("dates", "keep", "keep_in", "blank", "replace", "private", "words", "pixels")
DATES, PIXELS = ("shift", "blank"), ("keep", "decompress")
GROUPS: Mapping[str, tuple[str, ...]] = {
    "age": ("PatientAge",),
    "sex": ("PatientSex",),
    "size": ("PatientSize", "PatientWeight"),
    "device": ("Manufacturer", "ManufacturerModelName"),
    "description": ("SeriesDescription",),
    "protocol": ("ProtocolName",),
    "study-description": ("StudyDescription",),
}
"""What a project may keep, and the attributes that are meant."""
_KEYWORD = re.compile(r"[A-Z][A-Za-z0-9]*(\.[A-Z][A-Za-z0-9]*)?")
_PRIVATE = re.compile(r"([0-9A-Fa-f]{3}[13579BDFbdf]),([0-9A-Fa-f]{2})\|(.{1,64})")


@dataclass(frozen=True)
class Deidentification:
    """What a project asks of the engine beyond the table of the standard."""

    dates: str = "shift"
    """`shift`: by whole days, another number for each patient; `blank`: emptied, times too."""
    keep: tuple[str, ...] = ()
    """Names of `GROUPS` that stay; texts among them lose every word that is not known to be harmless."""
    keep_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """DICOM modality → more names of `GROUPS`."""
    blank: tuple[str, ...] = ()
    """Keywords, or `Sequence.Keyword`, that are emptied wherever they stand."""
    replace: Mapping[str, str] = field(default_factory=dict)
    """Keyword → the text that stands there instead, where the attribute is there."""
    private: frozenset[str] = frozenset()
    """Private attributes that are safe: `gggg,ee|CREATOR`."""
    words: tuple[str, ...] = ()
    """Words that are harmless in this project's descriptions and device names."""
    pixels: str = "keep"
    """`keep`: compressed pixels stay as they are; `decompress`: they are unpacked."""

    def kept(self, modality: str) -> frozenset[str]:
        """Return the keywords that stay in images of a DICOM modality."""
        return frozenset(keyword for name in (*self.keep, *self.keep_in.get(modality, ())) for keyword in GROUPS[name])


def parse_deidentification(root: Table) -> Deidentification:
    """Return what the table `[deidentify]` says; the strictest where there is none.  Raises AnnotatorError."""
    table = root.table(TABLE)
    return Deidentification(
        dates=table.text("dates", "shift", choices=DATES),
        keep=table.texts("keep", (), example='keep = ["age", "sex"]', choices=GROUPS),
        keep_in=_by_modality(table.table("keep_in")),
        blank=_keywords(table, "blank"),
        replace={key: table.table("replace").text(key, longest=64) for key in table.table("replace").values},
        private=_private(table),
        words=table.texts("words", (), example='words = ["LUNG"]'),
        pixels=table.text("pixels", "keep", choices=PIXELS),
    )


def unknown_keys(root: Table) -> tuple[Message, ...]:
    """Remark on keys that have no effect."""
    return root.table(TABLE).unknown(KEYS)


def _by_modality(table: Table) -> Mapping[str, tuple[str, ...]]:
    return {key: table.texts(key, example=f'{key} = ["description"]', choices=GROUPS) for key in table.values}


def _keywords(table: Table, key: str) -> tuple[str, ...]:
    example = f'{key} = ["StationName"]'
    found = table.texts(key, (), example=example)
    wrong = next((entry for entry in found if not _KEYWORD.fullmatch(entry)), None)
    if wrong is not None:
        cause = message("“{value}” is no keyword of an attribute", value=wrong)
        raise table.error(key, cause, message("Write for example: {example}", example=example))
    return found


def _private(table: Table) -> frozenset[str]:
    example = 'private = ["0019,0C|SIEMENS MR HEADER"]'
    found = table.texts("private", (), example=example)
    for entry in found:
        if not _PRIVATE.fullmatch(entry):
            cause = message("“{value}” names no private attribute", value=entry)
            raise table.error("private", cause, message("Write for example: {example}", example=example))
    return frozenset(entry[:7].upper() + entry[7:] for entry in found)
