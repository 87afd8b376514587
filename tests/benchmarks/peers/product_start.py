"""Open the product's window as the command line does, with nothing open; the seconds until it is painted and waits for a hand."""

from __future__ import annotations

import time

from annotator.cli.main import commands
from annotator.present.arguments import parse
from tests.benchmarks.peers import since_start, tell

parse([], commands())

from annotator.gui import app  # noqa: E402  # the command line imports it when a window is asked for

application, window = app.start([])
while not window.windowHandle().isExposed():
    application.processEvents()
application.processEvents()
tell(wall=since_start(), processor=time.process_time())
window.close()
