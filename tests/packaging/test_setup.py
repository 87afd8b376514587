"""The two commands set a fresh checkout up once, notice what is out of date or broken, and speak in sentences."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from annotator.errors import AnnotatorError

ROOT = Path(__file__).resolve().parent.parent.parent
NAMES = ("right_python", "setup_environment", "system_packages")


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """The modules beside run.py and test.py."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    yield {name: __import__(name) for name in NAMES}
    for name in NAMES:
        sys.modules.pop(name, None)


@pytest.fixture
def setup(scripts: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """setup_environment, looking at a checkout of the test's own."""
    module = scripts["setup_environment"]
    checkout = tmp_path / "내 폴더" / "check out"
    checkout.mkdir(parents=True)
    for lock in (module.LOCK, module.TEST_LOCK):
        (checkout / lock).write_text("", encoding="utf-8")
    monkeypatch.setattr(module, "CHECKOUT", checkout)
    monkeypatch.setattr(module, "ENVIRONMENT", checkout / ".venv")
    monkeypatch.setattr(module, "STAMP", checkout / ".venv" / "locked.json")
    return module


def test_an_empty_lock_makes_an_environment_that_counts_as_set_up_until_the_lock_changes(setup: ModuleType) -> None:
    assert not setup._is_set_up((setup.LOCK,))
    setup._set_up((setup.LOCK,))
    assert setup._is_set_up((setup.LOCK,))
    assert not setup._is_set_up((setup.LOCK, setup.TEST_LOCK))
    (setup.CHECKOUT / setup.LOCK).write_text("# newer\n", encoding="utf-8")
    assert not setup._is_set_up((setup.LOCK,))


def test_an_environment_whose_python_is_gone_is_noticed(setup: ModuleType) -> None:
    setup.STAMP.parent.mkdir()
    setup.STAMP.write_text(json.dumps(setup._wanted((setup.LOCK,))), encoding="utf-8")
    assert not setup._is_set_up((setup.LOCK,))
    setup._python().parent.mkdir()
    setup._python().symlink_to(setup.CHECKOUT / "no-python-here")
    assert not setup._is_set_up((setup.LOCK,))


@pytest.mark.parametrize("stamp", ["", "{", "[]", "null"])
def test_a_torn_stamp_means_not_set_up(setup: ModuleType, stamp: str) -> None:
    setup.STAMP.parent.mkdir()
    setup.STAMP.write_text(stamp, encoding="utf-8")
    assert not setup._is_set_up((setup.LOCK,))


def test_what_is_started_is_led_nowhere_else(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "somewhere")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("HOME", "")
    environment = setup._environment()
    assert environment["PYTHONPATH"] == str(setup.CHECKOUT)
    assert not {"PIP_USER", "HOME"} & environment.keys()


def test_what_is_started_is_compiled_once(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    command = [sys.executable, "-c", "import sys; sys.exit(sys.dont_write_bytecode)"]
    assert subprocess.run(command, env=setup._environment(), check=False).returncode == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux leaves this to its packages")
def test_a_missing_library_that_may_not_be_installed_is_named_with_the_command(
    scripts: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    system = scripts["system_packages"]
    monkeypatch.setattr(system, "_ALWAYS", {"libnotthere.so.9": "libnotthere9"})
    monkeypatch.setattr(system, "_may_install", lambda: False)
    with pytest.raises(AnnotatorError, match="sudo apt-get install libnotthere9"):
        system.provide(for_tests=False, first_time=True)


def test_the_pythons_that_suit_are_those_of_the_project(scripts: dict[str, ModuleType]) -> None:
    suits = scripts["right_python"].suits
    assert [minor for minor in range(8, 20) if suits((3, minor))] == [11, 12, 13, 14]
    assert 'requires-python = ">=3.11,<3.15"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["run.py", "test.py", "right_python.py"])
def test_an_old_python_can_read_what_sends_it_away(name: str) -> None:
    ast.parse((ROOT / "packaging" / name).read_text(encoding="utf-8"), feature_version=(3, 7))


def test_only_the_standard_library_is_needed_to_set_up() -> None:
    look = "import sys; sys.path[:0] = sys.argv[1:]; import setup_environment; print(*{m.split('.')[0] for m in sys.modules})"
    command = [sys.executable, "-S", "-c", look, str(ROOT / "packaging"), str(ROOT)]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    own = {"setup_environment", "system_packages", "annotator", "__main__"}
    assert {m for m in set(said.stdout.split()) - own if m not in sys.stdlib_module_names} == set()


def test_the_shell_finds_the_check_that_runs_before_every_merge() -> None:
    script = ROOT / ".ci" / "run"
    assert script.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")
    assert "python3 packaging/test.py" in script.read_text(encoding="utf-8")
    if shutil.which("bash"):
        subprocess.run(["bash", "-n", str(script)], check=True)


def test_checks_that_run_beside_each_other_all_count_and_are_told_in_their_order(
    setup: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    programs = ["print('first')", "print('둘째', flush=True); raise SystemExit('wrong')", "print('third')"]
    commands = [[sys.executable, "-X", "utf8", "-c", program] for program in programs]
    assert setup._call_together(commands, os.environ) == [0, 1, 0]
    assert capsys.readouterr().out == "first\n둘째\nwrong\nthird\n"
