"""One process, one peer: loads a model, runs it, prints what was measured as one line of JSON.

    python measure.py PEER MODEL SIZE THREADS RUNS INPUT.npy OUTPUT.npy

`load` is from the file to a session that is ready, without importing the library; `baseline` is the process' peak
resident set before that, with the library imported.
"""
import importlib
import json
import os
import sys
import time

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def peak_kib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def main():
    peer, model, size, threads, runs, input_path, output_path = sys.argv[1:]
    size, threads, runs = int(size), int(threads), int(runs)
    os.environ["OMP_NUM_THREADS"] = str(threads)
    import numpy as np
    module = importlib.import_module("peers." + peer)
    image = np.load(input_path)
    if module.LAYOUT == "NCHW":
        image = np.ascontiguousarray(image.transpose(0, 3, 1, 2))
    baseline = peak_kib()

    start = time.perf_counter()
    run = module.load(model, size, threads)
    load = time.perf_counter() - start
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        output = run(image)
        times.append(time.perf_counter() - start)
    np.save(output_path, np.asarray(output, np.float32).reshape(size, size))
    print(json.dumps({
        "version": module.VERSION, "load": load, "first": times[0], "times": times[1:],
        "peak": peak_kib() * 1024, "baseline": baseline * 1024,
    }))


if __name__ == "__main__":
    main()
