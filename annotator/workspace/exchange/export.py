"""Carry out a wish to export a data set: understood, split, written; the one way for the window and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from annotator import __version__
from annotator.formats.format import SERIES, Exchange
from annotator.i18n import Message, message
from annotator.progress import Report
from annotator.workspace.exchange.dataset import DataSet
from annotator.workspace.exchange.making import Target
from annotator.workspace.exchange.offered import chosen_of, format_of
from annotator.workspace.exchange.splits import Rule, parse_shares, split_data_set
from annotator.workspace.exchange.whole_series import with_whole_series
from annotator.workspace.exchange.writing import WORKERS, Outcome, write_data_set

if TYPE_CHECKING:
    from annotator.workspace.executor import Jobs


@dataclass(frozen=True)
class Wish:
    """A format, a folder, `key=value` choices, and how to split (`8:1:1`, empty: not at all)."""

    format: str
    out: Path
    choices: tuple[str, ...] = ()
    split: str = ""
    by: str = "patient"
    stratify: str = "class"
    seed: int = 0
    reason: str = ""
    """Why, in words for the access log."""


def export(data: DataSet, wish: Wish, report: Report, *, time: str = "", workers: Jobs = WORKERS, lend: bool = False) -> Outcome:
    """Write a data set as wished; `time` (ISO 8601 with offset; default: now) is what its files say.

    `workers` and `lend` as in `write_data_set`.  Raises AnnotatorError.
    """
    used = format_of(wish.format)
    chosen_of(used, data.project, wish.choices)
    if isinstance(used, Exchange) and used.unit == SERIES:
        data = with_whole_series(data, report)
        report.done = 0
    remarks: tuple[Message, ...] = ()
    provenance: tuple[Message, ...] = ()
    if wish.split:
        rule = Rule(parse_shares(wish.split), wish.by, wish.stratify, wish.seed)
        data, remarks = split_data_set(data, rule)
        told = {"shares": wish.split, "by": wish.by, "stratify": wish.stratify, "seed": wish.seed}
        provenance = (message("split {shares} (train : test : val) by {by}, balanced by {stratify}, seed {seed}", **told),)
    chosen = chosen_of(used, data.project, wish.choices, data.splits)
    moment = time or datetime.now().astimezone().isoformat(timespec="seconds")
    target = Target(used, chosen, wish.out, moment, f"annotator {__version__}", provenance)
    outcome = write_data_set(data, target, report, workers=workers, lend=lend)
    outcome.remarks[:0] = remarks
    return outcome
