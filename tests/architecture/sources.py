"""Give the laws the files of this checkout to look at."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def modules() -> dict[str, str]:
    """Every module of the product: its name → its source text."""
    found = {}
    for path in sorted((ROOT / "annotator").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text(encoding="utf-8")
    return found


@cache
def files() -> tuple[str, ...]:
    """Every file that belongs to the repository, with `/`; without git, every file that lies here."""
    asked = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=False)
    if asked.returncode == 0 and asked.stdout:
        listed = sorted(name for name in asked.stdout.decode().split("\0") if name and (ROOT / name).is_file())
        return tuple(dict.fromkeys(listed))
    hidden = {".git", ".venv", ".venv.lock", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}
    lying = (path.relative_to(ROOT) for path in sorted(ROOT.rglob("*")) if path.is_file())
    return tuple(path.as_posix() for path in lying if not hidden & set(path.parts))
