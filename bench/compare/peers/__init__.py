"""One module for each peer: LIBRARY to import, VERSION, LAYOUT of its input, SETTINGS worth trying (the first is the library's own default, as far as
f32 and the thread count allow), `prepare` (files, once) and `load` (what is timed).

    prepare(folder, shape) -> the path that load takes
    load(path, shape, threads, setting) -> a function from an array to the array of the final output

A setting's "environment" holds variables that are set before the library is imported.
"""
import os

import shapes


def onnx_path(folder, shape):
    return os.path.join(folder, "model-%s.onnx" % shapes.label(shape))
