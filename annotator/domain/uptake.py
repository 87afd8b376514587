"""Turn the picture of a PET image into one of standardised uptake values: its pixels stay, what they mean changes."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain.honesty import Caution, Doubt, Mapping
from annotator.domain.picture import Picture, Voi, Window
from annotator.domain.suv import NoSuv, RealWorld, Suv
from annotator.i18n import message


def in_suv(picture: Picture, suv: Suv | NoSuv) -> Picture:
    """Return a picture whose values and windows are in SUV; where there is none, the same picture that says why."""
    if isinstance(suv, NoSuv):
        why = tuple(Caution(Doubt.SUV, message("no SUV: {reason}", reason=reason)) for reason in suv.reasons)
        return replace(picture, suv=suv, honesty=replace(picture.honesty, cautions=(*picture.honesty.cautions, *why)))
    assumed = tuple(Caution(Doubt.SUV, message("SUV: {assumed}", assumed=assumed)) for assumed in suv.assumed)
    return replace(
        picture,
        slope=picture.slope * suv.factor,
        intercept=picture.intercept * suv.factor,
        unit=suv.unit,
        windows=tuple(_scaled(window, suv.factor) for window in picture.windows if window.table is None),
        honesty=replace(picture.honesty, cautions=(*picture.honesty.cautions, *assumed)),
        suv=suv,
    )


def in_world(picture: Picture, world: RealWorld, suv: Suv | NoSuv) -> Picture:
    """Return a picture in SUV whose stored values mean something else than its rescale says; where that is not for all, it says so."""
    lowest, highest = float(picture.stored.min()), float(picture.stored.max())
    if not world.least <= lowest <= highest <= world.most:
        return in_suv(picture, NoSuv((message("the header says only of a part of the values what they mean"),)))
    if isinstance(suv, NoSuv):
        return in_suv(picture, suv)
    factor = world.slope / picture.slope
    moved = world.intercept - factor * picture.intercept
    windows = (_scaled(window, factor) for window in picture.windows if window.table is None)
    return in_suv(replace(
        picture,
        slope=world.slope,
        intercept=world.intercept,
        windows=tuple(replace(window, center=window.center + moved) for window in windows),
        honesty=replace(picture.honesty, mapping=Mapping.RESCALE),
    ), suv)  # fmt: skip


def _scaled(window: Window, factor: float) -> Window:
    """The same window in another unit; what LINEAR takes off beforehand is taken off here."""
    if window.function is Voi.LINEAR:
        window = replace(window, center=window.center - 0.5, width=max(window.width - 1.0, 1e-6), function=Voi.LINEAR_EXACT)
    return replace(window, center=window.center * factor, width=window.width * factor)
