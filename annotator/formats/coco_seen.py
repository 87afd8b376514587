"""Find out of many regions at once how COCO's decoder sees them, and let them keep it for whoever asks next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotator.domain.losses import on_pixel_edges
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.domain.segmentation import flat_parts
from annotator.formats.coco_rle import all_transposed, counts_of, encode_all, filled_alike, polygon_mask
from annotator.formats.json_text import numbers_text, numbers_texts


@dataclass(frozen=True)
class Seen:
    """A region on an image of a size: whether its outlines alone say its pixels (`polygons`: whether that was asked), else run lengths."""

    rows: int
    columns: int
    polygons: bool
    alike: bool
    counts: str
    """COCO's text of the run lengths; empty where the outlines say it."""


def seen(region: Region, rows: int, columns: int, *, polygons: bool) -> Seen:
    """Return how COCO's decoder sees a region, as it was kept, else found out now."""
    kept = region.__dict__.get("_coco")
    if not isinstance(kept, Seen) or (kept.rows, kept.columns, kept.polygons) != (rows, columns, polygons):
        keep_seen([region], rows, columns, polygons=polygons)
    found: Seen = region.__dict__["_coco"]
    return found


def outlines_text(region: Region) -> str:
    """Return the outlines of a region in JSON, a flat list for each part, holes joined by bridges."""
    kept = region.__dict__.get("_outlines")
    return kept if isinstance(kept, str) else f"[{', '.join(map(numbers_text, flat_parts(region)))}]"


def keep_seen(regions: Sequence[Region], rows: int, columns: int, *, polygons: bool) -> None:
    """Let regions of images of one size keep how COCO's decoder sees them; that of many at once takes a fraction of the time.

    Regions of one part without holes keep the text of their outlines, too.
    """
    plain = [region for region in regions if len(region.parts) == 1 and len(region.parts[0]) == 1]
    for region, text in zip(plain, numbers_texts([region.vertices.ravel() for region in plain]), strict=True):
        region.__dict__["_outlines"] = f"[{text}]"
    downs = all_transposed([region_mask(region, rows, columns) for region in regions])
    alike = [False] * len(regions)
    asked = [n for n, region in enumerate(regions) if polygons and region.parts and all(len(part) == 1 for part in region.parts)]
    for n in asked:
        alike[n] = on_pixel_edges(regions[n])
    asked = [n for n in asked if not alike[n]]
    single = [n for n in asked if len(regions[n].parts) == 1]
    for n, same in zip(single, filled_alike([regions[n].vertices for n in single], [downs[n] for n in single]), strict=True):
        alike[n] = same
    for n in asked:
        if len(regions[n].parts) > 1:
            alike[n] = polygon_mask([part[0] for part in regions[n].parts], rows, columns) == downs[n]
    others = [n for n in range(len(regions)) if not alike[n]]
    texts = dict(zip(others, encode_all([counts_of(downs[n]) for n in others]), strict=True))
    for n, region in enumerate(regions):
        region.__dict__["_coco"] = Seen(rows, columns, polygons, alike[n], texts.get(n, ""))
