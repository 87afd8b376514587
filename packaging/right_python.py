"""Find a Python that the product runs on; this file, run.py and test.py can be read by older and newer ones."""

import os
import shutil
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 14)


def suits(version):
    """Whether the product runs on this (major, minor) version."""
    return OLDEST <= tuple(version[:2]) <= NEWEST


def another():
    """Return the command words of another Python on this machine that suits, newest first; None if there is none."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        if os.name == "nt":
            words = ["py", f"-3.{minor}"]
        else:
            words = [f"python3.{minor}"]
        if shutil.which(words[0]) and _answers(words):
            return words
    return None


def _answers(words):
    asked = [*words, "-c", "import sys; print(sys.version_info[0], sys.version_info[1])"]
    said = subprocess.run(asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    return said.returncode == 0 and suits([int(number) for number in said.stdout.split()])


def run_with_the_right_one(script, arguments):
    """Return at once if this Python suits; else do the whole work with another one, or say that there is none, and end."""
    if suits(sys.version_info):
        return
    words = another()
    if words is not None:
        sys.exit(subprocess.call([*words, script, *arguments]))
    needed = f"Python {_dotted(OLDEST)} - {_dotted(NEWEST)}"
    found = _dotted(sys.version_info)
    sys.exit(
        f"annotator: {needed} is needed, this is {found}. Install one of them and start again with it.\n"
        f"annotator: {needed} 중 하나가 필요한데 지금은 {found}입니다. 그중 하나를 설치한 뒤 그것으로 다시 실행하세요."
    )


def _dotted(version):
    return f"{version[0]}.{version[1]}"
