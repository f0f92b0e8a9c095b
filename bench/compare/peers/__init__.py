"""One module for each peer: VERSION, LAYOUT of its input, `prepare` (files, once) and `load` (what is timed).

    prepare(folder, size) -> the path that load takes
    load(path, size, threads) -> a function from an array to the array of the final output
"""
import os


def onnx_path(folder, size):
    return os.path.join(folder, "model-%d.onnx" % size)
