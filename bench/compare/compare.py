"""Measures Venule and its peers on one IterNet, phase by phase, and writes RESULTS.md with charts.

    python compare.py FOLDER --venule BINARIES [--phases settings 592 …] [--resume] [--rounds N] [--threads 1 2] [--out bench]

FOLDER holds what export.py wrote. Each phase leaves a file in FOLDER/results, and the report is made of all that are there:
a phase can be measured again alone, and `--phases report` measures nothing.
"""
import argparse
import functools
import os

import programs
import report
import store
from phases import growth, latency, layers, memory, settings

HERE = os.path.dirname(os.path.abspath(__file__))


def phases(options):
    """Name: what measures it."""
    return {
        "settings": settings.run,
        "128": functools.partial(latency.run, shape="128", rounds=options.rounds, runs=20, budget=1),
        "592": functools.partial(latency.run, shape="592", rounds=options.rounds, runs=5, budget=4),
        "960": functools.partial(latency.run, shape="960", rounds=max(1, options.rounds - 1), runs=2, budget=4),
        "layers": layers.run,
        "memory": memory.run,
        "growth": growth.run,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--venule", required=True, help="folder of venule and venule-run")
    parser.add_argument("--phases", nargs="+", help="some of: settings 128 592 960 layers memory growth report")
    parser.add_argument("--resume", action="store_true", help="leave out the phases that have results already")
    parser.add_argument("--rounds", type=int, default=3, help="one less at 960x960 (default 3)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--growth-threads", type=int, default=2)
    parser.add_argument("--peers", nargs="+", default=programs.PEERS, choices=programs.PEERS)
    parser.add_argument("--seconds", type=float, default=120, help="the most that a process may take (default 120)")
    parser.add_argument("--memory", type=float, default=0.75, help="the part of the machine's memory that a process may take")
    parser.add_argument("--out", default=os.path.dirname(HERE))
    options = parser.parse_args()
    options.folder = os.path.abspath(options.folder)
    options.store = store.Store(os.path.join(options.folder, "results"))

    known = phases(options)
    for name in options.phases or []:
        if name not in known and name != "report":
            parser.error("--phases: there is no phase '%s'" % name)
    memory_bytes = int(options.memory * store.machine()["memory"])
    bench = programs.Bench(options.folder, os.path.abspath(options.venule), memory_bytes, options.seconds)
    for name, measure in known.items():
        if options.phases is not None and name not in options.phases:
            continue
        if options.resume and options.store.load(name) is not None:
            programs.say(name, "is measured already")
            continue
        options.store.save(name, measure(bench, options))
    report.write(options.store, options.out)


if __name__ == "__main__":
    main()
