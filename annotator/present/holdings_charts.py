"""What there is, as charts: by modality, class against the project's targets, plane, device, sex, age, state; a number has its cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from annotator.domain.course import STATES, State
from annotator.domain.figures import Amassed
from annotator.domain.holdings import Count, Holdings
from annotator.domain.project import Project
from annotator.domain.queue import Narrowing, Wanted
from annotator.i18n import mark, translate
from annotator.present.chart import Chart, Spot
from annotator.present.filters import THERE
from annotator.present.holdings import counted, in_order, named, targets
from annotator.workspace.summary import FINISHED, Told

_MOST = 12
_OF_PATIENTS = ("sex", "age")
"""Dimensions that belong to patients; the others are counted by images."""
_TITLES: Mapping[str, str] = {
    "plane": mark("Images by plane"),
    "device": mark("Images by device"),
    "sex": mark("Patients by sex"),
    "age": mark("Patients by age"),
}
_KINDS: Mapping[str, str] = {
    "patients": mark("Patients"),
    "studies": mark("Studies"),
    "cases": mark("Cases"),
    "images": mark("Images"),
}


def charts(project: Project, told: Told, empty: str) -> tuple[Chart, ...]:
    """Return the charts of what there is, in the current language; `empty`: said where there is nothing."""
    own = (_by_dimension(project, told.held, dimension, empty) for dimension in _TITLES)
    return (_there(project, told.held, empty), _amounts(project, told, "images", empty), _amounts(project, told, "patients", empty),
            _states(told, empty), *own)  # fmt: skip


def _there(project: Project, held: Holdings, empty: str) -> Chart:
    found = held.by.get("modality", {})
    names = in_order(project, "modality", found)
    rows = [(translate(mark("All together")), held.whole, Wanted(states=THERE)),
            *((named("modality", name), found[name], Wanted(modality=name, states=THERE)) for name in names)]  # fmt: skip
    spots = []
    for name, count, wanted in rows:
        for kind, text in _KINDS.items():
            number = getattr(count, kind)
            tip = f"{name}: {counted(count)}"
            spots.append(Spot(f"{name} · {translate(text)}", number, f"{number:,}", tip, Narrowing(name, wanted)))
    hint = translate(mark("Without what was discarded; patients and studies as far as their ids are known"))
    return Chart("there", translate(mark("By modality")), hint, tuple(spots) if held.whole.cases else (), empty,
                 columns=tuple(map(translate, _KINDS.values())), rows=tuple(name for name, _, _ in rows), plain=True)  # fmt: skip


def _amounts(project: Project, told: Told, unit: str, empty: str) -> Chart:
    """What there is of each class of each modality, what of it is accepted, and the project's target, in images or patients."""
    spots = []
    for (modality, of, images, patients), count in targets(project, told.held):
        own = [one for one in told.amassed if (one.modality, one.class_folder) == (modality, of) and one.state is not State.DISCARDED]
        if unit == "patients":
            there, done, goal = count.patients, told.patients.get((modality, of), (0, 0))[1], patients
        else:
            there, done, goal = count.images, sum(one.images for one in own if one.state in FINISHED), images
        spots.append(_amount(modality, of, there, done, goal, own))
    title = translate(mark("Images by modality and class") if unit == "images" else mark("Patients by modality and class"))
    hint = translate(mark("Bright: accepted; dim: there by now; line: the project's target"))
    return Chart("amounts" if unit == "images" else "persons", title, hint, tuple(spots), empty, apart=True)


def _amount(modality: str, of: str, there: int, done: int, goal: int, own: Sequence[Amassed]) -> Spot:
    name = f"{modality} · {named('class_folder', of)}"
    accepted, cases = sum(one.cases for one in own if one.state in FINISHED), sum(one.cases for one in own)
    said = translate(mark("{name}: {there} there, {done} of them accepted; {cases} cases, {accepted} of them accepted"), name=name,
                     there=f"{there:,}", done=f"{done:,}", cases=f"{cases:,}", accepted=f"{accepted:,}")  # fmt: skip
    if goal:
        said += f"; {translate(mark('target {goal}, {share} % of it there'), goal=f'{goal:,}', share=f'{100 * there / goal:.1f}')}"
    behind = Narrowing(name, Wanted(modality=modality, class_folder=of, unclassed=not of, states=THERE))
    text = f"{there:,} / {goal:,}" if goal else f"{there:,}"
    return Spot(name, done, text, said, behind, there, goal, there >= goal if goal else None)


def _states(told: Told, empty: str) -> Chart:
    counts = {state: told.held.by.get("state", {}).get(state.value, Count()) for state in STATES}
    everything = sum(count.cases for count in counts.values())
    spots = []
    for state, count in counts.items():
        name, share = translate(STATES[state]), 100 * count.cases / everything if everything else 0.0
        tip = translate(mark("{name}: {count} cases, {share} % of all"), name=name, count=f"{count.cases:,}", share=f"{share:.1f}")
        behind = Narrowing(name, Wanted(states=(state.value,)))
        spots.append(Spot(name, count.cases, f"{count.cases:,}", f"{tip}; {counted(count)}", behind))
    title, hint = translate(mark("Cases by state")), translate(mark("All cases of the worklist"))
    return Chart("states", title, hint, tuple(spots) if everything else (), empty)


def _by_dimension(project: Project, held: Holdings, dimension: str, empty: str) -> Chart:
    found, unit = held.by.get(dimension, {}), "patients" if dimension in _OF_PATIENTS else "images"
    everything = getattr(held.whole, unit)
    spots = []
    for value in in_order(project, dimension, found)[:_MOST]:
        name, number = named(dimension, value), getattr(found[value], unit)
        share = f"{100 * number / everything:.1f}" if everything else "0"
        tip = f"{name}: {counted(found[value])} ({translate(mark('{share} %'), share=share)})"
        spots.append(Spot(name, number, f"{number:,}", tip, Narrowing(name, _wanted(dimension, value))))
    rest = len(found) - len(spots)
    hint = translate(mark("Without what was discarded"))
    hint += f"; {translate(mark('{count} more are not shown'), count=rest)}" if rest > 0 else ""
    return Chart(dimension, translate(_TITLES[dimension]), hint, tuple(spots), empty)


def _wanted(dimension: str, value: str) -> Wanted:
    there = Wanted(states=THERE)
    return {
        "plane": replace(there, planes=(value,)),
        "device": replace(there, devices=(value,)),
        "sex": replace(there, sexes=(value,)),
        "age": replace(there, ages=(value,)),
    }[dimension]


