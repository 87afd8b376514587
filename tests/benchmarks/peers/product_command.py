"""Run the command line with some words, silently; the seconds until the process would end."""

from __future__ import annotations

import contextlib
import io
import sys

from annotator.cli.main import main
from tests.benchmarks.peers import since_start, tell

with contextlib.redirect_stdout(io.StringIO()):
    code = main(sys.argv[1:])
tell(wall=since_start(), code=code)
