"""tract, optimised (declutter, codegen); one thread, since its Python package has no others."""
import importlib.metadata

from . import onnx_path

LIBRARY = "tract"
VERSION = importlib.metadata.version("tract")
LAYOUT = "NCHW"
SETTINGS = {"default": {}}
prepare = onnx_path


def load(path, shape, threads, setting):
    import tract
    model = tract.onnx().load(path).into_model()
    runnable = model.into_runnable()
    return lambda image: runnable.run([image])[0].to_numpy()
