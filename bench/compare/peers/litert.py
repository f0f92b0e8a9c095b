"""LiteRT (TensorFlow Lite) with the XNNPACK delegate, f32."""
import importlib.metadata
import os

VERSION = importlib.metadata.version("ai-edge-litert")
LAYOUT = "NHWC"


def prepare(folder, size):
    return os.path.join(folder, "model-%d.tflite" % size)


def load(path, size, threads):
    from ai_edge_litert.interpreter import Interpreter
    interpreter = Interpreter(path, num_threads=threads)
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    result = interpreter.get_output_details()[0]["index"]

    def run(image):
        interpreter.set_tensor(source, image)
        interpreter.invoke()
        return interpreter.get_tensor(result)
    return run
