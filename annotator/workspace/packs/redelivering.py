"""Deliver in the project what a case delivered in its pack when it left its pass: label files, with the judgements in them.

They follow from the revision, who finished it and when (`delivering`), so that they are made anew and not copied; the order of the pack
says of which images.
"""

from __future__ import annotations

from pathlib import Path

from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.progress import Report
from annotator.workspace import delivering, revisions
from annotator.workspace.packs.members import members_of
from annotator.workspace.packs.sealed import PackedCase
from annotator.workspace.projects import ProjectFolder


def redeliver(folder: ProjectFolder, packed: Path, case: PackedCase) -> tuple[Message, ...]:
    """Carry out in the project what was ordered in the pack, where its newest version came; returns what could not be delivered.

    What was delivered already is left alone; raises OSError.
    """
    theirs, ours = delivering.read_order(packed, case.case), delivering.read_order(folder.root, case.case)
    if theirs is None or not delivering.formats_at_done(folder) or (ours is not None and ours.done and ours.time >= theirs.time):
        return ()
    now, there = (revisions.heads(root, case.case, keep=True)[0] for root in (folder.root, packed))
    if len(now) != 1 or not any(head.digest in (now[0].digest, *now[0].moved) for head in there):
        return ()  # the versions are to be united first, which is said; who finishes the case then delivers it
    try:
        for series in members_of(folder, case):
            images = [image for image in series.images if image.key in theirs.images]
            if images:
                delivering.order(folder, case.case, series, images, theirs.author, theirs.time)
        done = delivering.deliver(folder, case.case, Report())
    except AnnotatorError as error:
        return (error.message,)
    return tuple(message("{path} was changed by another program", path=path) for path in done.foreign)
