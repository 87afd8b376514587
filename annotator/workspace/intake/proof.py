"""Prove what an intake did: a report that names nobody, in the project, as JSON for programs and as a page for people.

It counts files and series, left out by which rule, what was done to which attribute, what was black in the pixels, and who confirmed.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotator import __version__
from annotator.dicom.deidentify import RESIDUE, actions_in_words
from annotator.dicom.deidentify_items import Actions
from annotator.dicom.deidentify_table import VERSION, edition
from annotator.domain.intake_judging import RULES
from annotator.i18n import Message, mark, say, translate
from annotator.workspace import durable
from annotator.workspace.intake.table import NONE, Row
from annotator.workspace.intake.taking import Result

_FILE = re.compile(r"report-(\d+)\.json")
_SHOWN = 500


@dataclass
class Proof:
    """What is to be told of one intake."""

    time: str
    confirmed: tuple[tuple[str, str], ...]
    """Who confirmed the table and the mapping, and when."""
    table: str
    """Digest of the table that was confirmed."""
    files: int = 0
    refused: Counter[Message] = field(default_factory=Counter)
    rows: Sequence[Row] = ()
    written: int = 0
    there: int = 0
    done_before: int = 0
    blackened: int = 0
    clinical: int = 0
    """Patients whose row of the clinical sheet is kept."""
    actions: Actions = field(default_factory=Counter)
    failed: list[tuple[str, Message]] = field(default_factory=list)
    """New id and series, and why a file of it was not taken."""
    cancelled: bool = False

    def add(self, result: Result, whose: str) -> None:
        """Add what became of a packet of files."""
        self.written += result.written
        self.there += result.there
        self.done_before += result.done_before
        self.blackened += result.blackened
        self.actions.update(result.actions)
        self.failed += [(whose, cause) for _, cause in result.failed]


def facts(proof: Proof) -> dict[str, Any]:
    """Return the report as JSON holds it."""
    left_out = Counter(row.verdict.rule for row in proof.rows if not row.verdict.taken)
    images = Counter[str]()
    for row in proof.rows:
        if not row.verdict.taken:
            images[row.verdict.rule] += row.facts.images
    return {
        "time": proof.time,
        "program": __version__,
        "engine": VERSION,
        "table of PS3.15": edition(),
        "confirmed by": [{"name": name, "time": time} for name, time in proof.confirmed],
        "confirmed table": proof.table,
        "files read": proof.files,
        "files without an image": {str(why): count for why, count in proof.refused.items()},
        "series": len(proof.rows),
        "series taken": sum(row.verdict.taken for row in proof.rows),
        "series left out": {rule: {"series": count, "images": images[rule]} for rule, count in sorted(left_out.items())},
        "files written": proof.written,
        "files there before": proof.there,
        "files not taken": [{"series": whose, "why": str(cause)} for whose, cause in proof.failed],
        "said that it was done before": proof.done_before,
        "rows of the clinical sheet kept": proof.clinical,
        "text in the pixels": {
            "series with text": sum(bool(row.found) for row in proof.rows),
            "series blacked out": sum(row.verdict.taken and row.burned != NONE for row in proof.rows),
            "files blacked out": proof.blackened,
        },
        "files refused because identity was left": _residues(proof),
        "actions": [{"tag": t, "keyword": k, "action": a, "count": n} for t, k, a, n in actions_in_words(proof.actions)],
        "cancelled": proof.cancelled,
    }


def write(root: Path, proof: Proof) -> Path:
    """Write the report into the project under the next number, JSON and page; return where the page is.  Raises OSError."""
    folder = root / ".annotator" / "intake"
    for place in (folder, folder / "taken"):
        durable.sweep(place)
    numbers = [int(found[1]) for path in folder.glob("report-*.json") if (found := _FILE.fullmatch(path.name))] if folder.is_dir() else []
    name = f"report-{max(numbers, default=0) + 1:03d}"
    told = facts(proof)
    durable.create_exclusive(folder / f"{name}.json", json.dumps(told, ensure_ascii=False, indent=1).encode())
    page = folder / f"{name}.html"
    durable.write(page, _page(told, proof).encode())
    return page


def _page(told: Mapping[str, Any], proof: Proof) -> str:
    title = translate(mark("Report of an intake"))
    numbers = [
        (mark("Files read"), told["files read"]), (mark("Series"), told["series"]), (mark("Series taken"), told["series taken"]),
        (mark("Files written"), told["files written"]), (mark("Files that were there before"), told["files there before"]),
        (mark("Files not taken"), len(proof.failed)), (mark("Said that identity was taken out before"), proof.done_before),
        (mark("Rows of the clinical sheet kept"), proof.clinical),
        (mark("Files blacked out"), proof.blackened), (mark("Files refused because identity was left"), _residues(proof)),
        (mark("Version of the engine"), f"{__version__} / {VERSION}"), (mark("Table of PS3.15"), edition()),
        (mark("Confirmed by"), ", ".join(f"{name} ({time})" for name, time in proof.confirmed)), (mark("Digest of the table"), proof.table),
    ]  # fmt: skip
    left = [(translate(RULES[rule]) if rule in RULES else rule, n["series"], n["images"]) for rule, n in told["series left out"].items()]
    parts = [
        _rows((translate(name), value) for name, value in numbers),
        f"<h2>{translate(mark('Left out'))}</h2>",
        _rows(left, (mark("Left out because"), mark("Series"), mark("Images"))),
        f"<h2>{translate(mark('Files without an image'))}</h2>",
        _rows((say(why), count) for why, count in proof.refused.most_common(_SHOWN)),
        f"<h2>{translate(mark('Files not taken'))}</h2>",
        _rows((whose, say(cause)) for whose, cause in proof.failed[:_SHOWN]),
        f"<h2>{translate(mark('What was done'))}</h2>",
        _rows(_actions(proof), (mark("Tag"), mark("Attribute"), mark("Action"), mark("Count"))),
    ]
    style = "body{font-family:sans-serif;margin:2em}table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:.2em .6em}"
    body = "\n".join(parts)
    return f"<!doctype html><meta charset=utf-8><title>{title}</title><style>{style}</style><h1>{title}</h1>\n{body}\n"


def _residues(proof: Proof) -> int:
    """Every file is searched before it is written; one in which something is left is not written."""
    return sum(cause.text == RESIDUE for _, cause in proof.failed)


def _actions(proof: Proof) -> list[tuple[str, str, str, int]]:
    return [(tag, keyword, translate(action), count) for tag, keyword, action, count in actions_in_words(proof.actions)]


def _rows(rows: Any, head: Sequence[str] = ()) -> str:
    lines = ["<tr>" + "".join(f"<th>{html.escape(translate(name))}</th>" for name in head) + "</tr>"] if head else []
    lines += ["<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows]
    return "<table>" + "".join(lines) + "</table>"
