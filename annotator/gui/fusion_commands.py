"""The commands of the fused view: hang a PET/CT, lay the PET over a view, blend, and choose colours."""

from __future__ import annotations

from annotator.domain.colour_maps import MAP_TEXTS, ColourMap
from annotator.gui.actions import ActionSpec, Desk, Menu, wants
from annotator.i18n import mark
from annotator.workspace.fusing import STEP
from annotator.workspace.session import Session


@wants(mark("nothing is laid over the picture"))
def _fused(session: Session, desk: Desk) -> bool:
    return bool(session.fused_panes)


@wants(mark("this study has no PET with a CT or an MR"))
def _may_hang(session: Session, desk: Desk) -> bool:
    return session.may_hang()


@wants(mark("select an annotation first, and show the other series beside it"))
def _may_copy(session: Session, desk: Desk) -> bool:
    return bool(session.selection) and session.other_series() is not None


def _blend(name: str, text: str, key: str, by: float) -> ActionSpec:
    return ActionSpec(
        *(name, text, (key,), lambda session, desk: session.look_fused(blend=session.fusion_look.blend + by)),
        tip=mark("Ctrl, Shift and the wheel do the same"),
        enabled=_fused,
        repeats=True,
    )


def _colours(colours: ColourMap) -> ActionSpec:
    return ActionSpec(
        *(f"fusion.{colours.value}", MAP_TEXTS[colours], (), lambda session, desk: session.look_fused(colours=colours)),
        group="fusion.colours",
        checked=lambda session, desk: session.fusion_look.colours is colours,
    )


COPY = ActionSpec(
    *("edit.copy_across", mark("Copy to the other series"), ("Ctrl+Shift+C",), lambda session, desk: session.copy_across()),
    tip=mark("Make the selected annotations annotations of the other series too, at the same millimetres"),
    enabled=_may_copy,
)
HANG = ActionSpec(
    *("layout.pet_ct", mark("PET/CT: CT, PET and fused"), ("Alt+8",), lambda session, desk: session.hang_pet_ct()),
    tip=mark("CT (or MR), PET and both fused side by side, at the same place and scale"),
    enabled=_may_hang,
    leaves=True,
)
FOUR = ActionSpec(
    *("layout.pet_ct_four", mark("PET/CT with the PET from the front"), ("Alt+0",), lambda session, desk: session.hang_four()),
    tip=mark("CT, PET, both fused, and the highest values of the PET as seen from the front"),
    enabled=_may_hang,
    leaves=True,
)
FUSION = Menu(
    "menu.fusion",
    mark("PET fusion"),
    (
        ActionSpec(
            *("fusion.over", mark("PET over this view"), ("Shift+P",), lambda session, desk: session.fuse()),
            tip=mark("Lay the PET of the study over the CT or MR of this view, for the display only"),
            enabled=wants(mark("this study has no PET for this series"))(lambda session, desk: session.may_fuse()),
            checked=lambda session, desk: session.place.over is not None,
        ),
        _blend("fusion.more", mark("More PET"), "Alt+Up", STEP),
        _blend("fusion.less", mark("Less PET"), "Alt+Down", -STEP),
        None,
        *map(_colours, ColourMap),
        None,
        ActionSpec(
            *("fusion.smooth", mark("Smooth within PET slices"), ()),
            run=lambda session, desk: session.look_fused(smooth=not session.fusion_look.smooth),
            tip=mark("Off: each PET voxel is seen as it is"),
            checked=lambda session, desk: session.fusion_look.smooth,
        ),
    ),
)
