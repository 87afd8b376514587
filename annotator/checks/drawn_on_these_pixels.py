"""The pixels of an annotated image are still those that were drawn on."""

from __future__ import annotations

from annotator.checks.check import Check, Saved
from annotator.domain.facts import source
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark, message

ID = "drawn-on-these-pixels"


def run(saved: Saved) -> tuple[Finding, ...]:
    """Compare the digest that was recorded with the one of the image; silent where either is unknown or a person has settled it."""
    if not saved.drawn_on or not saved.pixels or saved.drawn_on == saved.pixels or not saved.sheet.annotations:
        return ()
    if saved.pixels in saved.sheet.facts.get(source(saved.sheet.image.key), ""):
        return ()
    said = message("the pixels are not those that were drawn on (digest {before}… → {now}…): open the case and decide",
                   before=saved.drawn_on[:12], now=saved.pixels[:12])  # fmt: skip
    return (Finding(ID, Severity.ERROR, said, saved.sheet.image.path),)


CHECK = Check(ID, Severity.ERROR, mark("Annotated images still have the pixels that were drawn on"), run)
