"""Know which libraries, fonts and programs the product wants from a Linux system, and install them on Debian and its kin."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from annotator.errors import AnnotatorError
from annotator.i18n import Message, message, say

# What Qt's window system plug-ins are linked against (library: Debian package).
_ALWAYS = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
_ON_WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
_FOR_TESTS = {"dciodvfy": "dicom3tools", "dcmdump": "dcmtk", "Xvfb": "xvfb"}
_FOR_INTAKE = {"tesseract": ("tesseract-ocr", "tesseract-ocr-kor")}  # optional: reads text that is burned into pixels at an intake
_FONT = "fonts-nanum"  # 10 MB; the larger Noto CJK (57 MB) is taken just as well where it is
_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
_KOREAN = re.compile(r"nanum|cjk|notos(ans|erif)kr|unbatang|undotum|baekmuk|malgun|gulim|pretendard|d2coding", re.IGNORECASE)


@dataclass(frozen=True)
class Missing:
    """Debian packages that are wanted and not there: without `needed` nothing runs, without `useful` something is left out."""

    needed: tuple[str, ...]
    useful: tuple[str, ...]


def provide(*, for_tests: bool, first_time: bool) -> None:
    """Install what is missing where that can be done without asking; else say the command to type.

    What is only useful is tried the first time, so that a machine without a network does not wait at every start.
    Raises AnnotatorError if something is still missing without which no window can open.
    """
    if not sys.platform.startswith("linux"):
        return
    missing = find_missing(for_tests=for_tests)
    if _may_install() and (missing.needed or (missing.useful and first_time)):
        _install((*missing.needed, *missing.useful))
        missing = find_missing(for_tests=for_tests)
    if missing.needed:
        _refuse(missing.needed)
    if missing.useful:
        tell(message("Some things are missing and are left out until this is typed: {command}", command=_typed(missing.useful)))


def find_missing(*, for_tests: bool) -> Missing:
    """Look for every library, a Korean font and, for the tests, the programs of other people that judge our files."""
    wanted = _ALWAYS | (_ON_WAYLAND if os.environ.get("WAYLAND_DISPLAY") else {})
    needed = tuple(package for library, package in wanted.items() if not _loads(library))
    useful = [] if _has_korean_font() else [_FONT]
    useful += [package for program, packages in _FOR_INTAKE.items() if shutil.which(program) is None for package in packages]
    if for_tests:
        useful += [package for program, package in _FOR_TESTS.items() if shutil.which(program) is None]
    return Missing(needed, tuple(useful))


def provide_venv_module() -> None:
    """Make sure that this Python can make environments; Debian keeps that in a package of its own."""
    try:
        import ensurepip  # noqa: F401  (its absence is the question)
    except ImportError:
        package = f"python3.{sys.version_info.minor}-venv"
        if not _may_install():
            _refuse((package,))
        _install((package,))


def tell(sentence: Message) -> None:
    """Say a sentence to the person, on standard error."""
    print(f"annotator: {say(sentence)}", file=sys.stderr, flush=True)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_korean_font() -> bool:
    lister = shutil.which("fc-list")
    if lister:
        listed = subprocess.run([lister, ":lang=ko", "file"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        if listed.returncode == 0:
            return bool(listed.stdout.strip())
    folders = (Path(os.path.expanduser(folder)) for folder in _FONT_FOLDERS)
    return any(_KOREAN.search(file) for folder in folders for _, _, files in os.walk(folder) for file in files)


def _may_install() -> bool:
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def _install(packages: Sequence[str]) -> None:
    """Install; a list of packages that is missing or old is fetched first.  What failed is seen by looking again."""
    tell(message("Installing {packages} …", packages=" ".join(packages)))
    if not _apt("install", *packages):
        _apt("update")
        if not _apt("install", *packages):
            for package in packages:  # one that this system does not have must not keep out the others
                _apt("install", package)


def _apt(*words: str) -> bool:
    command = ["apt-get", "-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120", *words]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False).returncode == 0


def _refuse(packages: Sequence[str]) -> None:
    raise AnnotatorError(
        message("Looking at what the system has"),
        message("{packages} are missing, and only an administrator can install them", packages=", ".join(packages)),
        message("Type “{command}” and start again", command=_typed(packages)),
    )


def _typed(packages: Sequence[str]) -> str:
    return f"sudo apt-get install {' '.join(packages)}"
