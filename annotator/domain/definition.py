"""Read a project's definition, `project.toml` and `categories.csv`, into a `Project`; what is wrong is told with file, line and key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from annotator.domain import (
    attribute,
    clinical_definition,
    coordinates,
    deidentification,
    discarding,
    intake,
    quality,
    reviewing,
    window_rule,
)
from annotator.domain.attribute import parse_attributes
from annotator.domain.category import Category
from annotator.domain.category_table import TOOLNAMES, parse_table
from annotator.domain.class_groups import parse_class_groups
from annotator.domain.clinical_definition import parse_clinical
from annotator.domain.coordinates import parse_coordinates
from annotator.domain.deidentification import parse_deidentification
from annotator.domain.discarding import parse_discarding
from annotator.domain.intake import parse_intake
from annotator.domain.judging import KEYS as JUDGEMENT_KEYS
from annotator.domain.judging import parse_judging, parse_label_values
from annotator.domain.line_rule import KEYS as LINE_KEYS
from annotator.domain.line_rule import parse_line_rule
from annotator.domain.patterns import FIELDS, fields_of, id_flaw, is_name, pattern_flaw
from annotator.domain.practice_rule import KEYS as PRACTICE_KEYS
from annotator.domain.practice_rule import parse_practice
from annotator.domain.project import MaskRule, Modality, Pass, Project
from annotator.domain.quality import parse_quality
from annotator.domain.reviewing import parse_reviewing
from annotator.domain.toml_table import Table, read_toml
from annotator.domain.window_rule import parse_window_rules
from annotator.i18n import Message, message
from annotator.paths import nfc

PATTERNS = ("image", "mask", "json", "label")
CASES = ("series", "study")
COMPRESSIONS = ("rle", "none")
LINE_MASKS = ("stroke", "none")
ROLES = ("specialist", "annotator")
LIMITS = ("id", "description", "version", "contributor", "supercategory", "grp_name", "name")
ID_PATTERNS = {"patient": "P{number:06d}", "series": "S{number:03d}", "image": "{number:04d}"}
IDS_PER = ("patient", "study")
TOP = ("id", "name", "name_en", "classes", "drawn_classes", "unclassified", "blind", "formats")
TABLES: dict[str, tuple[str, ...] | None] = {
    "info": ("description", "version", "contributor"),
    "modality": None,
    "mask": ("foreground", "compression", "line", "line_width"),
    "patterns": PATTERNS,
    "ids": (*ID_PATTERNS, "per"),
    "coordinates": coordinates.KEYS,
    "discard": discarding.KEYS,
    "review": reviewing.KEYS,
    "practice": PRACTICE_KEYS,
    "limits": LIMITS,
    "lines": LINE_KEYS,
    "placeholders": None,
    "accepted_names": None,
    "attribute": None,
    "clinical": None,
    "class_groups": None,
    "judgement": JUDGEMENT_KEYS,
    "label_values": None,
    "quality": quality.KEYS,
    window_rule.TABLE: None,
    deidentification.TABLE: None,
    intake.TABLE: None,
}
"""The tables of a project file and the keys each may hold; None: any key, or told where the table is read."""
MODALITY = (
    "code", "folder", "prefix", "dicom", "supercategory", "case", "deliver_boxes", "exclusive", "views", "hang", "may_exclude", "pass",
)  # fmt: skip
PASS = ("role", "tools", "deliver_boxes")
_DICOM = re.compile(r"(\*|[A-Z][A-Z0-9]{1,15})(\+[A-Z][A-Z0-9]{1,15})?")


@dataclass(frozen=True)
class _Head:
    """The keys of the project file that stand in no table."""

    id: str
    name: str
    name_en: str
    classes: tuple[str, ...]
    drawn_classes: tuple[str, ...]
    unclassified: str
    blind: bool
    formats: tuple[str, ...]


def parse_project(
    toml_text: str, csv_text: str, *, toml_name: str = "project.toml", csv_name: str = "categories.csv"
) -> tuple[Project, tuple[Message, ...]]:
    """Return the project that two texts define and remarks about them.

    Raises AnnotatorError that names file, line and key (or column) and says what would be right.
    """
    root = read_toml(toml_name, nfc(toml_text.lstrip("\ufeff")))
    limits = {key: int(root.table("limits").number(key, 0, 1, 1000, whole=True)) for key in root.table("limits").values if key in LIMITS}
    head, info = _head(root), root.table("info")
    modalities = _modalities(root, limits)
    categories, remarks = parse_table(csv_text, csv_name, tuple(dict.fromkeys(m.supercategory for m in modalities)), limits)
    project = Project(
        id=head.id,
        name=head.name,
        name_en=head.name_en,
        description=info.text("description", head.name, longest=limits.get("description")),
        version=info.text("version", "1.0", longest=limits.get("version")),
        contributor=info.text("contributor", "", longest=limits.get("contributor")),
        modalities=modalities,
        categories=categories,
        classes=head.classes,
        unclassified=head.unclassified,
        blind=head.blind,
        mask=_mask(root.table("mask")),
        formats=head.formats,
        patterns=_patterns(root, head.formats),
        id_patterns=_id_patterns(root.table("ids"), limits.get("id", 7)),
        accepted_names=_accepted_names(root.table("accepted_names"), categories),
        limits=limits,
        placeholders={key: root.table("placeholders").text(key) for key in root.table("placeholders").values},
        judging=parse_judging(root, categories),
        label_values=parse_label_values(root, categories),
        coordinates=parse_coordinates(root, head.formats),
        discarding=parse_discarding(root),
        ids_per=root.table("ids").text("per", "patient", choices=IDS_PER),
        drawn_classes=head.drawn_classes,
        attributes=parse_attributes(root, categories),
        class_groups=parse_class_groups(root, head.classes, categories),
        clinical=parse_clinical(root, head.classes, limits.get("id", 7)),
        lines=parse_line_rule(root),
        window_rules=parse_window_rules(root),
        deidentification=parse_deidentification(root),
        intake=parse_intake(root, tuple(modality.code for modality in modalities)),
        quality=parse_quality(root, [m.code for m in modalities], head.classes, categories),
        reviewing=parse_reviewing(root),
        practice=parse_practice(root),
    )
    return project, _unknown_keys(root) + remarks + _idle(csv_name, project)


def _head(root: Table) -> _Head:
    classes = root.texts("classes", example='classes = ["benign", "malignant"]')
    unclassified = root.text("unclassified", "unclassified")
    for key, names in (("classes", classes), ("unclassified", (unclassified,))):
        for name in names:
            _require_name(root, key, name)
    if unclassified in classes or len(set(classes)) < len(classes):
        raise root.error("classes", message("a name stands twice"), message("Give each class, and “unclassified”, a name of its own"))
    project_id = root.text("id", example='id = "lung-cancer"')
    _require_name(root, "id", project_id)
    formats = root.texts("formats", example='formats = ["lung-json", "mask-dicom"]')
    if not all(re.fullmatch(r"[a-z][a-z0-9-]*", entry) for entry in formats):
        raise root.error(
            "formats", message("the id of a format has small letters, digits and hyphens only"), message("See: annotator formats")
        )
    name = root.text("name", example='name = "폐암"')
    name_en, drawn, blind = root.text("name_en", name), _drawn_classes(root, classes), root.flag("blind", False)
    return _Head(project_id, name, name_en, classes, drawn, unclassified, blind, formats)


def _drawn_classes(root: Table, classes: tuple[str, ...]) -> tuple[str, ...]:
    drawn = root.texts("drawn_classes", classes, example='drawn_classes = ["malignant"]')
    stray = next((name for name in drawn if name not in classes), None)
    if stray is not None:
        cause = message("“{value}” is not known", value=stray)
        raise root.error("drawn_classes", cause, message("Write any of: {choices}", choices=", ".join(classes) or "[]"))
    return drawn


def _require_name(table: Table, key: str, value: str) -> None:
    if not is_name(value):
        cause = message("“{value}” cannot be the name of a folder or file", value=value)
        raise table.error(key, cause, message("Use letters, digits, Hangul and . _ - only"))


def _modalities(root: Table, limits: Mapping[str, int]) -> tuple[Modality, ...]:
    tables = root.tables("modality")
    if not tables:
        raise root.missing("modality", '[[modality]] code = "CCT" …')
    modalities = tuple(_modality(table, limits) for table in tables)
    codes = [modality.code for modality in modalities]
    for table, modality, position in zip(tables, modalities, range(len(codes)), strict=True):
        if modality.code in codes[:position]:
            raise table.error(
                "code", message("“{value}” stands twice", value=modality.code), message("Give each modality a code of its own")
            )
    return modalities


def _modality(table: Table, limits: Mapping[str, int]) -> Modality:
    code = table.text("code", example='code = "CCT"')
    folder, prefix = table.text("folder", example='folder = "chest-ct"'), table.text("prefix", example='prefix = "cct"')
    for key, name in (("code", code), ("folder", folder), ("prefix", prefix)):
        _require_name(table, key, name)
    example = 'dicom = ["CR", "DX"]'
    dicom = table.texts("dicom", example=example)
    wrong = "" if dicom else "[]"
    wrong = next((entry for entry in dicom if not _DICOM.fullmatch(entry)), wrong)
    if wrong:
        cause = message("“{value}” is no DICOM modality", value=wrong)
        raise table.error("dicom", cause, message("Write for example: {example}", example=f'{example}, ["CT+PT"], ["*"]'))
    return Modality(
        code=code,
        folder=folder,
        prefix=prefix,
        dicom=dicom,
        supercategory=table.text("supercategory", code, longest=limits.get("supercategory")),
        case=table.text("case", "series", choices=CASES),
        deliver_boxes=table.flag("deliver_boxes", False),
        exclusive=table.flag("exclusive", False),
        views=table.texts("views", (), example='views = ["RCC", "LCC", "RMLO", "LMLO"]'),
        hang=_hanging(table),
        may_exclude=table.flag("may_exclude", False),
        passes=tuple(
            Pass(
                role=entry.text("role", choices=ROLES),
                tools=entry.texts("tools", example='tools = ["Line"]', choices=TOOLNAMES),
                deliver_boxes=entry.flag("deliver_boxes", False),
            )
            for entry in table.tables("pass")
        ),
    )


def _hanging(table: Table) -> tuple[str, ...]:
    example = 'hang = ["RCC LCC", "RMLO LMLO"]'
    rows = table.texts("hang", (), example=example)
    if len({len(row.split()) for row in rows}) > 1 or any(not row.split() for row in rows):
        cause = message("the rows must have equally many views")
        raise table.error("hang", cause, message("Write for example: {example}", example=example))
    return rows


def _mask(table: Table) -> MaskRule:
    stroke = table.text("line", "none", choices=LINE_MASKS) == "stroke"
    if stroke and "line_width" not in table.values:
        raise table.missing("line_width", "line_width = 2")
    width = float(table.number("line_width", 1.0, 0.1, 100.0))
    return MaskRule(
        foreground=int(table.number("foreground", 255, 1, 255, whole=True)),
        compression=table.text("compression", "rle", choices=COMPRESSIONS),
        line_width=width if stroke else None,
    )


def _patterns(root: Table, formats: tuple[str, ...]) -> dict[str, str]:
    """Return the path patterns; a format whose id names a pattern (`lung-json`, `mask-dicom`) needs that pattern."""
    table = root.table("patterns", required=True)
    words = {word for entry in formats for word in entry.split("-")}
    patterns: dict[str, str] = {}
    for key in PATTERNS:
        if key not in table.values and key != "image" and key not in words:
            continue
        pattern = table.text(key, example=f'{key} = "data/{{class}}/{{patient}}/{{series}}/{key}/{{prefix}}_{{image}}.…"')
        flaw = pattern_flaw(pattern)
        if flaw is not None:
            fields = " ".join("{" + field + "}" for field in FIELDS)
            remedy = message("Write a relative path with / and the fields {fields}", fields=fields)
            raise table.error(key, flaw, remedy)
        wanted = {"image": ("patient", "image"), "mask": ("patient", "image", "category")}.get(key, ("patient",))
        lacking = next((field for field in wanted if field not in fields_of(pattern)), None)
        if lacking is not None:
            cause = message("without the field {field} two files would get one name", field="{" + lacking + "}")
            raise table.error(key, cause, message("Put the field into the path"))
        if pattern in patterns.values():
            raise table.error(key, message("another pattern gives the same path"), message("Give each kind of file a path of its own"))
        patterns[key] = pattern
    return patterns


def _id_patterns(table: Table, limit: int) -> dict[str, str]:
    patterns = {key: table.text(key, default) for key, default in ID_PATTERNS.items()}
    for key, pattern in patterns.items():
        flaw = id_flaw(pattern, limit)
        if flaw is not None:
            raise table.error(key, flaw, message("Write for example: {example}", example=f'{key} = "{ID_PATTERNS[key]}"'))
    return patterns


def _accepted_names(table: Table, categories: tuple[Category, ...]) -> dict[str, str]:
    names = dict.fromkeys(category.name for category in categories)
    return {key: table.text(key, choices=names) for key in table.values}


def _unknown_keys(root: Table) -> tuple[Message, ...]:
    """Remark on keys that have no effect, so that a slip of the pen is seen."""
    remarks = root.unknown(TOP + tuple(TABLES))
    for key, names in TABLES.items():
        if names is not None:
            remarks += root.table(key).unknown(names)
    for table in root.tables("modality"):
        remarks += table.unknown(MODALITY)
        for entry in table.tables("pass"):
            remarks += entry.unknown(PASS)
    remarks += attribute.unknown_keys(root) + clinical_definition.unknown_keys(root)
    remarks += window_rule.unknown_keys(root) + quality.unknown_keys(root)
    return remarks + deidentification.unknown_keys(root) + intake.unknown_keys(root)


def _idle(csv_name: str, project: Project) -> tuple[Message, ...]:
    """Remark on modalities on which nothing can be drawn."""
    return tuple(
        message("{file}: the modality {code} has no category, so its images can only be looked at", file=csv_name, code=modality.code)
        for modality in project.modalities
        if not project.categories_of(modality)
    )
