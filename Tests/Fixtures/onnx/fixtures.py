"""What the scripts here share: a model with its values as two ONNX files.

NAME.onnx is the model; NAME.values.onnx a graph without nodes whose outputs are constants: `input:NAME`, `bind:NAME` (an input
that is given when the model is read) and `output:NAME`, what ONNX Runtime makes of them, or the onnx package's reference.
"""

import onnx
import onnxruntime
from onnx import helper, numpy_helper


def save(path, model, inputs, bound=(), reference=False):
    """Writes a model with inputs, by name, and what ONNX Runtime or the reference makes of them."""
    if isinstance(model, bytes):
        model = onnx.load_from_string(model)
    data = model.SerializeToString()
    names = [output.name for output in model.graph.output]
    outputs = referenced(model, inputs) if reference else run(data, names, inputs)
    tensors = [
        numpy_helper.from_array(array, ("bind:" if name in bound else "input:") + name) for name, array in inputs.items()
    ]
    tensors += [numpy_helper.from_array(array, "output:" + name) for name, array in zip(names, outputs)]
    results = [helper.make_tensor_value_info(t.name, t.data_type, list(t.dims)) for t in tensors]
    graph = helper.make_graph([], "values", [], results, tensors)
    with open(path + ".onnx", "wb") as file:
        file.write(data)
    values = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    with open(path + ".values.onnx", "wb") as file:
        file.write(values.SerializeToString())


def referenced(model, inputs):
    from onnx.reference import ReferenceEvaluator

    return ReferenceEvaluator(model).run(None, inputs)


def run(data, names, inputs):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    return session.run(names, inputs)
