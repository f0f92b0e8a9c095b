"""Venule's side of the comparison: the plans, and venule-run as the process that is measured."""
import os
import re
import tempfile

import numpy as np

import processes
import shapes

#: Name in the report: options of `venule compile`. The same plan is run with every number of threads.
PLANS = {
    "Venule": [],
    "Venule, speed": ["--optimize", "speed"],
    "Venule, 96 MiB": ["--max-memory", "96MiB"],
    "Venule, 64 MiB, f16": ["--max-memory", "64MiB", "--weights", "f16"],
}
#: More time than any plan takes to compile.
COMPILE_SECONDS = 300


def program(bench, name="venule-run"):
    return os.path.join(bench.binaries, name)


def version(bench):
    return processes.run([program(bench), "--version"], 60, bench.memory).split()[-1]


def plans(bench):
    """PLANS, without those whose options this build does not know."""
    known = processes.run([program(bench, "venule"), "compile", "--help"], 60, bench.memory)
    return {name: options for name, options in PLANS.items()
            if all(option in known for option in options if option.startswith("--"))}


def compile_plan(bench, name, options, shape):
    """The plan's path, or the compiler's refusal."""
    path = os.path.join(bench.folder, "%s-%s.plan" % (re.sub(r"\W+", "-", name.lower()), shape))
    try:
        processes.run(
            [program(bench, "venule"), "compile", os.path.join(bench.folder, "model.hdf5"), "-o", path, "--input-shape",
             "1x%dx%dx3" % shapes.parse(shape), *options], COMPILE_SECONDS, bench.memory)
    except processes.Failed as failure:
        return processes.Failed("refused: does not fit" if str(failure).startswith("status 4") else str(failure))
    return path


def measure(bench, plan, shape, threads, runs):
    """As measure.py measures a peer; load, times and peak are those that `venule-run bench` reports of itself."""
    text = processes.run(
        [program(bench), "bench", plan, "--input", bench.input_path(shape), "--runs", str(max(1, runs)), "--threads", str(threads)],
        bench.seconds, bench.memory)
    figures = dict(re.findall(r"^([a-z0-9 ]+?) ([0-9.]+)(?: ms| MiB)?$", text, re.MULTILINE))
    return {
        "load": float(figures["load"]) * 1e-3,
        "first": float(figures["first"]) * 1e-3,
        "least": float(figures["minimum"]) * 1e-3,
        "median": float(figures["median"]) * 1e-3,
        "peak": float(figures["peak resident"]) * 2 ** 20,
        "baseline": 0.0,
    }


def output(bench, plan, shape, threads):
    """The final output."""
    with tempfile.TemporaryDirectory() as scratch:
        processes.run([program(bench), "run", plan, "--input", bench.input_path(shape), "--output-dir", scratch,
                       "--threads", str(threads)], bench.seconds, bench.memory)
        return np.load(os.path.join(scratch, "final_out.npy"))
