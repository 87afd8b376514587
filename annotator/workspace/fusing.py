"""Lay an uptake over another series of the same frame of reference, and hang a PET/CT.  Looking only: pixels stay those of their series."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Sequence
from dataclasses import replace

from annotator import settings
from annotator.domain.auto_window import auto_window
from annotator.domain.colour_maps import ColourMap
from annotator.domain.fusion import UPPER, Fusion, FusionLook, fusible
from annotator.domain.image import Image, ImageKey, Vector
from annotator.domain.links import same_frame, same_place
from annotator.domain.picture import Picture
from annotator.domain.presets import is_uptake
from annotator.domain.reslice import voxel_at
from annotator.i18n import Message, message
from annotator.workspace.arrangement import Arrangement
from annotator.workspace.catalogue import Series
from annotator.workspace.frontal_series import FrontalSeries
from annotator.workspace.linked import Linked
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.pane import Pane
from annotator.workspace.pixels import Wish
from annotator.workspace.place import Over, Place
from annotator.workspace.tasks import Tasks
from annotator.workspace.work import case_of

_SETTING = "fusion"
_BASES = ("CT", "MR")
UPTAKE = "PT"
_LEAST, _MOST = 1e-3, 1e7
STEP = 0.1
"""By how much a key or a turn of the wheel blends."""


class Fusing(Linked, ABC):
    """The part of a session that fuses; how it looks is remembered for the person."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.fusion_look = _recalled()

    @property
    def fused_panes(self) -> tuple[int, ...]:
        """The numbers of the shown views over which something lies."""
        return tuple(pane.number for pane in self.shown_panes if pane.place.over is not None)

    def may_fuse(self) -> bool:
        """Whether the active view shows something over which a PET might be laid, or one is laid over it."""
        here = self.series
        if here is None or self.place.over is not None:
            return here is not None
        return here.modality in _BASES and bool(self._beside_in_study(here, (UPTAKE,)))

    def fuse(self) -> None:
        """Lay the study's PET over the active view, or take it away."""
        here = self.series
        if here is None:
            return
        if self.place.over is not None:
            self.place.over = None
        else:
            found = self._fitting(here, self._beside_in_study(here, (UPTAKE,)))
            if isinstance(found, Message):
                self.say(message("The PET cannot be laid over this series: {reason}", reason=found), Severity.WARNING)
                return
            self.place.over = found
        self._want()
        self._tell(Topic.LAYOUT, Topic.WINDOW)

    def may_hang(self) -> bool:
        """Whether the open study has a PET and a CT or MR."""
        here = self.series
        if here is None:
            return False
        return here.modality == UPTAKE or bool(self._beside_in_study(here, (UPTAKE,)))

    def hang_pet_ct(self) -> None:
        """Hang CT (or MR), PET and both fused side by side, at the place that is looked at, paged and zoomed together."""
        here = self.series
        if here is None:
            return
        pets = [here] if here.modality == UPTAKE else self._beside_in_study(here, (UPTAKE,))
        bases = self._beside_in_study(here, _BASES) if here.modality == UPTAKE else [here]
        if here.modality not in (UPTAKE, *_BASES):
            bases = self._beside_in_study(here, _BASES)
        if not pets or not bases:
            self.say(message("This study has no PET together with a CT or MR"), Severity.WARNING)
            return
        pairs = [(base, self._fitting(base, pets)) for base in bases]
        fitting = next(((base, over) for base, over in pairs if isinstance(over, Over)), None)
        if fitting is None:
            why = next(over for _, over in pairs if isinstance(over, Message))
            self.say(message("PET and {modality} cannot be fused: {reason}", modality=bases[0].modality, reason=why), Severity.WARNING)
            return
        self._hang_fused(*fitting)

    def look_fused(self, *, blend: float | None = None, colours: ColourMap | None = None, smooth: bool | None = None) -> None:
        """Blend otherwise (0: the image alone, 1: the uptake alone), choose other colours, or how it is sampled within slices."""
        before = self.fusion_look
        self.fusion_look = FusionLook(
            before.colours if colours is None else colours,
            before.blend if blend is None else min(max(round(blend, 3), 0.0), 1.0),
            before.upper,
            before.smooth if smooth is None else smooth,
        )
        self._keep_look(before)
        self._tell(Topic.LAYOUT)

    def set_uptake(self, upper: float, place: Place | None = None) -> None:
        """Let the colours over a view (the active one) reach up to another value."""
        over, upper = (place or self.place).over, min(max(float(upper), _LEAST), _MOST)
        before = self.fusion_look
        if over is not None and over.unit and not is_uptake(over.unit):
            over.upper = upper
            self._repaint_fused()
            return
        self.fusion_look = replace(before, upper=upper)
        self._keep_look(before)

    def fusion_at(self, place: Place) -> Fusion | None:
        """Return what lies over the image of a place."""
        over = place.over
        if over is None or place.image is None:
            return None
        if not over.unit:
            self._learn_unit(over)
        suv = not over.unit or is_uptake(over.unit)
        upper = self.fusion_look.upper if suv else over.upper or 1.0
        return Fusion(over.lattice, self.fusion_look, upper, over.unit)

    def uptake_at(self, place: Place, point: Vector) -> tuple[Picture, int, int] | None:
        """Return the picture, column and row of the voxel of what lies over a place at a point of the patient."""
        found = voxel_at(place.over.lattice, point) if place.over is not None else None
        picture = self._pictures.get(found[0].key) if found is not None else None
        return (picture, found[1], found[2]) if found is not None and isinstance(picture, Picture) else None

    def series_beside(self, pane: Pane) -> tuple[Series, ...]:
        """Return the other series that are shown: what lies over the pane's own first, then those of the views in their order."""
        places = [pane.place, *(other.place for other in self.shown_panes)]
        shown = [place.over.series for place in places[:1] if place.over is not None]
        for place in places:
            shown += [series for series in (place.series, place.over.series if place.over is not None else None) if series is not None]
        drawn = [series.source if isinstance(series, FrontalSeries) else series for series in shown]
        own = pane.series.uid if pane.series is not None else ""
        return tuple({series.uid: series for series in drawn if series.uid != own}.values())

    def drawn_on(self, series: Series) -> tuple[int, ...]:
        """Return the places of the images of a series that have annotations, as far as its case is or was open."""
        work = self._works.get(case_of(series))
        return tuple(sorted(series.places[key] for key in work.document.annotations if key in series.places)) if work is not None else ()

    def _keep_over(self, opened: Series) -> None:
        """Another series is opened in the active view: what lay over the one before stays where it belongs, else its own study's does."""
        over = self.place.over
        if over is not None and (opened.modality not in _BASES or isinstance(fusible(opened.images, over.series.images), Message)):
            self.place.over = self._own_over(opened)

    def _own_over(self, series: Series | None) -> Over | None:
        """What a study has to lay over one of its series."""
        if series is None or series.modality not in _BASES:
            return None
        found = self._fitting(series, self._beside_in_study(series, (UPTAKE,)))
        return found if isinstance(found, Over) else None

    def _go_along(self, before: Series | None, now: Series) -> None:
        """The next case was opened: views that were fused are fused again, a PET in inverse grey stays so."""
        fused, inverted = self.fused_panes, [pane.number for pane in self.shown_panes if is_inverse(pane.place)]
        super()._go_along(before, now)
        for pane in self.shown_panes:
            place, image = pane.place, pane.image
            if pane.number in fused and place.over is None:
                place.over = self._own_over(pane.series)
            if pane.number in inverted and image is not None and image.modality == UPTAKE and not place.levels.inverted(image):
                place.levels.invert(image)
        if fused or inverted:
            self._changed()

    def _hang_fused(self, base: Series, over: Over) -> None:
        here, pet = self.image, over.series
        keys = [_at(here, series) for series in (base, pet)]
        self.hang(Arrangement.grid(1, 3), [(base.uid, keys[0]), (pet.uid, keys[1]), (base.uid, keys[0])])
        middle, fused = self.panes[1].place, self.panes[2].place
        fused.over = over
        if middle.image is not None and pet.modality not in self.kept.rules and not middle.levels.inverted(middle.image):
            middle.levels.invert(middle.image)
        for name in ("paging", "look"):
            if not getattr(self.links, name):
                self.link(name)
        self._changed()

    def _beside_in_study(self, here: Series, modalities: Sequence[str]) -> list[Series]:
        """The other series of the study with these modalities: in this order, and of each the one with most images first."""
        there = [s for s in self.catalogue.beside(here) if s.uid != here.uid and s.count and not s.labels]
        return sorted((s for s in there if s.modality in modalities), key=lambda s: (modalities.index(s.modality), -s.count))

    def _fitting(self, base: Series, pets: Sequence[Series]) -> Over | Message:
        """The first of several series that may be laid over another one; else why the first may not."""
        reasons: list[Message] = []
        for pet in pets:
            found = fusible(base.images, pet.images)
            if isinstance(found, Message):
                reasons.append(found)
            else:
                return Over(pet, found)
        return reasons[0] if reasons else message("the study has no PET")

    def _learn_unit(self, over: Over) -> None:
        """Take the unit from the first picture that is there, and where that is no SUV an upper bound that suits it."""
        places = range(len(over.lattice.images))
        middle = len(places) // 2
        for place in sorted(places, key=lambda n: abs(n - middle)):
            picture = self._pictures.get(over.lattice.images[place].key)
            if isinstance(picture, Picture) and not picture.colour:
                over.unit = picture.unit or "?"
                window = auto_window(picture, over.series.modality)
                over.upper = over.upper or max(window.center + window.width / 2, _LEAST)
                return

    def _beside(self) -> Sequence[Wish]:
        wishes = [*super()._beside()]
        for pane in self.shown_panes:
            over, image = pane.place.over, pane.image
            if over is not None and image is not None:
                wishes.append(Wish(over.lattice.images, same_place(image, over.lattice.images) or 0))
        return tuple(wishes)

    def _decoded(self, key: ImageKey) -> None:
        super()._decoded(key)
        for pane in self.shown_panes:
            over = pane.place.over
            if over is not None and key in over.series.places:
                pane.tell(Topic.WINDOW)

    def _keep_look(self, before: FusionLook) -> None:
        if self.fusion_look == before:
            return
        look = self.fusion_look
        try:
            settings.remember(
                {_SETTING: {"colours": look.colours.value, "blend": look.blend, "upper": look.upper, "smooth": look.smooth}}
            )
        except OSError:
            self.say(message("How a fused picture looks could not be remembered"), Severity.WARNING)
        self._repaint_fused()

    def _repaint_fused(self) -> None:
        for pane in self.shown_panes:
            if pane.place.over is not None:
                pane.tell(Topic.WINDOW)
        self._tell(Topic.WINDOW)


def is_inverse(place: Place) -> bool:
    """Whether a place shows a PET in inverse grey."""
    image = place.image
    return image is not None and image.modality == UPTAKE and place.levels.inverted(image)


def _at(here: Image | None, series: Series) -> ImageKey | None:
    """The image of a series at the place of another image."""
    if here is None or not series.images:
        return None
    if here.key in series.places:
        return here.key
    found = same_place(here, series.images) if same_frame(here, series.images[0]) else None
    return None if found is None else series.images[found].key


def _recalled() -> FusionLook:
    """The look that was remembered; the usual one where it cannot be understood."""
    known = settings.read(_SETTING, dict[str, settings.Value]())
    usual = FusionLook()
    blend, upper, smooth = known.get("blend"), known.get("upper"), known.get("smooth")
    return FusionLook(
        next((colours for colours in ColourMap if colours.value == known.get("colours")), usual.colours),
        float(blend) if isinstance(blend, int | float) and 0 <= blend <= 1 else usual.blend,
        float(upper) if isinstance(upper, int | float) and _LEAST <= upper <= _MOST else UPPER,
        smooth if isinstance(smooth, bool) else usual.smooth,
    )
