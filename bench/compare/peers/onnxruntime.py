"""ONNX Runtime, CPU execution provider. All graph optimisations include its NCHWc layout, the extended ones do not."""
import importlib.metadata

from . import onnx_path

LIBRARY = "onnxruntime"
VERSION = importlib.metadata.version("onnxruntime")
LAYOUT = "NCHW"
SETTINGS = {
    "all optimisations, arena, memory pattern": {},
    "all optimisations, no arena": {"enable_cpu_mem_arena": False},
    "all optimisations, no memory pattern": {"enable_mem_pattern": False},
    "extended optimisations": {"level": "ORT_ENABLE_EXTENDED"},
}
prepare = onnx_path


def load(path, shape, threads, setting):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = getattr(
        onnxruntime.GraphOptimizationLevel, setting.get("level", "ORT_ENABLE_ALL"))
    options.enable_cpu_mem_arena = setting.get("enable_cpu_mem_arena", True)
    options.enable_mem_pattern = setting.get("enable_mem_pattern", True)
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda image: session.run(None, {"input": image})[0]
