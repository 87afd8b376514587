"""Read a series with SimpleITK: `names` finds its files in order, `pixels` reads them into one volume."""

from __future__ import annotations

import sys
import time

import SimpleITK

from tests.benchmarks.peers import tell

folder, rounds = sys.argv[1], int(sys.argv[2])
names, pixels = [], []
for _ in range(rounds + 1):
    start = time.perf_counter()
    files = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(folder)
    found = time.perf_counter()
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(files)
    volume = reader.Execute()
    end = time.perf_counter()
    names.append(found - start)
    pixels.append(end - found)
tell(names=names[1:], pixels=pixels[1:], size=volume.GetSize())
