"""The IterNet of a Keras weight file as an ONNX graph as PyTorch users would have it: NCHW, one output, no transposes."""
import re

import h5py
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def read_weights(path):
    """Kernels and biases by the names of their creation: conv2d_31, conv2d_transpose_2, out11, …"""
    weights = {}
    with h5py.File(path) as file:
        def visit(name, item):
            if isinstance(item, h5py.Dataset):
                layer, weight = name.split("/")[-2:]
                weights.setdefault(layer, {})[weight.split(":")[0]] = item[()]
        file.visititems(visit)
    return weights


class Builder:
    """Collects nodes in the order in which models/iternet.py creates its layers."""

    def __init__(self, weights):
        def numbered(pattern):
            found = [(int(match.group(1)), name) for name in weights if (match := re.fullmatch(pattern, name))]
            return iter([weights[name] for _, name in sorted(found)])
        self.weights = weights
        self.convolutions = numbered(r"conv2d_(\d+)")
        self.transposed = numbered(r"conv2d_transpose_(\d+)")
        self.nodes, self.initializers = [], []

    def add(self, operator, inputs, **attributes):
        output = "%s_%d" % (operator.lower(), len(self.nodes))
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def constant(self, array):
        name = "weight_%d" % len(self.initializers)
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def convolution(self, weight):
        kernel, bias = self.constant(weight["kernel"].transpose(3, 2, 0, 1)), self.constant(weight["bias"])
        pad = weight["kernel"].shape[0] // 2
        return lambda x: self.add("Conv", [x, kernel, bias], pads=[pad] * 4,
                                  kernel_shape=list(weight["kernel"].shape[:2]))

    def unit(self):
        convolution = self.convolution(next(self.convolutions))
        return lambda x: self.add("Relu", [convolution(x)])

    def up(self):
        weight = next(self.transposed)
        kernel, bias = self.constant(weight["kernel"].transpose(3, 2, 0, 1)), self.constant(weight["bias"])
        return lambda x: self.add("ConvTranspose", [x, kernel, bias], strides=[2, 2], kernel_shape=[2, 2])

    def pool(self, x):
        return self.add("MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2])

    def concat(self, tensors):
        return self.add("Concat", tensors, axis=1) if len(tensors) > 1 else tensors[0]


def iternet(builder, iterations):
    """The name of the final output's tensor; see models/iternet.py."""
    x, skips = "input", []
    for level in range(5):
        x = builder.pool(x) if level > 0 else x
        for _ in range(2):
            x = builder.unit()(x)
        skips.append(x)
    for level in (3, 2, 1, 0):
        x = builder.concat([builder.up()(x), skips[level]])
        for _ in range(2):
            x = builder.unit()(x)
    down = [[builder.unit(), builder.unit()] for _ in range(3)]
    rise = [(level, builder.up(), [builder.unit(), builder.unit()]) for level in (1, 0)]
    features = [skips[0]]
    for _ in range(iterations):
        levels = []
        for level, pair in enumerate(down):
            for unit in pair:
                x = unit(x)
            if level == 0:
                features.append(x)
                x = builder.convolution(next(builder.convolutions))(builder.concat(features))
            levels.append(x)
            x = builder.pool(x) if level < 2 else x
        for level, up, pair in rise:
            x = builder.concat([up(x), levels[level]])
            for unit in pair:
                x = unit(x)
    return builder.add("Sigmoid", [builder.convolution(builder.weights["final_out"])(x)])


def write(weights_path, shape, path):
    """Writes the graph for images of (height, width) pixels, opset 17."""
    weights = read_weights(weights_path)
    iterations = sum(1 for name in weights if re.fullmatch(r"out1\d+", name))
    builder = Builder(weights)
    output = iternet(builder, iterations)
    channels = next(w["kernel"].shape[2] for n, w in sorted(weights.items()) if n == "conv2d_1")
    graph = helper.make_graph(
        builder.nodes, "iternet",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, channels, *shape])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, [1, 1, *shape])], builder.initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)
