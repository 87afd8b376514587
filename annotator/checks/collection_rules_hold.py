"""Images are such as the project collects: view, slice thickness, no missing slices (`[[quality.collection]]` of its file)."""

from __future__ import annotations

from collections.abc import Iterator

from annotator.checks.check import FolderCheck, Gathered, Saved
from annotator.domain.finding import Finding, Severity
from annotator.domain.integrity import oddities_of
from annotator.domain.quality import Collected
from annotator.domain.series import spatial_order
from annotator.i18n import mark, message

ID = "collection-rules-hold"
_GAPS = "gaps"


def run(gathered: Gathered) -> tuple[Finding, ...]:
    """Name the images of another view or thickness, and the series with gaps; what a header does not say is a remark."""
    series: dict[tuple[str, str], list[Saved]] = {}
    for saved in gathered.saved:
        series.setdefault((saved.sheet.modality.code, saved.sheet.image.series_uid), []).append(saved)
    found = []
    for (modality, _), members in series.items():
        rule = gathered.project.quality.collection_of(modality)
        if rule is not None:
            found += [*_views(rule, members), *_thickness(rule, members), *_gaps(rule, members, gathered.name)]
    return tuple(found)


def _views(rule: Collected, members: list[Saved]) -> Iterator[Finding]:
    for saved in members if rule.views else ():
        said = saved.header.view_position if saved.header else ""
        if not said:
            yield Finding(ID, Severity.REMARK, message("the header does not say the view; {views} is asked for",
                                                       views=", ".join(rule.views)), saved.path)  # fmt: skip
        elif said not in rule.views:
            told = message("the view is {view}; {views} is asked for", view=said, views=", ".join(rule.views))
            yield Finding(ID, Severity.ERROR, told, saved.path)


def _thickness(rule: Collected, members: list[Saved]) -> Iterator[Finding]:
    """One finding for each thickness of a series: its first image stands for all."""
    told = set[float | None]()
    for saved in members if rule.thickness else ():
        said = saved.header.thickness if saved.header else None
        low, high = rule.thickness or (0.0, 0.0)
        if said in told or (said is not None and low <= said <= high):
            continue
        told.add(said)
        if said is None:
            yield Finding(ID, Severity.REMARK, message("the header does not say the slice thickness"), saved.path)
        else:
            sentence = message("the slices are {thickness} mm thick; {low} to {high} mm are asked for", thickness=f"{said:g}",
                               low=f"{low:g}", high=f"{high:g}")  # fmt: skip
            yield Finding(ID, Severity.ERROR, sentence, saved.path)


def _gaps(rule: Collected, members: list[Saved], name: str) -> Iterator[Finding]:
    if not rule.no_gaps or len(members) < 3:
        return
    ordered = spatial_order(saved.sheet.image for saved in members)
    for oddity in oddities_of(tuple(ordered)):
        if oddity.rule == _GAPS:
            yield Finding(ID, Severity.ERROR, oddity.text, name)


CHECK = FolderCheck(ID, Severity.ERROR, mark("Images are such as the project collects"), run)
