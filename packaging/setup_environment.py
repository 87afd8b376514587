"""Make a fresh checkout ready: what the system lacks, then `.venv` with exactly the locked packages; then run what was asked for.

Only the standard library is used.  Interrupted, it goes on where it stopped; done, it costs a moment.  It speaks on standard error.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from system_packages import provide, provide_venv_module, tell

from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import message, system_language, use_language

CHECKOUT = Path(__file__).resolve().parent.parent
ENVIRONMENT = CHECKOUT / ".venv"
STAMP = ENVIRONMENT / "locked.json"
LOCK, TEST_LOCK = "requirements.lock", "requirements-test.lock"
_SPREAD = ("-n", "auto", "--maxprocesses", "8", "--dist", "loadfile")
"""All tests are spread over the processors, the tests of one file one after the other."""


def run_product(arguments: Sequence[str]) -> int:
    """Set up what the product needs and be the command `annotator`; without arguments, its demonstration."""
    python = _ready((LOCK,), for_tests=False)
    if python is None:
        return 1
    environment = _environment()
    if not arguments and sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        tell(message("There is no display: the demonstration runs off the screen."))
    command = [python, "-P", "-m", "annotator", *(arguments or ["demo"])]
    if sys.platform != "win32":
        os.execve(python, command, environment)  # it takes this process's place, and its signals
    return _call(command, environment)


def run_tests(arguments: Sequence[str]) -> int:
    """Set up what the tests need and run them; without arguments, the linter and the type checker first."""
    python = _ready((LOCK, TEST_LOCK), for_tests=True)
    if python is None:
        return 1
    environment = _environment() | {"QT_QPA_PLATFORM": "offscreen"}
    os.chdir(CHECKOUT)
    codes = []
    if not arguments:
        windows = ["--platform", "win32", "--cache-dir", ".mypy_cache/win32"]  # what is called there must be there
        types = [python, "-m", "mypy", "--strict"]
        codes += _call_together([[python, "-m", "ruff", "check", "."], [*types, "annotator"], [*types, *windows, "annotator"]], environment)
    codes.append(_call([python, "-m", "pytest", *(arguments or _SPREAD)], environment))
    return next((code for code in reversed(codes) if code), 0)


def _ready(locks: Sequence[str], *, for_tests: bool) -> str | None:
    """Set everything up and return the environment's Python; None after an error that has been told."""
    use_language(system_language())
    try:
        done = _is_set_up(locks)
        provide(for_tests=for_tests, first_time=not done)
        if not done:
            with _alone():
                _set_up(locks)
    except AnnotatorError as error:
        tell(error.message)
        return None
    except OSError as error:
        trouble = AnnotatorError(
            message("Setting up {folder}", folder=ENVIRONMENT),
            system_cause(error),
            message("Put the program into a folder that may be written and start again"),
        )
        tell(trouble.message)
        return None
    except KeyboardInterrupt:
        tell(message("Stopped; the next start goes on from here."))
        return None
    return str(_python())


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time set the environment up; the system lets go of the lock of one that died."""
    with (CHECKOUT / ".venv.lock").open("w") as file:
        if sys.platform == "win32":
            import msvcrt

            while True:
                try:
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError:  # it gives up after ten seconds; a first set-up takes minutes
                    continue
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_set_up(locks: Sequence[str]) -> bool:
    """Whether `.venv` works and holds the locked packages already, as the stamp in it says."""
    return _wanted(locks).items() <= _stamped().items() and _works()


def _wanted(locks: Sequence[str]) -> dict[str, str]:
    return {name: hashlib.sha256((CHECKOUT / name).read_bytes()).hexdigest() for name in locks}


def _set_up(locks: Sequence[str]) -> None:
    """Bring `.venv` to the locked packages, unless another process did so in the meantime."""
    if _is_set_up(locks):
        return
    if not _works():
        _make_environment()
    STAMP.unlink(missing_ok=True)
    tell(message("Installing the packages into {folder}; the first time this takes some minutes …", folder=ENVIRONMENT))
    command = [str(_python()), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--require-hashes"]
    command += ["--only-binary", ":all:", "--requirement", str(CHECKOUT / locks[-1])]
    if subprocess.run(command, env=_environment(), stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False).returncode != 0:
        raise AnnotatorError(
            message("Setting up {folder}", folder=ENVIRONMENT),
            message("the packages could not be installed (the reason stands above)"),
            message("Look at the network and the disk and start again; what has been fetched is kept"),
        )
    STAMP.write_text(json.dumps(_wanted(locks)), encoding="utf-8")


def _make_environment() -> None:
    provide_venv_module()
    tell(message("Making {folder} …", folder=ENVIRONMENT))
    try:
        venv.EnvBuilder(clear=True, symlinks=os.name != "nt", with_pip=True).create(ENVIRONMENT)
    except (subprocess.CalledProcessError, ValueError) as error:
        raise AnnotatorError(
            message("Setting up {folder}", folder=ENVIRONMENT),
            message("this Python cannot make an environment there ({text})", text=error),
            message("Look at the disk and at the name of the folder, or start with another Python"),
        ) from error


def _python() -> Path:
    return ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _works() -> bool:
    """Whether the environment is whole enough to install into: its Python starts and has pip."""
    if not _python().exists():
        return False
    try:
        asked = subprocess.run([str(_python()), "-c", "import pip"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError:
        return False
    return asked.returncode == 0


def _stamped() -> Mapping[str, str]:
    """What the last finished installation installed."""
    try:
        said = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _environment() -> dict[str, str]:
    """The variables for what is started: this checkout's code, UTF-8, and nothing that leads Python elsewhere or slows it down."""
    misleading = {"PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "__PYVENV_LAUNCHER__"}
    slow = {"PYTHONDONTWRITEBYTECODE"}  # images of containers like to set it; each start would compile the whole program anew
    kept = {name: value for name, value in os.environ.items() if name not in misleading | slow and not (name == "HOME" and not value)}
    return kept | {"PYTHONPATH": str(CHECKOUT), "PYTHONUTF8": "1"}


def _call(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run to the end and return the exit code; Ctrl+C is the started program's to answer."""
    process = subprocess.Popen(command, env=dict(environment))
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def _call_together(commands: Sequence[Sequence[str]], environment: Mapping[str, str]) -> list[int]:
    """Run programs of one core each beside each other and return their exit codes; what each says is passed on in their order."""
    started = [subprocess.Popen(command, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for command in commands]
    for process in started:
        while process.stdout is not None and not process.stdout.closed:
            try:
                sys.stdout.write(process.communicate()[0].decode("utf-8", "replace"))
            except KeyboardInterrupt:
                continue
        sys.stdout.flush()
    return [process.returncode for process in started]
