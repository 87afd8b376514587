"""Say how much was moved aside and is kept, of which kind, and since when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from annotator.i18n import mark, translate
from annotator.workspace.kept_aside import Kept, Kind

_NAMES = {
    Kind.DRAFT: mark("Unsaved work of another start that was not taken"),
    Kind.EDITS: mark("Unsaved edits that did not fit the saved case"),
    Kind.DAMAGED: mark("Damaged files of the project"),
    Kind.REPLACED: mark("Delivered files of others that a save replaced"),
    Kind.JOURNAL: mark("Damaged journal of this computer"),
    Kind.HISTORY: mark("Histories for Undo after a restart, of all projects on this computer"),
}
_UNITS = ("KB", "MB", "GB", "TB")


def sums(found: Sequence[Kept]) -> Iterator[tuple[Kind, str]]:
    """Yield a sentence for each kind of which something is kept: what it is, how many files, how large, and the day of the oldest."""
    for kind in Kind:
        some = [one for one in found if one.kind is kind]
        if some:
            oldest = datetime.fromtimestamp(min(one.written for one in some)).strftime("%Y-%m-%d")
            told = mark("{what}: {count} files, {size}, the oldest of {day}")
            yield (
                kind,
                translate(told, what=translate(_NAMES[kind]), count=len(some), size=size_text(sum(one.size for one in some)), day=oldest),
            )


def size_text(count: int) -> str:
    """Say how much so many bytes are: `12.3 MB`."""
    size, place = count / 1024, 0
    while size >= 1000 and place < len(_UNITS) - 1:
        size, place = size / 1024, place + 1
    return f"{size:.1f} {_UNITS[place]}"
