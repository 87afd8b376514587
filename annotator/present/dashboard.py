"""What a manager sees of a project: charts as plain values, each number with its sentence and the cases behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotator.domain.course import STATES, State
from annotator.domain.figures import ADJUDICATION, AGAIN, FIRST, REVIEW, SECOND, Amassed, Behind, Figures, agreement, cases, minutes
from annotator.domain.person import Role
from annotator.domain.project import Project
from annotator.domain.quality import Amount
from annotator.domain.queue import Narrowing, Wanted
from annotator.i18n import mark, translate
from annotator.present.annotations import category_name
from annotator.workspace.session import Session
from annotator.workspace.summary import FINISHED, Told

_DAYS, _WEEKS, _MOST, _LETTERS = 10, 10, 10, "ABCDEF"
_WORKS: Mapping[str, str] = {
    FIRST: mark("first pass"),
    SECOND: mark("second pass"),
    AGAIN: mark("rework"),
    REVIEW: mark("review"),
    ADJUDICATION: mark("adjudication"),
}


@dataclass(frozen=True)
class Spot:
    """One number: what it is of, how it is written, the sentence that explains it, and the cases behind it (None: they are not told).

    `whole`: what it is a part of, drawn dim behind it; `goal`: where a mark stands; `good`: whether it reaches the goal, None: no question.
    """

    label: str
    value: float
    text: str
    tip: str
    behind: Narrowing | None = None
    whole: float = 0.0
    goal: float = 0.0
    good: bool | None = None


@dataclass(frozen=True)
class Chart:
    """Bars one below the other, or with `columns` a table of `columns` × rows whose spots are in order of rows; `empty`: said without any.

    `most`: what a full bar means, 0: the greatest of its numbers; `apart`: each bar is full by itself, at its goal or whole.
    """

    name: str
    title: str
    hint: str
    spots: tuple[Spot, ...]
    empty: str
    most: float = 0.0
    apart: bool = False
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


def manages(session: Session) -> bool:
    """Whether whoever is at work may see what others read: a manager, or anybody where the project has no people."""
    acting = session.acting
    return acting is not None and acting.role in (None, Role.MANAGER)


def charts(project: Project, told: Told) -> tuple[Chart, ...]:
    """Return all charts in the current language."""
    figures = told.figures
    return (_states(told), _amounts(project, told), _agreement(project, figures), _work(figures), _minutes(figures), _reasons(figures),
            _categories(project, figures), _confused(project, figures))  # fmt: skip


def headline(told: Told) -> str:
    """Say in one line how far the project is."""
    counted = [one for one in told.amassed if one.state is not State.DISCARDED]
    everything, done = sum(one.cases for one in counted), sum(one.cases for one in counted if one.state in FINISHED)
    if not everything:
        return ""
    share = f"{100 * done / everything:.0f}"
    return translate(mark("{done} of {all} cases accepted ({share} %)"), done=f"{done:,}", all=f"{everything:,}", share=share)


def _states(told: Told) -> Chart:
    counts = {state: sum(one.cases for one in told.amassed if one.state is state) for state in STATES}
    everything = sum(counts.values())
    spots = []
    for state, count in counts.items():
        name, share = translate(STATES[state]), 100 * count / everything if everything else 0.0
        tip = translate(mark("{name}: {count} cases, {share} % of all"), name=name, count=f"{count:,}", share=f"{share:.1f}")
        spots.append(Spot(name, count, f"{count:,}", tip, Narrowing(name, Wanted(states=(state.value,)))))
    title, hint = translate(mark("Cases by state")), translate(mark("All cases of the worklist"))
    return Chart("states", title, hint, tuple(spots) if everything else (), _no_cases())


def _amounts(project: Project, told: Told) -> Chart:
    targets = {(amount.modality, amount.class_folder): amount for amount in project.quality.amounts}
    counted = [one for one in told.amassed if one.state is not State.DISCARDED]
    there = {*targets, *((one.modality, one.class_folder) for one in counted)}
    order = [modality.code for modality in project.modalities]
    keys = sorted((key for key in there if key[0] in order), key=lambda key: (order.index(key[0]), key[1] == "", key[1]))
    spots = []
    for key in keys:
        own = [one for one in counted if (one.modality, one.class_folder) == key]
        spots.append(_amount(key, own, targets.get(key), told.patients.get(key, (0, 0))))
    hint = translate(mark("Bright: accepted; dim: there by now; line: the project's target (images, else patients). Without one: cases"))
    title = translate(mark("Accepted by modality and class"))
    return Chart("amounts", title, hint, tuple(spots), _no_cases(), apart=True)


def _amount(key: tuple[str, str], own: Sequence[Amassed], target: Amount | None, patients: tuple[int, int]) -> Spot:
    modality, of = key
    ended = [one for one in own if one.state in FINISHED]
    name = f"{modality} · {of or translate(mark('no class'))}"
    whole, done, goal = sum(one.cases for one in own), sum(one.cases for one in ended), 0
    said = [translate(mark("{name}: {done} of {all} cases accepted"), name=name, done=f"{done:,}", all=f"{whole:,}")]
    if target is not None and target.images:
        whole, done, goal = sum(one.images for one in own), sum(one.images for one in ended), target.images
        some = {"done": f"{done:,}", "all": f"{whole:,}", "goal": f"{goal:,}"}
        said.append(translate(mark("{done} of {all} images accepted, target {goal}"), **some))
    if target is not None and target.patients:
        some = {"done": f"{patients[1]:,}", "all": f"{patients[0]:,}", "goal": f"{target.patients:,}"}
        said.append(translate(mark("{done} of {all} patients with an accepted case, target {goal}"), **some))
        if not goal:
            (whole, done), goal = patients, target.patients
    behind = Narrowing(name, Wanted(modality=modality, class_folder=of, unclassed=not of))
    text = f"{done:,} / {goal or whole:,}"
    return Spot(name, done, text, "\n".join(said), behind, whole, goal, done >= goal if goal else None)


def _agreement(project: Project, figures: Figures) -> Chart:
    bar = project.reviewing.bar
    spots = []
    for week, share, everything, differed in agreement(figures)[-_WEEKS:]:
        shown = differed or everything
        name = translate(mark("week from {day}"), day=week)
        some = {"share": f"{100 * share:.1f}", "count": f"{len(everything):,}", "differed": f"{len(differed):,}"}
        said = mark("{name}: both readings agreed on {share} % of {count} cases; {differed} went to adjudication")
        tip = translate(said, name=name, **some)
        what = translate(mark("readings differed, {name}"), name=name) if differed else name
        spots.append(Spot(week[5:], share, f"{100 * share:.0f} %", tip, _behind(what, shown), goal=bar, good=share >= bar))
    said = mark("Per week from Monday: cases on which both reviewers agreed, without adjudication; line: {bar} %")
    hint = translate(said, bar=f"{100 * bar:g}")
    return Chart("agreement", translate(mark("Agreement over time")), hint, tuple(spots),
                 translate(mark("No case has gone through two reviewers yet")), most=1.0)  # fmt: skip


def _work(figures: Figures) -> Chart:
    days = sorted({day for _, day in figures.work})[-_DAYS:]
    totals: dict[str, set[tuple[str, ...]]] = {}
    for (person, _), done in figures.work.items():
        totals.setdefault(person, set()).update(done)
    people = sorted(totals, key=lambda person: (-len(totals[person]), person))
    spots = []
    for person in people:
        spots.append(_done(person, translate(mark("all days")), totals[person]))
        spots += [_done(person, day, figures.work.get((person, day), set())) for day in days]
    columns = (translate(mark("all days")), *(day[5:] for day in days))
    hint = translate(mark("Passes and verdicts finished: all, and on the last {count} days with work"), count=_DAYS)
    return Chart("work", translate(mark("Work by person and day")), hint, tuple(spots),
                 translate(mark("Nobody has finished a pass or given a verdict yet")), columns=columns if people else (),
                 rows=tuple(people))  # fmt: skip


def _done(person: str, day: str, done: Behind) -> Spot:
    counts = Counter(one[1] for one in done)
    kinds = ", ".join(f"{translate(text)} {counts[work]:,}" for work, text in _WORKS.items() if counts[work])
    name = f"{person} · {day}"
    return Spot(name, len(done), f"{len(done):,}" if done else "", f"{name}: {kinds or '0'}", _behind(name, done) if done else None)


def _minutes(figures: Figures) -> Chart:
    found = minutes(figures)
    spots = []
    for work, (length, times) in found.items():
        name = translate(_WORKS[work])
        text = translate(mark("{count} min"), count=f"{length:.1f}")
        tip = translate(mark("{name}: {time} between two finished cases, the median of {count}"), name=name, time=text, count=f"{times:,}")
        spots.append(Spot(name, length, text, tip))
    hint = translate(mark("Median time between two cases that one person finished; more than 30 minutes is a pause"))
    return Chart("minutes", translate(mark("Time per case")), hint, tuple(spots),
                 translate(mark("Too few cases were finished one after the other to tell")))  # fmt: skip


def _reasons(figures: Figures) -> Chart:
    named = {reason or translate(mark("without a reason")): behind for reason, behind in figures.reasons.items()}
    return Chart("reasons", translate(mark("Corrections by reason")), translate(mark("Annotations that reviewers changed")),
                 _ranked(named), _no_corrections())  # fmt: skip


def _categories(project: Project, figures: Figures) -> Chart:
    named = {_category(project, key): behind for key, behind in figures.categories.items()}
    return Chart("categories", translate(mark("Corrections by category")), translate(mark("By the category before the correction")),
                 _ranked(named), _no_corrections())  # fmt: skip


def _confused(project: Project, figures: Figures) -> Chart:
    counts: dict[str, int] = {}
    for pair, behind in figures.confused.items():
        for key in pair:
            counts[key] = counts.get(key, 0) + len(behind)
    keys = sorted(counts, key=lambda key: (-counts[key], key))[: len(_LETTERS)]
    names = [_category(project, key) for key in keys]
    spots = []
    for before, one in zip(keys, names, strict=True):
        for after, other in zip(keys, names, strict=True):
            behind, name = figures.confused.get((before, after), set()), f"{one} → {other}"
            tip = translate(mark("{name}: {count} corrections"), name=name, count=f"{len(behind):,}")
            text = "–" if before == after else f"{len(behind):,}" if behind else ""
            spots.append(Spot(name, len(behind), text, tip, _behind(name, behind) if behind else None))
    rows = tuple(f"{letter}  {name}" for letter, name in zip(_LETTERS, names, strict=False))
    hint = translate(mark("Corrected categories: row before, column after the correction"))
    return Chart("confused", translate(mark("Confused categories")), hint, tuple(spots),
                 translate(mark("No reviewer has changed a category yet")), columns=tuple(_LETTERS[: len(keys)]), rows=rows)  # fmt: skip


def _ranked(named: Mapping[str, Behind]) -> tuple[Spot, ...]:
    everything = sum(map(len, named.values()))
    spots = []
    for name, behind in sorted(named.items(), key=lambda one: (-len(one[1]), one[0]))[:_MOST]:
        some = {"count": f"{len(behind):,}", "share": f"{100 * len(behind) / everything:.1f}", "cases": f"{len(cases(behind)):,}"}
        tip = translate(mark("{name}: {count} corrections ({share} %) in {cases} cases"), name=name, **some)
        spots.append(Spot(name, len(behind), f"{len(behind):,}", tip, _behind(translate(mark("corrected: {name}"), name=name), behind)))
    return tuple(spots)


def _behind(name: str, behind: Behind) -> Narrowing:
    return Narrowing(name, Wanted(cases=cases(behind)))


def _category(project: Project, key: str) -> str:
    try:
        return category_name(project.category(key))
    except KeyError:
        return key or "–"


def _no_cases() -> str:
    return translate(mark("There are no cases yet: open a folder with images, or take an export in"))


def _no_corrections() -> str:
    return translate(mark("No reviewer has corrected anything yet"))
