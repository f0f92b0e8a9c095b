"""Each operation's speed at 592x592 on one thread, beside what a core can do at most."""
import json
import os
import re
import shutil

import processes
import programs
import venule

SHAPE = "592"
RUNS = 10
PLANS = ["Venule", "Venule, speed"]


def run(bench, options):
    flags = venule.plans(bench)
    plans = {}
    for name in PLANS:
        path = venule.compile_plan(bench, name, flags[name], SHAPE)
        if isinstance(path, processes.Failed):
            raise path
        text = processes.run(
            [venule.program(bench, "venule"), "bench", path, "--input", bench.input_path(SHAPE), "--runs", str(RUNS), "--threads",
             "1", "--per-operation", "--json"], bench.seconds, bench.memory)
        plans[name] = json.loads(text)
        programs.say("layers", name, "%.1f ms" % (1e3 * plans[name]["medianSeconds"]))
    most = peak(bench)
    programs.say("layers", "%.1f GFLOP/s at most" % most)
    return {"plans": plans, "peak": most, "versions": {"Venule": venule.version(bench)}}


def peak(bench):
    """GFLOP/s of independent fused multiply-adds in registers, by bench/convolution.c."""
    root = os.path.join(programs.HERE, "..", "..")
    built = os.path.join(bench.folder, "convolution")
    kernels = os.path.join(root, "Sources", "Kernels")
    sources = [os.path.join(kernels, name) for name in sorted(os.listdir(kernels)) if name.endswith(".c")]
    compiler = shutil.which("clang") or "cc"
    processes.run(
        [compiler, "-O3", "-ffp-contract=off", "-fno-math-errno", "-w", "-I", os.path.join(kernels, "include"), *sources,
         os.path.join(root, "bench", "convolution.c"), "-o", built], 300, bench.memory)
    # No shape has this label, so that only the peak is measured; without a known instruction set it takes the best.
    text = processes.run([built, os.environ.get("VENULE_ISA", "best"), "0", "no shape"], 60, bench.memory)
    return float(re.search(r"peak ([0-9.]+) GFLOP/s", text).group(1))

