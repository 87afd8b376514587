"""What a manager sees of a project: charts as plain values, each number with its sentence and the cases behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from annotator.domain.course import State
from annotator.domain.figures import ADJUDICATION, AGAIN, FIRST, REVIEW, SECOND, Behind, Figures, cases, minutes
from annotator.domain.person import Role
from annotator.domain.project import Project
from annotator.domain.queue import Narrowing, Wanted
from annotator.domain.reading_figures import Readings, Together
from annotator.i18n import mark, translate
from annotator.present import holdings_charts
from annotator.present.annotations import category_name
from annotator.present.chart import Chart, Spot
from annotator.workspace.session import Session
from annotator.workspace.summary import FINISHED, Told

_DAYS, _MOST, _LETTERS = 10, 10, "ABCDEF"
PAGES: Mapping[str, str] = {"holdings": mark("What there is"), "work": mark("Work and agreement")}
"""The pages of the dashboard, with their marked names."""
_WORKS: Mapping[str, str] = {
    FIRST: mark("first pass"),
    SECOND: mark("second pass"),
    AGAIN: mark("rework"),
    REVIEW: mark("review"),
    ADJUDICATION: mark("adjudication"),
}


def manages(session: Session) -> bool:
    """Whether whoever is at work may see what others read: a manager, or anybody where the project has no people."""
    acting = session.acting
    return acting is not None and acting.role in (None, Role.MANAGER)


def charts(project: Project, told: Told) -> tuple[Chart, ...]:
    """Return all charts in the current language."""
    figures, readings = told.figures, told.readings
    empty = translate(mark("There are no cases yet: open a folder with images, or take an export in"))
    return (*holdings_charts.charts(project, told, empty), _agreement(project, readings), _readers(project, readings),
            _confused(project, readings), _work(figures),
            _minutes(figures), _reasons(figures), _categories(project, figures))  # fmt: skip


def headline(told: Told) -> str:
    """Say in one line how far the project is."""
    counted = [one for one in told.amassed if one.state is not State.DISCARDED]
    everything, done = sum(one.cases for one in counted), sum(one.cases for one in counted if one.state in FINISHED)
    if not everything:
        return ""
    share = f"{100 * done / everything:.0f}"
    return translate(mark("{done} of {all} cases accepted ({share} %)"), done=f"{done:,}", all=f"{everything:,}", share=share)


def _agreement(project: Project, readings: Readings) -> Chart:
    """By week, how many lesions of the readings are as in the final version: the measure of the project's bar."""
    spots = [_agreeing(project, week, translate(mark("week from {day}"), day=week.name), week.name[5:]) for week in readings.weeks]
    said = mark("By week of reading: matched lesions of the right category ÷ (matched + missed + extra), readers against the final version")
    return Chart("agreement", translate(mark("Agreement over time, by lesions")), translate(said) + _line(project) + _left(readings),
                 tuple(spots), _none_final(readings), most=1.0)  # fmt: skip


def _readers(project: Project, readings: Readings) -> Chart:
    """The same for each reader over their last cases."""
    spots = [_agreeing(project, one, one.name, one.name) for one in readings.readers]
    hint = translate(mark("The last {count} cases of each, against the final version"), count=project.reviewing.window)
    return Chart("readers", translate(mark("Agreement by reader, by lesions")), hint + _line(project), tuple(spots), _none_final(readings),
                 most=1.0)  # fmt: skip


def _agreeing(project: Project, found: Together, name: str, label: str) -> Spot:
    rules, figure = project.reviewing, found.measure(project.reviewing.measure)
    value = found.share if figure is None else figure
    said = mark("{name}: {right} of {all} lesions agree ({share} %), {missed} missed, {extra} extra; {cases} cases")
    tip = translate(said, name=name, right=f"{found.right:,}", all=f"{found.lesions:,}", share=f"{100 * found.share:.1f}",
                    missed=f"{found.missed:,}", extra=f"{found.extra:,}", cases=f"{len(found.cases):,}")  # fmt: skip
    what = translate(mark("readings differed, {name}"), name=name) if found.differing else name
    goal, good = (0.0, None) if figure is None else (rules.bar, figure >= rules.bar)
    behind = Narrowing(what, Wanted(cases=found.differing or found.cases))
    return Spot(label, value, f"{100 * value:.0f} %", tip, behind, goal=goal, good=good)


def _line(project: Project) -> str:
    """What the line of a chart is, where the project's bar is held against what lesions alone tell."""
    rules = project.reviewing
    barred = Together("", 0, 0, 0, 0, 0).measure(rules.measure) is not None
    return f"; {translate(mark('line: {bar} %'), bar=f'{100 * rules.bar:g}')}" if barred else ""


def _none_final(readings: Readings) -> str:
    return translate(mark("No case is agreed or accepted yet")) if not readings.left else _left(readings)[2:]


def _left(readings: Readings) -> str:
    return f"; {translate(mark('{count} cases are still being compared'), count=f'{readings.left:,}')}" if readings.left else ""


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


def _confused(project: Project, readings: Readings) -> Chart:
    """How matched lesions are called by their readers and in the final version, for the categories that are confused most."""
    wrong, counts = dict[str, int](), dict[str, int]()
    for cell, (count, _) in readings.cells.items():
        for key in cell:
            counts[key] = counts.get(key, 0) + count
            wrong[key] = wrong.get(key, 0) + (count if cell[0] != cell[1] else 0)
    keys = sorted(counts, key=lambda key: (-wrong[key], -counts[key], key))[: len(_LETTERS)]
    names = [_category(project, key) for key in keys]
    spots = []
    for mine, one in zip(keys, names, strict=True):
        for theirs, other in zip(keys, names, strict=True):
            count, cases_behind = readings.cells.get((mine, theirs), (0, ()))
            name = f"{one} → {other}"
            tip = translate(mark("{name}: {count} lesions, by the reader → in the final version"), name=name, count=f"{count:,}")
            behind = Narrowing(name, Wanted(cases=cases_behind)) if cases_behind else None
            spots.append(Spot(name, 0 if mine == theirs else count, f"{count:,}" if count else "", tip, behind))
    rows = tuple(f"{letter}  {name}" for letter, name in zip(_LETTERS, names, strict=False))
    hint = translate(mark("Lesions that match in place: row as the reader called it, column as the final version does")) + _left(readings)
    return Chart("confused", translate(mark("Categories: reader and final version")), hint, tuple(spots),
                 translate(mark("No lesion of an agreed or accepted case has been matched yet")), columns=tuple(_LETTERS[: len(keys)]),
                 rows=rows)  # fmt: skip


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


def _no_corrections() -> str:
    return translate(mark("No reviewer has corrected anything yet"))
