"""A project whose cases are agreed: what the annotator drew, and what the agreed version has besides."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.domain.course import MOVE, State, Step
from annotator.domain.person import Acting, Person, Role
from annotator.workspace import people, projects, steps
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.workspace.study import box

MANAGER, ANNOTATOR = Acting("최", Role.MANAGER), Acting("이", Role.ANNOTATOR)
PEOPLE = (("이", Role.ANNOTATOR), ("박", Role.REVIEWER), ("송", Role.SPECIALIST))


def agreed(folder: Path, added: Sequence[int], review: str = "") -> tuple[Path, list[str]]:
    """Make a project with a CT for each entry: 이 drew one box of it, the agreed version has so many more; returns root and cases.

    `review`: lines that the table [review] gets in place of its own of the same name.
    """
    for number in range(len(added)):
        chest_ct(folder / "images" / f"{number}", slices=2, size=48, seed=number + 1)
    root = projects.create("lung-cancer", folder / "project").root
    for line in filter(None, review.splitlines()):
        settle(root, line)
    cases = list[str]()
    for author in ("이", "박"):
        session = Session(projects.open_project(root), Immediate(), author=author, clock=lambda: "2026-03-01")
        session.open_folder([folder / "images"])
        session.choose_tool("tool.box")
        for series, more in zip(session.catalogue.in_order, added, strict=True):
            session.open_series(series.uid, 0)
            if author == "이":
                session.perform(box(4, 4, 12, 12))
                cases.append(series.uid)
            for place in range(more if author == "박" else 0):
                session.perform(box(16 + 8 * place, 20, 22 + 8 * place, 28))
        session.close()
    people.change(root, Person("최", frozenset({Role.MANAGER})), Acting("root"), "2026-03-01", pin="0000")
    for name, role in PEOPLE:
        people.change(root, Person(name, frozenset({role})), MANAGER, "2026-03-01", pin="1234")
    for case in cases:
        move(root, case, State.SECOND_PASS)
        move(root, case, State.MACHINE_CHECK, ANNOTATOR)
        move(root, case, State.REVIEW)
        move(root, case, State.AGREED)
    return root, cases


def settle(root: Path, line: str) -> None:
    """Give a setting of the project file another value."""
    name, path = line.partition(" =")[0], root / "project.toml"
    lines = path.read_text("utf-8").splitlines()
    assert any(one.startswith(f"{name} =") for one in lines), name
    path.write_text("\n".join(line if one.startswith(f"{name} =") else one for one in lines) + "\n", "utf-8")


def move(root: Path, case: str, after: State, acting: Acting = MANAGER) -> None:
    """Move a case on."""
    steps.take(root, Step(case, 0, MOVE, "", "", f"2026-03-02T00:00:{len(steps.listed(root, case)):02d}", after=after), acting, ())
