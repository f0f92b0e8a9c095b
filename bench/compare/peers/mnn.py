"""MNN, CPU, f32 ("precision high" keeps it from bfloat16), its converter's default optimisation."""
import importlib.metadata
import os
import subprocess
import sys

import shapes

from . import onnx_path

LIBRARY = "MNN"
VERSION = importlib.metadata.version("MNN")
LAYOUT = "NCHW"
#: MNN's Interpreter::HintMode (include/MNN/Interpreter.hpp).
WINOGRAD_MEMORY_LEVEL = 3
SETTINGS = {
    "memory normal": {},
    "memory high, power high": {"config": {"memory": "high", "power": "high"}},
    "memory low": {"config": {"memory": "low"}},
    "Winograd memory level 0": {"hint": (WINOGRAD_MEMORY_LEVEL, 0)},
}


def prepare(folder, shape):
    path = os.path.join(folder, "model-%s.mnn" % shapes.label(shape))
    if not os.path.exists(path):
        subprocess.run([os.path.join(os.path.dirname(sys.executable), "mnnconvert"), "-f", "ONNX", "--modelFile",
                        onnx_path(folder, shape), "--MNNModel", path, "--bizCode", "bench"],
                       check=True, stdout=subprocess.DEVNULL)
    return path


def load(path, shape, threads, setting):
    import MNN
    config = {"backend": "CPU", "numThread": threads, "precision": "high", **setting.get("config", {})}
    runtime = MNN.nn.create_runtime_manager((config,))
    if "hint" in setting:
        runtime.set_hint(*setting["hint"])
    network = MNN.nn.load_module_from_file(path, ["input"], [], runtime_manager=runtime)

    def run(image):
        variable = MNN.expr.placeholder(list(image.shape), MNN.expr.NCHW)
        variable.write(image)
        return MNN.expr.convert(network.forward([MNN.expr.convert(variable, MNN.expr.NC4HW4)])[0], MNN.expr.NCHW).read()
    return run
