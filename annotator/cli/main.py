"""Be the command `annotator`: understand what was asked, do it, and tell an error in one sentence.

Exit codes: 0 done, 1 failed (the sentence is on standard error), 2 not understood.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

from annotator import __version__
from annotator.errors import AnnotatorError, system_cause, told
from annotator.i18n import message, use_language
from annotator.plugins import offers
from annotator.present.arguments import PROGRAM, Command, UsageError, parse, spoken_language
from annotator.present.help import help_text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line (default: the process's own) and return the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _let_every_text_through()
    use_language(spoken_language(words))
    try:
        return _run(words)
    except UsageError as error:
        return _failed(error, 2)
    except AnnotatorError as error:
        return _failed(error, 1)
    except OSError as error:
        where = message("Working with {path}", path=error.filename) if error.filename else message("Working with files")
        return _failed(AnnotatorError(where, system_cause(error), message("Put that right and start again")), 1)
    except KeyboardInterrupt:
        return 1


def commands() -> tuple[Command, ...]:
    """Return the commands that the modules of this package offer."""
    return tuple(command for command in offers("annotator.cli", "COMMAND") if isinstance(command, Command))


def _run(words: Sequence[str]) -> int:
    asked = parse(words, commands())
    if asked.help:
        print(help_text(asked.command, commands()), end="")
        return 0
    if asked.version:
        print(f"{PROGRAM} {__version__}")
        return 0
    return _open_window(words) if asked.command is None else asked.command.run(asked)


def _open_window(words: Sequence[str]) -> int:
    from annotator.gui.app import main as window

    return int(window(list(words)))


def _failed(error: AnnotatorError, code: int) -> int:
    print(f"{PROGRAM}: {told(error)}", file=sys.stderr)
    return code


def _let_every_text_through() -> None:
    """A terminal that cannot show a sign gets its number instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
