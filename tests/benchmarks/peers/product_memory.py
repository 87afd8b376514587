"""Open a series in the product's window; the megabytes that the process holds before it, and the most while it was paged through."""

from __future__ import annotations

import sys
from pathlib import Path

from annotator import settings
from annotator.gui import app
from annotator.workspace.looking import MEMORY
from tests.benchmarks.peers import tell
from tests.benchmarks.scenes import idle, painted, resident, spin

folder, megabytes = sys.argv[1], int(sys.argv[2])
settings.remember({MEMORY: megabytes})
_, window = app.start([])
session = window.session
idle()
before = resident()
window.open_paths([Path(folder)])
spin(lambda: session.scanning is None and painted(window))
most = resident()
for place in range(len(session.images)):
    session.show(place)
    spin(lambda: painted(window))
    most = max(most, resident())
tell(before=before, most=most)
window.close()
