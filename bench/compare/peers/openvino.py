"""OpenVINO, CPU plugin, f32 (it would take bfloat16 where the CPU has it)."""
import importlib.metadata

from . import onnx_path

LIBRARY = "openvino"
VERSION = importlib.metadata.version("openvino")
LAYOUT = "NCHW"
SETTINGS = {
    "latency, pinned": {"PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1, "ENABLE_CPU_PINNING": True},
    "latency, not pinned": {"PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1, "ENABLE_CPU_PINNING": False},
    "throughput": {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": 1},
}
prepare = onnx_path


def load(path, shape, threads, setting):
    import openvino
    compiled = openvino.Core().compile_model(
        path, "CPU", {"INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32", **setting})
    request = compiled.create_infer_request()
    return lambda image: request.infer({0: image})[0]
