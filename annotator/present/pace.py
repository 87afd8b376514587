"""Say how fast the program is just now, as rows for a person and as plain values for a file; neither names an image or a patient."""

from __future__ import annotations

import platform
from dataclasses import asdict

from annotator import __version__
from annotator.dicom.pool import POOL, WORKERS
from annotator.i18n import mark, translate
from annotator.pace import DECODINGS, FRAMES, Summary, resident
from annotator.workspace.session import Session

_MB = 1 << 20


def rows(session: Session) -> tuple[tuple[str, str], ...]:
    """Return label and value of each figure in the current language."""
    stock, held = session.stock, resident()
    return (
        (translate(mark("Painting a frame")), _times(FRAMES.summary())),
        (translate(mark("Decoding an image")), _times(DECODINGS.summary())),
        (
            translate(mark("Images in memory")),
            translate(mark("{images} · {held} of {most} MB"), images=stock.images, held=stock.held // _MB, most=stock.most // _MB),
        ),
        (translate(mark("Images waiting")), translate(mark("{waiting} · {running} in work"), waiting=stock.waiting, running=stock.running)),
        (translate(mark("Decoding processes")), translate(mark("{there} of {most}"), there=POOL.count, most=WORKERS)),
        (translate(mark("Program in memory")), "—" if held is None else f"{held // _MB} MB"),
    )


def figures(session: Session, time: str) -> dict[str, object]:
    """Return the same for a file, milliseconds and bytes; `time` (ISO 8601) says when."""
    return {
        "program": f"annotator {__version__}",
        "time": time,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "frame_ms": asdict(FRAMES.summary()),
        "decoding_ms": asdict(DECODINGS.summary()),
        "pictures": asdict(session.stock),
        "decoding_processes": {"there": POOL.count, "most": WORKERS},
        "resident_bytes": resident(),
    }


def _times(found: Summary) -> str:
    if not found.count:
        return "—"
    return translate(
        mark("{median} ms · 95 %: {late} ms · worst {worst} ms"),
        median=_short(found.median), late=_short(found.late), worst=_short(found.worst),
    )  # fmt: skip


def _short(milliseconds: float) -> str:
    return f"{milliseconds:.1f}" if milliseconds < 10 else f"{milliseconds:.0f}"
