"""Writes layers/: what the layers of some models give, as their own libraries compute it.

    python make_layer_values.py keras    tensorflow-cpu 2.17.1, tf_keras 2.17.0
    python make_layer_values.py onnx     onnxruntime 1.20.1, onnx 1.17.0

An archive has the input under its name, and each value under the layer's or value's own name.
"""
import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "layers")
os.makedirs(OUT, exist_ok=True)


def keras():
    import tf_keras

    model = tf_keras.models.load_model(os.path.join(HERE, "keras/tf-keras/unet_up/model.h5"), compile=False)
    x = np.random.default_rng(7).random((1, 12, 8, 3), dtype=np.float32)
    layers = [layer for layer in model.layers if not isinstance(layer, tf_keras.layers.InputLayer)]
    values = tf_keras.Model(model.inputs, [layer.output for layer in layers]).predict(x)
    arrays = dict(zip([layer.name for layer in layers], values))
    np.savez_compressed(os.path.join(OUT, "unet_up"), **{model.input_names[0]: x}, **arrays)


def onnx():
    import onnx
    import onnxruntime

    model = onnx.load(os.path.join(HERE, "onnx/networks/pytorch_iternet.onnx"))
    model = onnx.shape_inference.infer_shapes(model)
    known = {output.name for output in model.graph.output}
    # What is computed for shapes alone is of another type.
    types = {value.name: value for value in model.graph.value_info}
    names = [name for node in model.graph.node for name in node.output if name in types and name not in known]
    names = [name for name in names if types[name].type.tensor_type.elem_type == onnx.TensorProto.FLOAT]
    model.graph.output.extend(types[name] for name in names)
    options = onnxruntime.SessionOptions()
    # Otherwise values that are asked for would keep operations apart, and others come out than in use; each is computed as it stands.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    x = np.random.default_rng(7).random((1, 3, 16, 16), dtype=np.float32)
    outputs = [output.name for output in session.get_outputs()]
    values = session.run(outputs, {"image": x})
    np.savez_compressed(os.path.join(OUT, "pytorch_iternet"), image=x, **dict(zip(outputs, values)))


{"keras": keras, "onnx": onnx}[sys.argv[1]]()
