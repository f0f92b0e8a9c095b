"""MNN, CPU, f32 ("precision high" keeps it from bfloat16), its converter's default optimisation."""
import importlib.metadata
import os
import subprocess
import sys

from . import onnx_path

VERSION = importlib.metadata.version("MNN")
LAYOUT = "NCHW"


def prepare(folder, size):
    path = os.path.join(folder, "model-%d.mnn" % size)
    if not os.path.exists(path):
        subprocess.run([os.path.join(os.path.dirname(sys.executable), "mnnconvert"), "-f", "ONNX", "--modelFile",
                        onnx_path(folder, size), "--MNNModel", path, "--bizCode", "bench"],
                       check=True, stdout=subprocess.DEVNULL)
    return path


def load(path, size, threads):
    import MNN
    runtime = MNN.nn.create_runtime_manager(({"backend": "CPU", "numThread": threads, "precision": "high"},))
    network = MNN.nn.load_module_from_file(path, ["input"], [], runtime_manager=runtime)

    def run(image):
        variable = MNN.expr.placeholder(list(image.shape), MNN.expr.NCHW)
        variable.write(image)
        return MNN.expr.convert(network.forward([MNN.expr.convert(variable, MNN.expr.NC4HW4)])[0], MNN.expr.NCHW).read()
    return run
