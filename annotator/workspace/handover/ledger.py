"""Keep what a delivery has made, on disk, so that a killed one goes on and memory does not grow with the number of files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from annotator import strict_json
from annotator.workspace import wal
from annotator.workspace.handover.carried import Carried

NAME = ".delivery.sqlite"
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS carried (id TEXT PRIMARY KEY, stamp TEXT, patient TEXT, modality TEXT, class TEXT, images INTEGER, "
    "annotated INTEGER, categories TEXT)",
    "CREATE TABLE IF NOT EXISTS file (path TEXT PRIMARY KEY, digest TEXT, size INTEGER, id TEXT) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS of_case ON file (id)",
)


class Ledger:
    """What is there in the folder of an unfinished delivery; used in one thread.  Raises sqlite3.Error where its file is damaged."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._database = folder, wal.connected(folder / NAME, 5.0)
        for line in _SCHEMA:
            self._database.execute(line)

    def known(self, case: str, stamp: str) -> bool:
        """Whether a case is there as it is now, with all its files."""
        row = self._database.execute("SELECT stamp FROM carried WHERE id = ?", (case,)).fetchone()
        if row is None or row[0] != stamp:
            return False
        files = self._database.execute("SELECT path, size FROM file WHERE id = ?", (case,))
        return all(_size(self._folder / path) == size for path, size in files)

    def keep(self, made: Carried, stamp: str) -> None:
        """Note what was made of a case, in the place of what was known of it; files that it has no longer are taken away."""
        with self._database:
            before = {path for (path,) in self._database.execute("SELECT path FROM file WHERE id = ?", (made.case,))}
            self._database.execute("DELETE FROM file WHERE id = ?", (made.case,))
            rows = ((path, digest, size, made.case) for path, (digest, size) in made.files.items())
            self._database.executemany("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)", rows)
            told = (made.case, stamp, made.patient, made.modality, made.class_folder, made.images, made.annotated,
                    json.dumps(made.categories))  # fmt: skip
            self._database.execute("INSERT OR REPLACE INTO carried VALUES (?, ?, ?, ?, ?, ?, ?, ?)", told)
        for path in before - set(made.files):
            (self._folder / path).unlink(missing_ok=True)

    def add(self, path: str, digest: str, size: int) -> None:
        """Note a file that belongs to no case."""
        with self._database:
            self._database.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, '')", (path, digest, size))

    def only(self, cases: set[str]) -> None:
        """Take away what is of other cases, left by a run before."""
        gone = [case for (case,) in self._database.execute("SELECT id FROM carried") if case not in cases]
        for case in gone:
            self.keep(Carried(case), "")
            with self._database:
                self._database.execute("DELETE FROM carried WHERE id = ?", (case,))

    def files(self) -> Iterator[tuple[str, str, int]]:
        """Yield path, SHA-256 and size of every file, by path."""
        yield from self._database.execute("SELECT path, digest, size FROM file ORDER BY path")

    def amounts(self) -> list[tuple[str, str, int, int, int, int]]:
        """Return modality, class, and how many cases, patients, images and annotated images there are of it."""
        counts = "count(*), count(DISTINCT patient), sum(images), sum(annotated)"
        asked = f"SELECT modality, class, {counts} FROM carried GROUP BY modality, class"
        return list(self._database.execute(asked))

    def categories(self) -> dict[str, int]:
        """Return how many annotations of each category (key) there are."""
        found: dict[str, int] = {}
        for (told,) in self._database.execute("SELECT categories FROM carried"):
            for key, count in strict_json.loads(told).items():
                found[key] = found.get(key, 0) + count
        return found

    def patients(self) -> tuple[str, ...]:
        """Return the pseudonymous ids of the patients, in order."""
        return tuple(patient for (patient,) in self._database.execute("SELECT DISTINCT patient FROM carried ORDER BY patient"))

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
