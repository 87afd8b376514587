"""Say in a few words, and in a sentence each, why a picture looks as it does and what about it may mislead: the line below the picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from annotator.domain.display_filter import Filter
from annotator.domain.doubts import cautions_of
from annotator.domain.honesty import Doubt, Mapping, Origin
from annotator.domain.image import Image
from annotator.domain.mammography import sightings
from annotator.domain.picture import Picture, Window
from annotator.i18n import Message, mark, say, translate

_DOUBTS = {
    Doubt.INVERSION: mark("Inversion?"),
    Doubt.WINDOW: mark("Window beside the values"),
    Doubt.SPACING: mark("Spacing?"),
    Doubt.SHAPE: mark("Pixels not square"),
    Doubt.SIDE: mark("Side?"),
    Doubt.BURNED_IN: mark("Burned-in text"),
    Doubt.MOSAIC: mark("Mosaic"),
    Doubt.SUV: mark("SUV?"),
}
_ORIGINS = {
    Origin.HEADER: (mark("Window: header"), mark("The window is one that the header proposes")),
    Origin.TABLE: (mark("Window: header's table"), mark("Brightness follows a table of the header (VOI LUT)")),
    Origin.PROJECT: (mark("Window: project"), mark("The window follows the project's rule")),
    Origin.PRESET: (mark("Window: preset"), mark("The window is a usual one of this modality")),
    Origin.PERSON: (mark("Window: by hand"), mark("The window was set by hand")),
    Origin.AUTO: (mark("Window: auto"), mark("The window was worked out from the image's values, as asked for")),
    Origin.RANGE: (mark("Window: from the values"), mark("The header proposes no window: it was worked out from the image's values")),
}
_MAPPINGS = {
    Mapping.NONE: (mark("Stored values"), mark("Values are those stored in the file")),
    Mapping.RESCALE: (mark("Rescaled"), mark("Values are stored ones times slope plus intercept, as the header says")),
    Mapping.TABLE: (mark("Values by table"), mark("Values come from a table of the header (Modality LUT)")),
}
_CHANGED = mark("The display is changed, what is measured and saved is not: brightness means no value here")
_FILTERS = {
    Filter.EQUALISED: (mark("Filter: equalised"), _CHANGED),
    Filter.LOCAL: (mark("Filter: local contrast"), _CHANGED),
    Filter.SHARPENED: (mark("Filter: sharpened"), _CHANGED),
}
_SAMPLINGS = {
    "exact": (mark("1 : 1"), mark("One image pixel is one screen pixel")),
    "squares": (mark("Pixels as squares"), mark("Each image pixel is shown as a square of its own")),
    "interpolated": (
        mark("Interpolated"),
        mark("The display is interpolated between pixels; measured and saved are the pixels themselves"),
    ),
    "reduced": (mark("Reduced"), mark("A screen pixel is the mean of several image pixels; measured and saved are the pixels themselves")),
}


@dataclass(frozen=True)
class Note:
    """One thing about a picture in the current language: short words, a sentence, and whether it may mislead."""

    short: str
    sentence: str
    warning: bool = False


def notes(image: Image, picture: Picture, window: Window, sampling: str, more: tuple[Note, ...] = ()) -> tuple[Note, ...]:
    """Return what is said about a picture: warnings first, then `more` (what changes the display), then what is quiet."""
    found = (*_warnings(image, picture, window), *more, *_loss(picture), *_inversion(picture, window))
    quiet = [_noted(_SAMPLINGS[sampling])] if sampling in _SAMPLINGS else []
    if not picture.colour:
        quiet += [_noted(_ORIGINS[window.origin]), _noted(_MAPPINGS[picture.honesty.mapping])]
    return (*found, *quiet, *_rest(picture))


def filter_notes(how: Filter) -> tuple[Note, ...]:
    """Return what is said about a display filter; nothing where there is none."""
    return (_noted(_FILTERS[how], warning=True),) if how in _FILTERS else ()


def _noted(texts: tuple[str, str], *, warning: bool = False) -> Note:
    return Note(translate(texts[0]), translate(texts[1]), warning)


def _warnings(image: Image, picture: Picture, window: Window) -> tuple[Note, ...]:
    """What may mislead; what the places of the view contradict each other in is said with the word for the side."""
    said: list[tuple[Doubt, Message]] = [(caution.kind, caution.said) for caution in cautions_of(picture, window)]
    if image.modality == "MG":
        said += [(Doubt.SIDE, remark) for remark in _remarks(image)]
    return tuple(Note(translate(_DOUBTS[kind]), _sentence(say(sentence)), warning=True) for kind, sentence in dict.fromkeys(said))


@lru_cache(maxsize=64)
def _remarks(image: Image) -> tuple[Message, ...]:
    """What is odd about the side and view of a mammogram by itself; kept, because one asks at every step of a window."""
    return tuple(remark for sighting in sightings([image], {}).values() for remark in sighting.remarks)


def _loss(picture: Picture) -> tuple[Note, ...]:
    if not picture.honesty.lossy:
        return ()
    facts = picture.honesty
    ratio = "" if facts.lossy_ratio is None else f"1 : {facts.lossy_ratio:.3g}"
    short = " ".join(part for part in (translate(mark("Lossy")), facts.lossy_method, ratio) if part)
    return (Note(short, translate(mark("The pixels were compressed with loss: fine detail may be gone or made up"))),)


def _inversion(picture: Picture, window: Window) -> tuple[Note, ...]:
    """Whether black and white are exchanged: because the header says so, by hand, or by both, which is not at all."""
    found: tuple[Note, ...] = ()
    if picture.inverted:
        reason = " + ".join(picture.honesty.inverted_by) or "MONOCHROME1"
        sentence = translate(mark("The lowest value is shown brightest, as the header says ({reason}); inverted once"), reason=reason)
        if window.inverted:
            sentence = translate(mark("The header says that the lowest value is bright ({reason}); by hand it is dark"), reason=reason)
        found = (Note(translate(mark("Inverted")), sentence),)
    if window.inverted:
        found += (_noted((mark("Inverted on screen"), mark("Black and white are exchanged on the screen only; values stay as they are"))),)
    return found


def _rest(picture: Picture) -> tuple[Note, ...]:
    facts = picture.honesty
    found = []
    if facts.photometric:
        sentence = mark("Photometric interpretation: {kind}, converted for the display") if facts.converted else mark(
            "Photometric interpretation: {kind}"
        )  # fmt: skip
        found.append(Note(facts.photometric, translate(sentence, kind=facts.photometric)))
    if facts.derived:
        found.append(_noted((mark("Derived"), mark("The header says that this image was worked out from others"))))
    if facts.photometric:
        known = (mark("Frame of reference"), mark("The image has a place in the patient that other series share"))
        unknown = (mark("No frame of reference"), mark("The image has no place in the patient that other series could share"))
        found.append(_noted(known if facts.frame_of_reference else unknown))
    return tuple(found)


def _sentence(said: str) -> str:
    """Begin a remark as a sentence begins."""
    return said[:1].upper() + said[1:]
