"""What stands in `index.csv`: a row for each annotation, with the digest of the mask that the files hold of it."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations

from annotator.domain.annotation import Annotation
from annotator.domain.category import Category
from annotator.domain.delivered import category_masks, delivered
from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Chosen, Item
from annotator.domain.losses import Trait
from annotator.domain.raster import Mask, region_mask, shape_mask
from annotator.domain.region import Region
from annotator.domain.spreadsheet import harmless
from annotator.formats.format import Exchange, Format
from annotator.workspace.exchange.offered import lost_by

COLUMNS = (
    *("file", "picture", "split", "class", "patient", "series", "image", "rows", "columns", "supercategory", "category_id", "category"),
    *("annotation_id", "toolname", "x1", "y1", "x2", "y2", "pixels", "mm2", "sha256", "mask_sha256"),
)
_BLANK, _MOST_BLANK = bytes(1 << 14), 200
_MUCH = memoryview(bytes(1 << 20))
Row = tuple[str, ...]


def rows_of(item: Item, used: Format | Exchange, chosen: Chosen, paths: Sequence[str]) -> tuple[Row, ...]:
    """Return the rows of an image whose annotations stand in the files at `paths`; the files' digests are not known yet."""
    sheet, lost = item.sheet, lost_by(used, chosen)
    drawn = [a for a in delivered(sheet) if isinstance(a.shape, Region) or Trait.LINES not in lost or Trait.SINGLES in lost]
    found = {annotation.category: sheet.category(annotation.category) for annotation in drawn}
    categories = {key: category for key, category in found.items() if category is not None}
    drawn = [annotation for annotation in drawn if annotation.category in categories]
    if not drawn:
        return ()
    rows, columns, width = sheet.image.rows, sheet.image.columns, sheet.project.mask.line_width
    masks = {annotation.id: shape_mask(annotation.shape, rows, columns, width) for annotation in drawn}
    held = _held(sheet, drawn, masks, used, chosen)
    area = sheet.image.spacing[0] * sheet.image.spacing[1] if sheet.image.spacing else None
    names = sheet.names
    told = []
    for annotation in drawn:
        category, pixels, mask = categories[annotation.category], masks[annotation.id].count, held[annotation.id]
        told.append((
            ";".join(_own(paths, sheet, category)), next(filter(_is_picture, paths), ""), item.split, names.class_folder, names.patient,
            names.series, names.image, str(rows), str(columns), category.supercategory, str(category.id), category.name,
            str(annotation.id), annotation.toolname, *(repr(float(value)) for value in annotation.shape.bounds), str(pixels),
            "" if area is None else repr(round(pixels * area, 6)), "", "" if mask is None or mask.empty else mask_digest(mask),
        ))  # fmt: skip
    return tuple(told)


def with_digests(rows: Iterable[Row], digests: Mapping[str, str]) -> Iterator[Row]:
    """Yield the rows with the SHA-256 of each row's first file (path → digest)."""
    place = COLUMNS.index("sha256")
    for row in rows:
        yield (*row[:place], digests.get(row[0].split(";")[0], ""), *row[place + 1 :])


def _held(sheet: Sheet, drawn: Sequence[Annotation], masks: Mapping[int, Mask], used: Format | Exchange,
          chosen: Chosen) -> Mapping[int, Mask | None]:
    """The mask that the format holds of each annotation: its own, its box, its category's, or none that can be told apart."""
    lost = lost_by(used, chosen)
    if isinstance(used, Exchange) and used.held is not None:
        return {annotation.id: used.held(sheet, annotation, chosen) for annotation in drawn}
    if Trait.SINGLES in lost:
        whole: dict[str, Mask | None] = dict(category_masks(sheet, drawn))
        for one, other in combinations(tuple(whole), 2) if Trait.OVERLAPS in lost else ():
            first, second = whole[one], whole[other]
            if first is None or second is None or not (first & second).empty:
                whole[one] = whole[other] = None
        return {annotation.id: whole.get(annotation.category) for annotation in drawn}
    if Trait.OUTLINES in lost:
        rows, columns = sheet.image.rows, sheet.image.columns
        return {a.id: region_mask(Region.box(*a.shape.bounds), rows, columns) if isinstance(a.shape, Region) else None for a in drawn}
    return {a.id: masks[a.id] if isinstance(a.shape, Region) else None for a in drawn}


def _own(paths: Sequence[str], sheet: Sheet, category: Category) -> Sequence[str]:
    """The files that hold a category of an image: its own mask where each category has one, else all but pictures of the image."""
    mask = sheet.path("mask", category) if "mask" in sheet.project.patterns else ""
    return (mask,) if mask in paths else tuple(path for path in paths if not _is_picture(path))


def _is_picture(path: str) -> bool:
    """Whether a file holds the image itself, as its folder says."""
    folder = path.rpartition("/")[0].rsplit("/", 1)[-1].casefold()
    return folder.startswith(("images", "jpegimages"))


def mask_digest(mask: Mask) -> str:
    """Return the SHA-256 of a mask as rows × columns bytes 0 or 1, row by row."""
    pixels = mask.rows * mask.columns
    top, low = (0, 0) if mask.empty else (int(mask.bounds[0]) // mask.columns, -(-int(mask.bounds[-1]) // mask.columns))
    begun, done = top * mask.columns, low * mask.columns
    blanks = min(begun // len(_BLANK), _MOST_BLANK)
    digest = _after_blanks(blanks).copy()
    _blank(digest, begun - blanks * len(_BLANK))
    digest.update(Mask(low - top, mask.columns, mask.bounds - begun).array().data)
    _blank(digest, pixels - done)
    return digest.hexdigest()


def _blank(digest: hashlib._Hash, pixels: int) -> None:
    for begun in range(0, pixels, len(_MUCH)):
        digest.update(_MUCH[: pixels - begun])


@lru_cache(maxsize=_MOST_BLANK + 1)
def _after_blanks(count: int) -> hashlib._Hash:
    """The state of a digest after so many stretches without a set pixel: most masks begin with some, and to digest them takes long."""
    if not count:
        return hashlib.sha256()
    digest = _after_blanks(count - 1).copy()
    digest.update(_BLANK)
    return digest


def table(rows: Iterable[Row]) -> bytes:
    """Return `index.csv`: UTF-8 with a mark, so that Excel shows Korean, and no cell that Excel would take for a formula."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(tuple(map(harmless, row)) for row in rows)
    return stream.getvalue().encode("utf-8-sig")
