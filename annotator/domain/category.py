"""What may be drawn: the categories of a project, as its category definition (카테고리 정의서) lists them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Category:
    """One row of `categories.csv`; `key` (supercategory + id, as `CCT1`) names it for life, `shortcut` is its digit."""

    supercategory: str
    supercategory_name: str
    grp_id: int
    grp_name: str
    id: int
    name: str
    name_en: str
    colour: str
    shortcut: str
    tools: tuple[str, ...] = ()
    """Toolnames (`Line`, `Free`, `Box`) that may draw it; empty: all."""
    extra: tuple[tuple[str, str], ...] = ()
    """Columns that the program does not know, kept as they are."""

    @property
    def key(self) -> str:
        """Supercategory and id, unique in a project."""
        return f"{self.supercategory}{self.id}"

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The colour as three bytes; `colour` is `#rrggbb`."""
        return int(self.colour[1:3], 16), int(self.colour[3:5], 16), int(self.colour[5:7], 16)
