"""One process, one peer: loads a model, runs it, prints what was measured as one line of JSON.

    python measure.py PEER SETTING MODEL SHAPE THREADS RUNS BUDGET INPUT.npy OUTPUT.npy

`load` is from the file to a session that is ready, without importing the library; `baseline` is the process' peak
resident set before that, with the library imported. RUNS runs follow the first one, fewer where they would take more than
BUDGET seconds, but one at least; with RUNS 0 the first one is all.
"""
import importlib
import json
import os
import statistics
import sys
import time


def peak_bytes():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024


def main():
    peer, setting, model, shape, threads, runs, budget, input_path, output_path = sys.argv[1:]
    threads, runs, budget = int(threads), int(runs), float(budget)
    import numpy as np
    import shapes
    height, width = shapes.parse(shape)
    module = importlib.import_module("peers." + peer)
    environment = module.SETTINGS[setting].get("environment", {})
    os.environ.update({"OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "PASSIVE", **environment})
    importlib.import_module(module.LIBRARY)
    image = np.load(input_path)
    if module.LAYOUT == "NCHW":
        image = np.ascontiguousarray(image.transpose(0, 3, 1, 2))
    baseline = peak_bytes()

    start = time.perf_counter()
    run = module.load(model, (height, width), threads, module.SETTINGS[setting])
    load = time.perf_counter() - start
    times = []
    begin = time.perf_counter()
    while len(times) < 1 + min(runs, 1) or (len(times) < runs + 1 and time.perf_counter() - begin < budget):
        start = time.perf_counter()
        output = run(image)
        times.append(time.perf_counter() - start)
    peak = peak_bytes()
    np.save(output_path, np.asarray(output, np.float32).reshape(height, width))
    measured = times[1:] or times
    print(json.dumps({
        "load": load, "first": times[0], "least": min(measured), "median": statistics.median(measured),
        "peak": peak, "baseline": baseline,
    }))


if __name__ == "__main__":
    main()
