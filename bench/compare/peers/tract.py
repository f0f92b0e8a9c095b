"""tract, optimised (declutter, codegen); one thread, since it has no others."""
import importlib.metadata

from . import onnx_path

VERSION = importlib.metadata.version("tract")
LAYOUT = "NCHW"
prepare = onnx_path


def load(path, size, threads):
    import tract
    model = tract.onnx().load(path).into_model()
    runnable = model.into_runnable()
    return lambda image: runnable.run([image])[0].to_numpy()
