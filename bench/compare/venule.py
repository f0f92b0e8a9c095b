"""Venule's side of the comparison: the plans, and venule-run as the process that is measured."""
import os
import re
import subprocess
import tempfile

import numpy as np

#: Name in the report: options of `venule compile`. The same plan is run with every number of threads.
PLANS = {
    "Venule": [],
    "Venule, 96 MiB": ["--max-memory", "96MiB"],
}


def compile_plans(binaries, folder, sizes):
    """{(name, size): path, or the compiler's refusal}"""
    plans = {}
    for size in sizes:
        for name, options in PLANS.items():
            path = os.path.join(folder, "%s-%d.plan" % (re.sub(r"\W+", "-", name.lower()), size))
            done = subprocess.run(
                [os.path.join(binaries, "venule"), "compile", os.path.join(folder, "model.hdf5"), "-o", path,
                 "--input-shape", "1x%dx%dx3" % (size, size), *options], capture_output=True, text=True)
            plans[name, size] = path if done.returncode == 0 else RuntimeError(done.stderr.strip().splitlines()[0])
    return plans


def run(binaries, plan, folder, size, threads, runs):
    """As measure.py measures a peer; load, times and peak are those that `venule-run bench` reports of itself."""
    if isinstance(plan, RuntimeError):
        return {"failure": str(plan)}
    program = os.path.join(binaries, "venule-run")
    image = os.path.join(folder, "input-%d.npy" % size)
    done = subprocess.run([program, "bench", plan, "--input", image, "--runs", str(runs), "--threads", str(threads)],
                          capture_output=True, text=True)
    if done.returncode != 0:
        return {"failure": done.stderr.strip()}
    figures = dict(re.findall(r"^([a-z0-9 ]+?) ([0-9.]+)(?: ms| MiB)?$", done.stdout, re.MULTILINE))
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([program, "run", plan, "--input", image, "--output-dir", scratch, "--threads", str(threads)],
                       check=True, capture_output=True)
        output = np.load(os.path.join(scratch, "final_out.npy"))
    least, median = (float(figures[name]) * 1e-3 for name in ("minimum", "median"))
    return {
        "version": subprocess.run([program, "--version"], capture_output=True, text=True).stdout.split()[-1],
        "load": float(figures["load"]) * 1e-3,
        "first": float(figures["first"]) * 1e-3,
        "times": [least, median, median],
        "peak": float(figures["peak resident"]) * 2 ** 20,
        "baseline": 0.0,
        "output": output,
    }
