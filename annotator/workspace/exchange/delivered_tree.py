"""Read delivered files for images that are open: those that lie in a tree by the numbers in their names, the others by what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from annotator.domain.annotation import Annotation
from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Item
from annotator.domain.image import ImageKey
from annotator.formats.format import Format
from annotator.workspace.adoption import names_in_tree
from annotator.workspace.catalogue import Catalogue
from annotator.workspace.exchange.dataset import DataSet, Series, item_of
from annotator.workspace.exchange.grouping import case_of
from annotator.workspace.exchange.loose import loose_data_set
from annotator.workspace.exchange.matching import Way
from annotator.workspace.exchange.project_source import FromFiles
from annotator.workspace.exchange.reading import Findings, FromPages
from annotator.workspace.exchange.sources import Place
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.publish import formats_of


def delivered_data_set(folder: ProjectFolder, used: Format, files: Place, found: Catalogue,
                       series: Sequence[Series]) -> tuple[DataSet, Findings]:
    """Return the open images (`series`) with what delivered files say of them, whoever numbered them, and what reading came upon."""
    there = replace(folder, root=files.root, read_only=True)
    named = _named(there, found) if any("/" in name for name in files.names) else ()
    drawn, findings = _read(there, used, named)
    taken = {path for item in named for path in used.paths(item.sheet)}
    left = replace(files, names=tuple(name for name in files.names if name not in taken))
    strange = tuple(one for one in series if not any(item.sheet.image.key in drawn for item in one))
    data, others = loose_data_set(folder.project, used, left, strange)
    drawn |= {item.sheet.image.key: item.sheet.annotations for one in data.series for item in data.fill(one).items}
    return replace(data, series=tuple(series), fill=FromPages(drawn)), _together(findings, others)


def _named(folder: ProjectFolder, found: Catalogue) -> tuple[Item, ...]:
    """The images of which files lie in the tree, named as there."""
    own = formats_of(folder.project)
    return tuple(
        item_of(folder.project, series.project_modality, image, names)
        for series in found.in_order
        if series.project_modality is not None
        for names, image in names_in_tree(folder, own, series)
    )


def _read(folder: ProjectFolder, used: Format, named: Sequence[Item]) -> tuple[dict[ImageKey, tuple[Annotation, ...]], Findings]:
    cases: dict[tuple[str, ...], list[Sheet]] = {}
    for item in named:
        cases.setdefault(case_of(item.sheet), []).append(item.sheet)
    siblings = {sheet.image.key: tuple(case) for case in cases.values() for sheet in case}
    filled = FromFiles(folder, used.id, siblings)(named)
    drawn = {item.sheet.image.key: item.sheet.annotations for item in filled.items}
    findings = Findings(failures=list(filled.failures), annotations=sum(map(len, drawn.values())))
    findings.remarks.update(filled.remarks)
    if drawn:
        findings.ways[Way.NAME] = len(drawn)
    return drawn, findings


def _together(one: Findings, other: Findings) -> Findings:
    return replace(
        one,
        ways=one.ways + other.ways,
        unmatched=[*one.unmatched, *other.unmatched],
        failures=[*one.failures, *other.failures],
        remarks=one.remarks + other.remarks,
        annotations=one.annotations + other.annotations,
    )
