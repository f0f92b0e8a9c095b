"""ncnn, f32 (its half-precision storage and arithmetic switched off), converted by pnnx."""
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile

from . import onnx_path

LIBRARY = "ncnn"
VERSION = importlib.metadata.version("ncnn")
LAYOUT = "NCHW"
SETTINGS = {
    "Winograd, sgemm, packing": {},
    "threads that spin": {"environment": {"OMP_WAIT_POLICY": "ACTIVE"}},
    "without Winograd F(6,3)": {"options": {"use_winograd63_convolution": False}},
    "without Winograd": {"options": {"use_winograd_convolution": False}},
    "without sgemm": {"options": {"use_sgemm_convolution": False}},
    "without packing": {"options": {"use_packing_layout": False}},
}
#: The network has no sizes in it: one conversion serves all.
CONVERTED = (128, 128)


def prepare(folder, shape):
    path = os.path.join(folder, "model.ncnn.param")
    if not os.path.exists(path):
        with tempfile.TemporaryDirectory() as scratch:
            shutil.copy(onnx_path(folder, CONVERTED), os.path.join(scratch, "model.onnx"))
            subprocess.run([os.path.join(os.path.dirname(sys.executable), "pnnx"), "model.onnx", "fp16=0",
                            "inputshape=[1,3,%d,%d]" % CONVERTED],
                           cwd=scratch, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            shutil.move(os.path.join(scratch, "model.ncnn.bin"), path.replace(".param", ".bin"))
            shutil.move(os.path.join(scratch, "model.ncnn.param"), path)
    return path


def load(path, shape, threads, setting):
    import ncnn
    import numpy as np
    network = ncnn.Net()
    options = network.opt
    options.num_threads = threads
    options.use_vulkan_compute = False
    for option in ("use_fp16_packed", "use_fp16_storage", "use_fp16_arithmetic", "use_bf16_storage", "use_int8_inference"):
        setattr(options, option, False)
    for option, value in setting.get("options", {}).items():
        setattr(options, option, value)
    network.load_param(path)
    network.load_model(path.replace(".param", ".bin"))

    def run(image):
        extractor = network.create_extractor()
        extractor.input("in0", ncnn.Mat(image[0]))
        return np.array(extractor.extract("out0")[1])
    return run
