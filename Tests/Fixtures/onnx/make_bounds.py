"""Writes bounds/: tiny models that ask for much more than their size. `venule compile` refuses them, except those in ACCEPTED,
which it compiles in a fraction of a second.

    python3.11 -m venv .venv && .venv/bin/pip install -r requirements.txt && .venv/bin/python make_bounds.py
"""

import os

import numpy as np
from onnx import TensorProto, helper, numpy_helper

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bounds")
# Their file names begin so.
ACCEPTED = "compiles_"


def make(name, nodes, shape, constants=None, element=TensorProto.FLOAT, opset=18, result=TensorProto.FLOAT):
    tensors = [numpy_helper.from_array(np.array(array), key) for key, array in (constants or {}).items()]
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", element, shape)], [helper.make_tensor_value_info("y", result, None)],
        tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    with open(os.path.join(FOLDER, name + ".onnx"), "wb") as file:
        file.write(model.SerializeToString())


def ints(*values):
    return np.array(values, np.int64)


def node(operator, inputs, outputs="y", **attributes):
    # "-" stands for an operand that is left out.
    operands = ["" if name == "-" else name for name in inputs.split()]
    return helper.make_node(operator, operands, outputs.split(), **attributes)


def expand(name, *sides):
    make(name, [node("Expand", "x s")], [1], {"s": ints(*sides)})


os.makedirs(FOLDER, exist_ok=True)

# Tensors that are held whole.
expand("expand_2_31", 1 << 31)
expand("expand_2_30", 1 << 30)
expand("expand_2_20_squared", 1 << 20, 1 << 20)
expand("expand_rank_8", *[1 << 5] * 8)
expand("expand_empty", 0, 1 << 31)
make("expanded_images", [node("Expand", "x s", "z"), node("Transpose", "z", perm=[3, 1, 2, 0])], [1, 1, 1, 1],
     {"s": ints(4, 1 << 14, 1 << 14, 4)})
filled = node("ConstantOfShape", "s", "z", value=numpy_helper.from_array(np.ones(1, np.float32)))
make("filled_2_28", [filled, node("Add", "x z")], [1], {"s": ints(1 << 28)})
make("tiled", [node("Tile", "x r")], [1024], {"r": ints(1 << 20)})
make("outer_sum", [node("Transpose", "x", "t", perm=[1, 0]), node("Add", "x t")], [1, 1 << 16])
make("outer_product", [node("Transpose", "x", "t", perm=[1, 0]), node("MatMul", "t x")], [1, 1 << 15])
make("padded", [node("Pad", "x p")], [1], {"p": ints(0, 1 << 30)})
make(ACCEPTED + "wrapped", [node("Pad", "x p", mode="wrap")], [1 << 20], {"p": ints(0, 1 << 20)})
make("sliced_from_much", [node("Expand", "x s", "z"), node("Slice", "z a b")], [1],
     {"s": ints(1 << 31, 4), "a": ints(0, 0), "b": ints(1, 1)})
make("images_of_bytes", [node("Cast", "x", "f", to=TensorProto.FLOAT), node("Relu", "f")], [1 << 20, 4096, 1, 1],
     element=TensorProto.UINT8)

# Tables.
make("resized", [node("Resize", "x - s", mode="linear")], [1, 1, 1], {"s": np.array([1, 1, 1 << 24], np.float32)})
make("resized_cubic", [node("Resize", "x - s", mode="cubic", antialias=1)], [1, 1 << 21, 1], {"s": np.array([1, 2.0**-21, 1], np.float32)})
make("resized_cubic_square", [node("Resize", "x - - n", mode="cubic")], [1, 1, 4, 4], {"n": ints(1, 1, 1 << 20, 1 << 20)})
make("gathered", [node("Pad", "x p", mode="edge")], [2, 1], {"p": ints(0, 1 << 25, 0, 0)})

# Windows.
one = np.ones((1, 1, 1, 1), np.float32)
make("stride", [node("Conv", "x w", strides=[1 << 17, 1])], [1, 1, 1 << 18, 4], {"w": one})
make("dilation", [node("Conv", "x w", dilations=[1 << 19, 1], pads=[1 << 20, 0, 0, 0])], [1, 1, 4, 4],
     {"w": np.ones((1, 1, 2, 1), np.float32)})
make("padding", [node("Conv", "x w", pads=[1 << 20, 1 << 20, 1 << 20, 1 << 20])], [1, 1, 4, 4], {"w": one})
make("pooling", [node("AveragePool", "x", kernel_shape=[4096, 4096], pads=[4095] * 4)], [1, 1, 4096, 4096])
make("pooling_positions", [node("MaxPool", "x", "v y", kernel_shape=[4096, 4096], pads=[4095] * 4)], [1, 1, 4096, 4096], result=TensorProto.INT64)
make("transposed", [node("ConvTranspose", "x w", strides=[1 << 20, 1 << 20])], [1, 1, 64, 64], {"w": one})
make("output_padding", [node("ConvTranspose", "x w", strides=[1 << 20, 1], output_padding=[(1 << 20) - 1, 0])], [1, 1, 2, 2], {"w": one})
make("batch", [node("Relu", "x", "r"), node("ReduceSum", "r a", "s"), node("GlobalAveragePool", "x", "m"), node("Add", "m s")],
     [1 << 20, 1, 2, 2], {"a": ints(0)})

# Weights.
weights = node("ConstantOfShape", "s", "w", value=numpy_helper.from_array(np.ones(1, np.float32)))
make("grouped_weights", [weights, node("ConvTranspose", "x w", group=1 << 16)], [1, 1 << 16, 2, 2], {"s": ints(1 << 16, 1, 2, 2)})

# Work of the compiler that a result may ask for.
computed = helper.make_graph(
    [node("Conv", "x w", pads=[1, 1, 1, 1])], "g",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 32, 160, 160]),
     helper.make_tensor_value_info("w", TensorProto.FLOAT, [32, 32, 3, 3])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)])
with open(os.path.join(FOLDER, ACCEPTED + "computed_kernel.onnx"), "wb") as file:
    file.write(helper.make_model(computed, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString())
make(ACCEPTED + "folded_pooling", [
    node("ConstantOfShape", "s", "c", value=numpy_helper.from_array(np.ones(1, np.float32))),
    node("AveragePool", "c", "p", kernel_shape=[256, 256], pads=[255] * 4), node("GlobalMaxPool", "p", "m"), node("Add", "x m")],
     [1, 1, 4, 4], {"s": ints(1, 1, 512, 512)})
make(ACCEPTED + "folded_product", [
    node("ConstantOfShape", "s", "c", value=numpy_helper.from_array(np.ones(1, np.float32))),
    node("MatMul", "c c", "d"), node("MatMul", "d d", "e"), node("ReduceMean", "e", "m", keepdims=0), node("Add", "x m")],
     [4], {"s": ints(1024, 1024)})
make(ACCEPTED + "large_input", [node("ReduceMax", "x a")], [1 << 27], {"a": ints(0)})
make(ACCEPTED + "tall", [node("Relu", "x")], [1, 1, 1 << 20, 1])
