"""LiteRT (TensorFlow Lite), f32."""
import importlib.metadata
import os

import shapes

LIBRARY = "ai_edge_litert.interpreter"
VERSION = importlib.metadata.version("ai-edge-litert")
LAYOUT = "NHWC"
SETTINGS = {
    "XNNPACK": {},
    "XNNPACK, latest features": {"experimental_default_delegate_latest_features": True},
    "built-in kernels": {"resolver": "BUILTIN_WITHOUT_DEFAULT_DELEGATES"},
}


def prepare(folder, shape):
    return os.path.join(folder, "model-%s.tflite" % shapes.label(shape))


def load(path, shape, threads, setting):
    from ai_edge_litert.interpreter import Interpreter, OpResolverType
    options = dict(setting)
    resolver = OpResolverType[options.pop("resolver", "AUTO")]
    interpreter = Interpreter(path, num_threads=threads, experimental_op_resolver_type=resolver, **options)
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    result = interpreter.get_output_details()[0]["index"]

    def run(image):
        interpreter.set_tensor(source, image)
        interpreter.invoke()
        return interpreter.get_tensor(result)
    return run
