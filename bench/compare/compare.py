"""Times Venule and its peers on one IterNet, in interleaved processes, and writes RESULTS.md with charts.

    python compare.py FOLDER --venule BINARIES [--sizes 128 592 960] [--threads 1 2] [--rounds 5] [--runs 5] [--out bench]

FOLDER holds what export.py wrote. A round runs each program once, as a process of its own, one after the other, so
that other work on the machine meets all alike; a figure is the median over the rounds, a time the least of a round.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

import numpy as np

import onnx_export
import report
import venule

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = ["onnxruntime", "openvino", "mnn", "ncnn", "litert", "tract"]
#: tract has no threads of its own.
SINGLE_THREADED = {"tract"}


def prepare(folder, sizes):
    """Files of every peer: {(peer, size): path}. Each in a process, since the libraries do not all get along."""
    paths = {}
    for size in sizes:
        onnx_path = os.path.join(folder, "model-%d.onnx" % size)
        if not os.path.exists(onnx_path):
            onnx_export.write(os.path.join(folder, "model.hdf5"), size, onnx_path)
        for peer in PEERS:
            code = "import importlib; print(importlib.import_module('peers.%s').prepare(%r, %d))" % (peer, folder, size)
            done = subprocess.run([sys.executable, "-c", code], cwd=HERE, capture_output=True, text=True, check=True)
            paths[peer, size] = done.stdout.strip().splitlines()[-1]
    return paths


def run_peer(peer, path, folder, size, threads, runs):
    output = os.path.join(folder, "output-%s.npy" % peer)
    command = [sys.executable, "measure.py", peer, path, str(size), str(threads), str(runs),
               os.path.join(folder, "input-%d.npy" % size), output]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        return {"failure": "status %d: %s" % (done.returncode, last)}
    result = json.loads(done.stdout.strip().splitlines()[-1])
    result["difference"] = difference(np.load(output), folder, size)
    return result


def difference(output, folder, size):
    """The largest difference from Keras' result."""
    keras = np.load(os.path.join(folder, "keras-%d.npy" % size))
    return float(np.abs(output.reshape(keras.shape).astype(np.float64) - keras).max())


def measure(arguments, paths, plans):
    """{(size, threads, program): [result of each round]}"""
    results = {}
    for size in arguments.sizes:
        for threads in arguments.threads:
            for _ in range(arguments.rounds):
                for program in list(venule.PLANS) + PEERS:
                    if program in SINGLE_THREADED and threads > 1:
                        continue
                    if program in venule.PLANS:
                        result = venule.run(arguments.venule, plans[program, size], arguments.folder, size, threads,
                                            arguments.runs)
                        if "output" in result:
                            result["difference"] = difference(result.pop("output"), arguments.folder, size)
                    else:
                        result = run_peer(program, paths[program, size], arguments.folder, size, threads, arguments.runs)
                    results.setdefault((size, threads, program), []).append(result)
                    print(size, threads, program, result.get("failure") or "%.1f ms" % (1e3 * min(result["times"])),
                          flush=True)
    return results


def summarise(rounds):
    """The median over the rounds of each figure."""
    failures = [r["failure"] for r in rounds if "failure" in r]
    if failures:
        return {"failure": failures[0]}
    median = statistics.median
    return {
        "version": rounds[0]["version"],
        "load": median(r["load"] for r in rounds),
        "first": median(r["first"] for r in rounds),
        "least": median(min(r["times"]) for r in rounds),
        "median": median(median(r["times"]) for r in rounds),
        "peak": median(r["peak"] for r in rounds),
        "baseline": median(r["baseline"] for r in rounds),
        "difference": max(r["difference"] for r in rounds),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--venule", required=True, help="folder of venule and venule-run")
    parser.add_argument("--sizes", type=int, nargs="+", default=[128, 592, 960])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--out", default=os.path.dirname(HERE))
    arguments = parser.parse_args()
    arguments.folder = os.path.abspath(arguments.folder)

    paths = prepare(arguments.folder, arguments.sizes)
    plans = venule.compile_plans(arguments.venule, arguments.folder, arguments.sizes)
    results = measure(arguments, paths, plans)
    report.write(arguments, {key: summarise(rounds) for key, rounds in results.items()})


if __name__ == "__main__":
    main()
