"""OpenVINO, CPU plugin, f32, tuned for latency."""
import openvino

from . import onnx_path

VERSION = openvino.__version__.split("-")[0]
LAYOUT = "NCHW"
prepare = onnx_path


def load(path, size, threads):
    compiled = openvino.Core().compile_model(path, "CPU", {
        "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",
    })
    request = compiled.create_infer_request()
    return lambda image: request.infer({0: image})[0]
