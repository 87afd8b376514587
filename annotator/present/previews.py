"""Say below a picture of a recipe's preview what it is: its size, its pixels' size in mm, and how many there are."""

from __future__ import annotations

from annotator.domain.asked import asked_of, values_of
from annotator.domain.recipe import Step
from annotator.i18n import mark, translate
from annotator.workspace.sets.preview import Shown


def caption(heading: str, shown: Shown) -> str:
    """Return heading, size in pixels, spacing and number of images: `Before: 512 × 512 px, 0.84 mm, 64 images`."""
    rows, columns = shown.pixels.shape
    told = [f"{columns} × {rows} px"]
    if shown.spacing is not None:
        down, across = (f"{size:.3g}" for size in shown.spacing)
        told.append(f"{across} mm" if down == across else f"{across} × {down} mm")
    if shown.count > 1:
        told.append(translate(mark("{count} images"), count=shown.count))
    return f"{heading}: {', '.join(told)}"


def step_words(step: Step) -> str:
    """Return a step in the current language with what was chosen: `Resample: pixel size 1 mm`."""
    values, told = values_of(step), []
    for one in asked_of(step):
        value = values[one.name]
        if one.when is not None and values[one.when[0]] != one.when[1]:
            continue
        if one.choices:
            told.append(translate(dict(one.choices)[str(value)]))
        elif isinstance(value, bool):
            told += [translate(one.text)] if value else []
        else:
            told.append(f"{value:g}{' ' if one.unit and one.unit != '%' else ''}{one.unit}")
    return f"{translate(step.text)}: {', '.join(told)}" if told else translate(step.text)
