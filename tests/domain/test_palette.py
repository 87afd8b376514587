"""Categories can be told apart by every eye: in the bundled projects, and in the palette that is offered in their place."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from annotator.domain.category import Category
from annotator.domain.colours import ALIKE, FAINT, contrast, difference
from annotator.domain.definition import parse_project
from annotator.domain.palette import SAFE, safe_colours
from annotator.paths import resources_folder

PROJECTS = sorted(path.name for path in (resources_folder() / "projects").iterdir())
EYES = {
    "normal": np.eye(3),
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritan": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}
"""Machado, Oliveira and Fernandes 2009, severity 1.0, on linear light."""


def lab(colour: str, eye: str) -> np.ndarray:
    """CIE L*a*b* (D65) of a colour as an eye sees it, worked out by skimage."""
    from skimage.color import xyz2lab

    srgb = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(EYES[eye] @ linear, 0, 1)
    to_xyz = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
    return xyz2lab((to_xyz @ seen)[None, None])[0, 0]


def apart(colours: list[str], eye: str) -> float:
    return min((float(np.linalg.norm(lab(a, eye) - lab(b, eye))) for a, b in combinations(colours, 2)), default=np.inf)


def bundled(name: str) -> tuple[Category, ...]:
    """The categories of a bundled project."""
    folder = resources_folder() / "projects" / name
    project, _ = parse_project((folder / "project.toml").read_text("utf-8"), (folder / "categories.csv").read_text("utf-8-sig"))
    return project.categories


def by_modality(categories: tuple[Category, ...]) -> dict[str, list[Category]]:
    found: dict[str, list[Category]] = {}
    for category in categories:
        found.setdefault(category.supercategory, []).append(category)
    return found


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("name", PROJECTS)
def test_the_palette_tells_the_categories_of_every_project_apart(name: str, eye: str) -> None:
    categories = bundled(name)
    shown = safe_colours(categories)
    for there in by_modality(categories).values():
        assert apart([shown[category.key] for category in there], eye) > 1.5 * ALIKE


@pytest.mark.parametrize("eye", ["normal", "protan", "deutan"])
@pytest.mark.parametrize("name", PROJECTS)
def test_the_projects_own_colours_are_told_apart_without_red_or_green_too(name: str, eye: str) -> None:
    for there in by_modality(bundled(name)).values():
        assert apart([category.colour for category in there], eye) > ALIKE


def test_every_colour_is_seen_on_black_and_the_first_are_the_farthest_apart() -> None:
    assert all(contrast(colour) > FAINT for colour in SAFE)
    reach = [min(apart(list(SAFE[:count]), eye) for eye in EYES) for count in range(2, len(SAFE) + 1)]
    assert reach == sorted(reach, reverse=True) and reach[2] > 40


def test_more_categories_than_colours_get_others_all_the_same() -> None:
    many = [Category("CCT", "", 1, "", number, f"{number}", "", "#ff2200", "") for number in range(1, 16)]
    shown = safe_colours(many)
    assert len(set(shown.values())) == 15
    assert min(difference(a, b) for a, b in combinations(shown.values(), 2)) > 5


def test_each_modality_begins_anew() -> None:
    both = [Category(kind, "", 1, "", 1, "x", "", "#ff2200", "") for kind in ("CCT", "XRY")]
    assert set(safe_colours(both).values()) == {SAFE[0]}
