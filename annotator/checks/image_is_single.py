"""No two images of the project have the same pixels."""

from __future__ import annotations

from collections.abc import Iterator

from annotator.checks.check import Saved, WholeCheck
from annotator.domain.finding import Finding, Severity
from annotator.i18n import mark, message

ID = "image-is-single"


def traces(saved: Saved) -> Iterator[tuple[str, str]]:
    """The digest of the pixels with their size; an image of one value all over is like any other such image."""
    image = saved.sheet.image
    if saved.pixels and not saved.blank:
        yield f"{image.rows}x{image.columns}:{saved.pixels}", f"{saved.path}#{image.key.frame}" if image.frames > 1 else saved.path


def run(paths: tuple[str, ...]) -> tuple[Finding, ...]:
    """Name every image but the first."""
    return tuple(Finding(ID, Severity.ERROR, message("it has the pixels of {path}", path=paths[0]), path) for path in paths[1:])


CHECK = WholeCheck(ID, Severity.ERROR, mark("No image is there twice"), traces, run)
