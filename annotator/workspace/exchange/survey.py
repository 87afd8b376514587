"""Count what the annotations of a project have that a format may be unable to hold, so that a loss is told before it happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from annotator.domain.exchange import Chosen
from annotator.domain.losses import Trait, count
from annotator.i18n import Message, message
from annotator.progress import Report
from annotator.workspace.exchange.offered import Any, lost_by
from annotator.workspace.exchange.opening import open_data_set
from annotator.workspace.projects import ProjectFolder


@dataclass(frozen=True)
class Survey:
    """How many images and annotations a project has, and how many of them have each trait."""

    images: int = 0
    annotations: int = 0
    traits: Mapping[Trait, int] = field(default_factory=dict)


def survey(folder: ProjectFolder, report: Report) -> Survey:
    """Look over what is saved in a project; raises AnnotatorError, and Cancelled."""
    data, _ = open_data_set(folder.root, "", "", (), report)
    report.done, report.total = 0, data.count
    annotations, traits = 0, Counter[Trait]()
    for one in data.series:
        for item in data.fill(one).items:
            annotations += len(item.sheet.annotations)
            traits.update(count(item.sheet))
            report.advance()
    return Survey(data.count, annotations, +traits)


def foretold(seen: Survey, used: Any, chosen: Chosen) -> tuple[Message, ...]:
    """Say what would be lost if the project were written in a format as chosen."""
    lost = {trait: seen.traits[trait] for trait in lost_by(used, chosen) if seen.traits.get(trait)}
    if not lost:
        return (message("Nothing is lost"),)
    return tuple(message("lost: {what} ({count})", what=Message(trait.value), count=number) for trait, number in lost.items())
