"""Say of a fused picture what it is made of and what about it may mislead."""

from __future__ import annotations

from annotator.domain.fusion import Fusion
from annotator.i18n import mark, translate
from annotator.present.honesty import Note
from annotator.workspace.frontal_series import FrontalSeries

_WITHIN = {
    True: mark("The {modality} is interpolated for the display; values and annotations are those of the images themselves"),
    False: mark("Each {modality} voxel is shown as it is within its slice, interpolated between slices; for the display only"),
}


def through_note(seen: FrontalSeries) -> Note:
    """Return what is said about a view through all slices."""
    short = translate(mark("{plane}: highest values of {count} slices"), plane=translate(seen.frontal.name), count=len(seen.frontal.slices))
    if seen.missing:
        short = translate(mark("{said}, {missing} still loading"), said=short, missing=seen.missing)
    depth = mark("To find one's way: at each place the highest value along the line of sight, how deep it lies is not known")
    return Note(short, translate(depth), warning=True)


def fusion_notes(fusion: Fusion, missing: int = 0) -> tuple[Note, ...]:
    """Return what is said about what lies over an image; `missing` of its slices are still to come."""
    said = {"modality": fusion.modality}
    short = translate(mark("Fused: {modality} resampled"), **said)
    if missing:
        short = translate(mark("{said}, {missing} still loading"), said=short, missing=missing)
    frame = translate(
        mark("Both say that they share a frame of reference; whether the patient moved or breathed in between, they do not say"), **said
    )
    return (
        Note(short, translate(_WITHIN[fusion.look.smooth], **said), warning=True),
        Note(translate(mark("Same frame of reference")), frame),
    )
