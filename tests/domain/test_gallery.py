"""Lesions become tiles, pages hold twelve, and a case is passed when each of its tiles was seen and none is flagged."""

from __future__ import annotations

from annotator.domain.annotation import FREE, LINE, Annotation
from annotator.domain.gallery import GalleryTile, in_share, pages, passed_cases, tiles_of
from annotator.domain.image import Image, ImageKey
from annotator.domain.path import Path
from annotator.domain.region import Region


def image(number: int) -> Image:
    return Image(ImageKey(f"1.{number}"), "", 1, 100, 100, "CT", "", "1", "1", spacing=(1.0, 1.0))


def drawn(number: int, side: float, on: int = 1, lesion: int | None = None) -> Annotation:
    return Annotation(number, ImageKey(f"1.{on}"), "CCT1", FREE, Region.box(0, 0, side, side), lesion=lesion)


def test_each_outline_is_a_tile_and_a_line_is_none() -> None:
    line = Annotation(2, ImageKey("1.1"), "CCT1", LINE, Path((((0.0, 0.0), (5.0, 5.0)),)))
    assert [tile.annotation.id for tile in tiles_of("c", [(image(1), (drawn(1, 5), line, drawn(3, 9)))])] == [1, 3]


def test_a_lesion_on_several_slices_is_one_tile_of_its_largest_outline() -> None:
    slices = [(image(n), (drawn(1, side, n, lesion=7),)) for n, side in ((1, 4), (2, 9), (3, 6))]
    (tile,) = tiles_of("c", slices)
    assert (tile.image.key, tile.images) == (ImageKey("1.2"), 3)


def test_a_page_has_twelve_tiles() -> None:
    tiles = [GalleryTile("c", image(n), drawn(1, 5, n)) for n in range(30)]
    assert [len(page) for page in pages(tiles)] == [12, 12, 6]
    assert pages([]) == ()


def test_the_share_that_is_looked_at_in_full_is_as_large_as_asked_and_always_the_same() -> None:
    names = [("case", f"1.{n}#1", 1) for n in range(2000)]
    chosen = [name for name in names if in_share(name, 0.25)]
    assert 400 < len(chosen) < 600 and chosen == [name for name in names if in_share(name, 0.25)]
    assert not any(in_share(name, 0.0) for name in names) and all(in_share(name, 1.0) for name in names)


def test_a_case_is_passed_when_all_its_tiles_were_seen_and_none_is_flagged() -> None:
    tiles = [GalleryTile(case, image(n), drawn(1, 5, n)) for case, n in (("a", 1), ("a", 2), ("b", 3), ("c", 4))]
    seen = {tile.id for tile in tiles if tile.case != "c"}
    assert passed_cases(tiles, seen, set()) == ("a", "b")
    assert passed_cases(tiles, seen, {tiles[1].id}) == ("b",)
    assert passed_cases(tiles, {tiles[0].id}, set()) == ()
