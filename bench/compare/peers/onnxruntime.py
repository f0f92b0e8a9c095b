"""ONNX Runtime, CPU execution provider, all graph optimisations."""
import onnxruntime

from . import onnx_path

VERSION = onnxruntime.__version__
LAYOUT = "NCHW"
prepare = onnx_path


def load(path, size, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda image: session.run(None, {"input": image})[0]
