"""Read how a project is reviewed, the table `[review]` of its file: how reviewers work, what must reach which bar, which reasons count."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.toml_table import Table

INDEPENDENT, SEQUENTIAL = "independent", "sequential"
MODES = (INDEPENDENT, SEQUENTIAL)
MEASURES = ("lesions", "f1", "iou", "dice")
ASK, AUTOMATIC = "ask", "automatic"
BELOW = (ASK, AUTOMATIC)
KEYS = ("mode", "measure", "bar", "window", "least_iou", "reasons", "full_view", "unanimous", "below")
BAR, WINDOW, LEAST_IOU = 0.9, 20, 0.5


@dataclass(frozen=True)
class Reviewing:
    """How the cases of a project are reviewed."""

    mode: str = INDEPENDENT
    """`independent`: neither reviewer sees the other's reading before both are in; `sequential`: the second sees the first's."""
    measure: str = "lesions"
    """What is held against the bar, one of `MEASURES`."""
    bar: float = BAR
    """The least that a reading must reach against the accepted version; below it the case is rework."""
    window: int = WINDOW
    """Over how many of the last cases a person's figure is taken."""
    least_iou: float = LEAST_IOU
    """From which IoU two lesions may be one."""
    reasons: tuple[str, ...] = ()
    """Reasons for corrections that are offered; others may be written."""
    full_view: float = 0.0
    """The share of the tiles of a gallery that must be looked at in full."""
    unanimous: bool = False
    """Whether both reviewers must accept what an adjudicator decides."""
    below: str = ASK
    """What becomes of a case below the bar: a manager is asked and sends it back (`ask`), or it goes back when it would be accepted
    (`automatic`)."""


def parse_reviewing(root: Table) -> Reviewing:
    """Return what the table `[review]` says; where it says nothing, the default.  Raises AnnotatorError."""
    table = root.table("review")
    return Reviewing(
        mode=table.text("mode", INDEPENDENT, choices=MODES),
        measure=table.text("measure", "lesions", choices=MEASURES),
        bar=float(table.number("bar", BAR, 0.0, 1.0)),
        window=int(table.number("window", WINDOW, 1, 1000, whole=True)),
        least_iou=float(table.number("least_iou", LEAST_IOU, 0.01, 1.0)),
        reasons=table.texts("reasons", (), example='reasons = ["경계 수정", "놓친 병변"]'),
        full_view=float(table.number("full_view", 0.0, 0.0, 1.0)),
        unanimous=table.flag("unanimous", False),
        below=table.text("below", ASK, choices=BELOW),
    )
