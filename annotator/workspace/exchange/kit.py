"""Make the reading kit of an exported data set: a table of its annotations, a page that explains it, and a program that loads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotator.domain.losses import Trait
from annotator.paths import resources_folder
from annotator.workspace.exchange.dataset import DataSet
from annotator.workspace.exchange.guide import Told, guide
from annotator.workspace.exchange.making import Target
from annotator.workspace.exchange.rows import Row, table, with_digests

INDEX, GUIDE, LOADER = "index.csv", "guide.html", "load.py"


def kit_of(data: DataSet, target: Target, rows: Sequence[Row], digests: Mapping[str, str], lost: Mapping[Trait, int]) -> dict[str, bytes]:
    """Return the files of the reading kit, path → content; `digests` holds those of the files that the rows name."""
    loader = loader_of(target.format.id)
    told = Told(
        target.format, data.project, data.origin, data.count, len(rows), tuple(digests), lost, target.provenance, target.software,
        target.time, loader is not None,
    )  # fmt: skip
    files = {INDEX: table(with_digests(rows, digests)), GUIDE: guide(told)}
    return files if loader is None else {**files, LOADER: loader}


def loader_of(name: str) -> bytes | None:
    """Return the example program that loads a format; None where there is none."""
    path = resources_folder() / "kit" / f"{name.replace('-', '_')}.py"
    path = path if path.is_file() else path.with_name(f"{name}.py")
    return path.read_bytes() if path.is_file() else None
