"""Fuzz one target for a while: `python -m tests.faults.fuzz.campaign TARGET --seconds 600 --seed 1 --into FOLDER`.

Coverage-guided with atheris (libFuzzer) where it is installed, on Linux; else bytes are damaged by hand.  What is found is kept in
`FOLDER/found`, one input for each place in the product where something was raised; the number of inputs is printed in the end.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import random
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

MOST_MEMORY = 1500
"""Megabytes."""
_LONGEST = 1 << 16
_SALT = (
    *(b"nan", b"-1", b"1e308", b"0", b"9" * 25, b"\0", b"\xff" * 4, b"\x00\x00\xff\x7f"),
    *(b"\n", b"<", b"&", b'"', b",", b"[", b"{", b"]", b"}", b"\\"),
)


def signature(error: BaseException) -> str:
    """Where in the product something was raised, and what: `TypeError formats/coco.py:12`."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if f"{os.sep}annotator{os.sep}" in frame.filename]
    where = frames[-1] if frames else traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} {'/'.join(Path(where.filename).parts[-2:])}:{where.lineno}"


class Findings:
    """Keeps one input for each place where something was raised."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.seen, self.inputs = folder, set[str](), 0
        folder.mkdir(parents=True, exist_ok=True)

    def trying(self, read: Callable[[bytes], None]) -> Callable[[bytes], None]:
        """Return `read` as the fuzzer calls it: what it raises is kept, and fuzzing goes on."""

        def attempt(content: bytes) -> None:
            self.inputs += 1
            try:
                read(content)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
                self._keep(content, error)

        return attempt

    def _keep(self, content: bytes, error: Exception) -> None:
        name = signature(error)
        if name in self.seen:
            return
        self.seen.add(name)
        digest = hashlib.sha256(content).hexdigest()[:16]
        (self._folder / f"{digest}.bin").write_bytes(content)
        (self._folder / f"{digest}.txt").write_text(name + "\n\n" + "".join(traceback.format_exception(error)), "utf-8")


def damaged(seeds: Sequence[bytes], chance: random.Random) -> Iterator[bytes]:
    """Endless damaged inputs: bits turned over, pieces cut, doubled, moved, exchanged between seeds, and awkward tokens put in."""
    while True:
        content = bytearray(chance.choice(seeds))
        for _ in range(chance.choice((1, 1, 2, 4, 16))):
            if len(content) < 2:
                break
            place, length = chance.randrange(1, len(content)), chance.choice((1, 1, 2, 4, 16, 256))
            match chance.randrange(6):
                case 0:
                    content[place] ^= 1 << chance.randrange(8)
                case 1:
                    del content[place : place + length]
                case 2:
                    content[place:place] = content[place : place + length] * chance.choice((1, 2, 50))
                case 3:
                    content[place : place + chance.choice((0, length))] = chance.choice(_SALT)
                case 4:
                    other = chance.choice(seeds)
                    begin = chance.randrange(len(other) or 1)
                    content[place : place + length] = other[begin : begin + length]
                case _:
                    content[place:] = content[place:][: chance.randrange(1 << 12)]
        yield bytes(content[: 4 * _LONGEST])


def main(words: Sequence[str] | None = None) -> int:
    """Fuzz; returns how many places were found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--inside", action="store_true", help="be the process that libFuzzer ends when an input takes too much")
    asked = parser.parse_args(words)
    if asked.inside:
        return _inside(asked)
    guided = importlib.util.find_spec("atheris") is not None
    begin, runs, killed = time.monotonic(), 0, 0
    while (left := asked.seconds - (time.monotonic() - begin)) > 1:
        command = [sys.executable, "-m", __spec__.name, asked.target, "--seconds", str(int(left)), "--seed", str(asked.seed + runs)]
        done = subprocess.run([*command, "--into", str(asked.into), "--inside"], check=False)
        runs += 1
        killed += done.returncode != 0
    found = sorted((asked.into / "found").glob("*.txt"))
    hard = [path for kind in ("crash", "oom", "timeout", "leak") for path in asked.into.glob(f"{kind}-*")]
    inputs = sum(int(path.read_text()) for path in asked.into.glob("inputs-*"))
    way = "coverage-guided" if guided else "damaged by hand"
    told = [
        f"{asked.target}: {inputs} inputs {way} in {time.monotonic() - begin:.0f} s, seed {asked.seed}; {runs} processes, {killed} ended by"
        f" libFuzzer; raised at {len(found)} places, {len(hard)} too slow or too large",
        *(f"    {path.read_text('utf-8').splitlines()[0]} {path.with_suffix('.bin').name}" for path in found),
    ]
    sys.stdout.write("\n".join(told) + "\n")
    return len(found) + len(hard)


def _inside(asked: argparse.Namespace) -> int:
    os.environ["ANNOTATOR_HOME"] = str(asked.into / "home")
    if importlib.util.find_spec("atheris") is not None:
        return _guided(asked)
    from tests.faults.fuzz.targets import TARGETS, Place

    Place.folder = asked.into
    target, findings = TARGETS[asked.target], Findings(asked.into / "found")
    attempt = findings.trying(target)
    end = time.monotonic() + asked.seconds
    for content in damaged(target.seeds(), random.Random(asked.seed)):
        attempt(content)
        if time.monotonic() > end:
            break
    (asked.into / f"inputs-{os.getpid()}").write_text(str(findings.inputs))
    return 0


def _guided(asked: argparse.Namespace) -> int:
    import atheris

    with atheris.instrument_imports(include=["annotator"], enable_loader_override=False):
        from tests.faults.fuzz.targets import TARGETS, Place
    Place.folder = asked.into
    target, findings = TARGETS[asked.target], Findings(asked.into / "found")
    corpus = asked.into / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, content in enumerate(target.seeds()):
        (corpus / f"seed-{number}").write_bytes(content[:_LONGEST])
    attempt = findings.trying(target)

    def counted(content: bytes) -> None:
        attempt(content)
        if findings.inputs % 256 == 0:
            (asked.into / f"inputs-{os.getpid()}").write_text(str(findings.inputs))

    limits = [f"-max_total_time={asked.seconds}", "-timeout=30", f"-rss_limit_mb={MOST_MEMORY}", f"-max_len={_LONGEST}"]
    limits += [f"-seed={asked.seed}", "-print_final_stats=0", "-verbosity=0", f"-artifact_prefix={asked.into}/"]
    atheris.Setup([sys.argv[0], *limits, str(corpus)], counted)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    raise SystemExit(1 if main() else 0)
