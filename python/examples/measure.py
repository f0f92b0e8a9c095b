#!/usr/bin/env python3
"""Measures what the engines cost beside a plain loop.

    python measure.py PLAN PICTURE [--count 48] [--rounds 3] [--engines loop,dask-2]

PICTURE is resized to COUNT slightly different photographs. Each round runs the engines one after the other: once into an
empty folder and once more, where every photograph is finished. Printed are the least times of all rounds, by the clock and
of the processors in all processes together. The latter are comparable on a machine that does other work too.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
ENGINES = {
    "loop": ["-m", "venule.cohort"],
    "dask-1": [str(HERE / "cohort_dask.py"), "--workers", "1"],
    "dask-2": [str(HERE / "cohort_dask.py"), "--workers", "2"],
    "spark-1": [str(HERE / "cohort_spark.py"), "--master", "local[1]"],
    "spark-2": [str(HERE / "cohort_spark.py"), "--master", "local[2]"],
}
PR_SET_CHILD_SUBREAPER = 36


def processor_seconds() -> float:
    """Of all processes that have ended."""
    try:
        while True:
            os.wait()  # Spark's Java outlives the process that has started it.
    except ChildProcessError:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime


def measured(command: list[str]) -> tuple[float, float]:
    before, start = processor_seconds(), time.perf_counter()
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"})
    seconds = time.perf_counter() - start
    return seconds, processor_seconds() - before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("plan")
    parser.add_argument("picture")
    parser.add_argument("--count", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engines", default=",".join(ENGINES), help="separated by commas (default: all)")
    given = parser.parse_args()
    engines = given.engines.split(",")
    # So that processes whose parents have ended are counted here.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    times: dict[tuple[str, str], list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        photographs = Path(scratch, "photographs")
        photographs.mkdir()
        with Image.open(given.picture) as picture:
            for index in range(given.count):
                picture.resize((picture.width - index, picture.height)).save(photographs / f"{index:04}.jpg", quality=92)
        for number in range(given.rounds):
            for engine in engines:
                command = [sys.executable, *ENGINES[engine], given.plan, str(photographs), "-o", str(Path(scratch, f"{number} {engine}"))]
                for run in ("made", "kept"):
                    times.setdefault((engine, run), []).append(measured(command))
    for engine in engines:
        for run in ("made", "kept"):
            clock, processors = (min(each) for each in zip(*times[engine, run]))
            print(f"{engine:8} {given.count} {run}: {clock:7.1f} s, processors {processors:7.1f} s, "
                  f"{given.count / clock:6.2f} a second")


if __name__ == "__main__":
    main()
