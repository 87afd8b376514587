"""List the formats that can be written and read, and what each cannot hold."""

from __future__ import annotations

from annotator.i18n import mark, translate
from annotator.plugins import offers
from annotator.present.arguments import Arguments, Command


def _run(_: Arguments) -> int:
    from annotator.formats.format import Format

    for offered in offers("annotator.formats", "FORMAT"):
        if isinstance(offered, Format):
            print(f"{offered.id}: {translate(offered.name)}")
            for loss in offered.cannot_hold:
                print("    " + translate("cannot hold: {what}", what=translate(loss)))
    return 0


COMMAND = Command(name="formats", text=mark("List the annotation formats and what each cannot hold."), options=(), run=_run)
