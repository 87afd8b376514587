"""Leave out of what a scan finds the masks that the project itself delivered: they are no images to be marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from annotator.dicom.found import Found, Lot, Skipped
from annotator.workspace.register import Register

Entry = Found | Lot | Skipped


def without_masks(register: Register, batch: Iterable[Entry]) -> Iterator[Entry]:
    """Yield what of a scan is to be looked at; may be asked from any thread."""
    for entry in batch:
        if isinstance(entry, Skipped):
            yield entry
        elif isinstance(entry, Found):
            if not register.is_mask(entry.images[0].path):
                yield entry
        elif not register.lies_in_tree(entry.folder) or not any(map(register.is_mask, entry.paths)):
            yield entry
        else:
            yield from (Found((image,), entry.owner) for image in entry.build() if not register.is_mask(image.path))
