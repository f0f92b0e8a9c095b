"""Writes operators/: small models of one or a few nodes, over the versions of the operator sets.

    python3.11 -m venv .venv && .venv/bin/pip install -r requirements.txt && .venv/bin/python make_operators.py
"""

import os

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from fixtures import save

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "operators")
RANDOM = np.random.default_rng(7)
TYPES = {
    np.dtype("float32"): TensorProto.FLOAT, np.dtype("int64"): TensorProto.INT64, np.dtype("int32"): TensorProto.INT32,
    np.dtype("uint8"): TensorProto.UINT8, np.dtype("int8"): TensorProto.INT8, np.dtype("bool"): TensorProto.BOOL,
}


def floats(*shape):
    return RANDOM.standard_normal(shape).astype(np.float32)


def ints(*values):
    return np.array(values, np.int64)


def node(operator, inputs, outputs="y", **attributes):
    """A node whose operands and results are words; `-` stands for one that is left out."""
    operands, results = ([name.replace("-", "") for name in names.split()] for names in (inputs, outputs))
    return helper.make_node(operator, operands, results, name=f"{operator}_{next(filter(None, results))}", **attributes)


def make(name, nodes, inputs, constants=None, outputs=("y",), types=None, opset=17, bound=(), functions=(), symbolic=(), domains=(),
         reference=False):
    """One fixture: `inputs` and `constants` are arrays by name; the sides of inputs in `symbolic` are left open."""
    def value(key, array):
        shape = [f"{key}{i}" for i in range(array.ndim)] if key in symbolic else array.shape
        return helper.make_tensor_value_info(key, TYPES[array.dtype], shape)

    results = [helper.make_tensor_value_info(o, (types or {}).get(o, TensorProto.FLOAT), None) for o in outputs]
    graph = helper.make_graph(
        nodes if isinstance(nodes, list) else [nodes], name, [value(k, v) for k, v in inputs.items()], results,
        [numpy_helper.from_array(v, k) for k, v in (constants or {}).items()])
    opsets = [helper.make_opsetid("", opset)] + ([helper.make_opsetid("local", 1)] if functions else [])
    opsets += [helper.make_opsetid(domain, 1) for domain in domains]
    model = helper.make_model(graph, opset_imports=opsets, functions=list(functions), ir_version=8 if opset < 21 else 10)
    save(os.path.join(FOLDER, name), model, inputs, bound, reference)


def convolutions():
    image = floats(2, 3, 7, 8)
    for name, attributes, weights in [
        ("plain", {}, floats(4, 3, 3, 3)),
        ("asymmetric", {"pads": [1, 2, 0, 1], "strides": [2, 1], "dilations": [1, 2]}, floats(4, 3, 2, 3)),
        ("same_lower", {"auto_pad": "SAME_LOWER", "strides": [2, 2]}, floats(2, 3, 3, 4)),
    ]:
        make(f"conv_{name}", node("Conv", "x w b", **attributes), {"x": image}, {"w": weights, "b": floats(weights.shape[0])})
    make("conv_groups", node("Conv", "x w", group=3, pads=[1, 1, 1, 1]), {"x": image}, {"w": floats(6, 1, 3, 3)})
    make("conv_computed_weights", node("Conv", "x w b"), {"x": image, "w": floats(4, 3, 3, 3), "b": floats(4)})
    make("conv_1d", node("Conv", "x w b", pads=[2, 1], strides=[2], dilations=[2]), {"x": floats(2, 3, 9)},
         {"w": floats(4, 3, 3), "b": floats(4)})
    make("conv_3d", node("Conv", "x w b", pads=[1, 0, 1, 1, 1, 0], strides=[2, 1, 1], dilations=[1, 2, 1]),
         {"x": floats(2, 2, 5, 6, 4)}, {"w": floats(3, 2, 3, 2, 3), "b": floats(3)}, opset=11)
    image = floats(1, 4, 4, 5)
    for name, attributes, weights in [
        ("plain", {"strides": [2, 2]}, floats(4, 3, 2, 2)),
        ("padded", {"strides": [2, 3], "pads": [1, 0, 0, 2], "output_padding": [1, 2], "dilations": [2, 1]}, floats(4, 3, 3, 4)),
        ("same_upper", {"auto_pad": "SAME_UPPER", "strides": [2, 2]}, floats(4, 2, 3, 3)),
        ("output_shape", {"output_shape": [10, 9], "strides": [2, 2]}, floats(4, 2, 3, 3)),
        ("groups", {"group": 2, "strides": [2, 1]}, floats(4, 2, 3, 3)),
    ]:
        channels = weights.shape[1] * attributes.get("group", 1)
        make(f"convtranspose_{name}", node("ConvTranspose", "x w b", **attributes), {"x": image},
             {"w": weights, "b": floats(channels)})
    make("convtranspose_1d", node("ConvTranspose", "x w", strides=[3], pads=[1, 0], output_padding=[1]),
         {"x": floats(1, 2, 4)}, {"w": floats(2, 3, 4)})
    make("convtranspose_3d", node("ConvTranspose", "x w b", strides=[2, 1, 2], pads=[1, 0, 0, 0, 1, 1]),
         {"x": floats(1, 2, 3, 3, 2)}, {"w": floats(2, 3, 3, 2, 2), "b": floats(3)})


def poolings():
    image = floats(2, 3, 7, 8)
    make("maxpool_ceil", node("MaxPool", "x", kernel_shape=[3, 2], strides=[2, 3], pads=[1, 0, 1, 0], ceil_mode=1), {"x": image})
    make("maxpool_indices", node("MaxPool", "x", "y i", kernel_shape=[2, 3], strides=[2, 2], pads=[0, 1, 1, 0]), {"x": image},
         outputs=("y", "i"), types={"i": TensorProto.INT64})
    make("maxpool_bytes", node("MaxPool", "x", kernel_shape=[2, 2], dilations=[1, 2]),
         {"x": RANDOM.integers(0, 255, (1, 2, 5, 6)).astype(np.uint8)}, types={"y": TensorProto.UINT8})
    make("maxpool_1d", node("MaxPool", "x", kernel_shape=[3], strides=[2]), {"x": floats(1, 2, 9)}, opset=8)
    make("maxpool_3d", node("MaxPool", "x", kernel_shape=[2, 3, 2], strides=[2, 1, 1], pads=[0, 1, 0, 1, 1, 0]),
         {"x": floats(1, 2, 5, 4, 4)})
    make("averagepool_same", node("AveragePool", "x", kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_UPPER"), {"x": image},
         opset=7)
    make("averagepool_counting", node("AveragePool", "x", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 0, 1],
                                      count_include_pad=1), {"x": image}, opset=11)
    make("averagepool_3d", node("AveragePool", "x", kernel_shape=[2, 2, 3], pads=[1, 0, 1, 0, 1, 1]),
         {"x": floats(1, 2, 4, 4, 5)})
    make("globalpools", [node("GlobalAveragePool", "x", "a"), node("GlobalMaxPool", "x", "m"), node("Sub", "m a")], {"x": image})
    make("globalpools_1d", [node("GlobalAveragePool", "x", "a"), node("GlobalMaxPool", "x", "m"), node("Sub", "m a")],
         {"x": floats(2, 3, 5)})


def normalizations():
    positive = lambda *shape: np.abs(floats(*shape)) + 0.5
    for rank in (2, 3, 4, 5):
        make(f"batchnormalization_{rank}d", node("BatchNormalization", "x s b m v", epsilon=1e-3),
             {"x": floats(2, 3, 4, 5, 2)[(slice(None),) * rank + (0,) * (5 - rank)]},
             {"s": floats(3), "b": floats(3), "m": floats(3), "v": positive(3)}, opset={2: 7, 3: 9, 4: 14, 5: 15}[rank])
    make("instancenormalization", node("InstanceNormalization", "x s b"), {"x": floats(2, 3, 4, 5)},
         {"s": floats(3), "b": floats(3)})
    make("layernormalization", node("LayerNormalization", "x s b", "y m d", axis=-2), {"x": floats(2, 3, 4)},
         {"s": floats(3, 4), "b": floats(3, 4)}, outputs=("y", "m", "d"))
    make("groupnormalization", node("GroupNormalization", "x s b", num_groups=2), {"x": floats(2, 4, 3, 3)},
         {"s": floats(4), "b": floats(4)}, opset=21)


def elementwise():
    nodes = [
        node("Relu", "x", "a"), node("LeakyRelu", "x", "b", alpha=0.1), node("Elu", "b", "c", alpha=0.7), node("Selu", "c", "d"),
        node("Celu", "d", "e", alpha=1.5), node("Sigmoid", "e", "f"), node("HardSigmoid", "x", "g"), node("HardSwish", "x", "h"),
        node("Mish", "x", "i"), node("Softplus", "x", "j"), node("Softsign", "x", "k"), node("Tanh", "x", "l"), node("Erf", "x", "m"),
        node("Sum", "a b c d e f g h i j k l m"),
    ]
    make("activations", nodes, {"x": 2 * floats(2, 3, 5)}, opset=18)
    make("gelu", [node("Gelu", "x", "a"), node("Gelu", "x", "b", approximate="tanh"), node("Sub", "a b")], {"x": floats(4, 5)},
         opset=20)
    make("prelu", node("PRelu", "x s"), {"x": floats(2, 3, 4, 5)}, {"s": floats(3, 1, 1)})
    make("clip_attributes", node("Clip", "x", min=-0.5, max=0.75), {"x": floats(3, 4)}, opset=7)
    make("clip_operands", [node("Clip", "x low", "a"), helper.make_node("Clip", ["x", "", "high"], ["b"]), node("Add", "a b")],
         {"x": floats(3, 4)}, {"low": np.float32(-0.2), "high": np.float32(0.3)}, opset=13)
    make("arithmetic", [
        node("Add", "x c", "a"), node("Sub", "a x", "b"), node("Mul", "a b", "d"), node("Abs", "d", "e"), node("Sqrt", "e", "f"),
        node("Pow", "e p", "g"), node("Div", "g c", "h"), node("Max", "h f c", "i"), node("Min", "i a", "j"), node("Mean", "j f h"),
    ], {"x": floats(2, 3, 4)}, {"c": floats(3, 1), "p": np.float32(1.5)}, opset=13)
    make("integers", [
        node("Add", "x c", "a"), node("Div", "a d", "b"), node("Mul", "b x", "e"), node("Neg", "e", "f"), node("Abs", "f", "g"),
        node("Max", "g c", "h"), node("Min", "h x", "i"), node("Sub", "i c"),
    ], {"x": RANDOM.integers(-50, 50, (3, 4)).astype(np.int32)},
        {"c": np.array([7, -3, 2, 9], np.int32), "d": np.array([3, -2, 5, 4], np.int32)}, types={"y": TensorProto.INT32}, opset=13)
    make("mixed_power", node("Pow", "x p"), {"x": ints(1, 2, 3)}, {"p": np.array([2.0, 0.5, 2.5], np.float32)},
         types={"y": TensorProto.INT64}, opset=13)
    make("comparisons", [
        node("Less", "x c", "a"), node("Greater", "x z", "b"), node("Or", "a b", "d"), node("LessOrEqual", "x z", "e"),
        node("Xor", "d e", "f"), node("Not", "f", "g"), node("GreaterOrEqual", "x c", "h"), node("And", "g h", "i"),
        node("Where", "i x c"),
    ], {"x": floats(4, 5)}, {"c": floats(5), "z": np.zeros((4, 1), np.float32)}, opset=16)
    make("equal", node("Equal", "x c"), {"x": np.array([[1, 2], [3, 2]], np.int64)}, {"c": ints(1, 2)},
         types={"y": TensorProto.BOOL}, opset=13)
    make("cast", [node("Cast", "x", "a", to=TensorProto.INT32), node("Cast", "a", "b", to=TensorProto.FLOAT),
                  node("Cast", "x", "c", to=TensorProto.BOOL), node("Cast", "c", "d", to=TensorProto.FLOAT), node("Add", "b d")],
         {"x": np.array([-2.7, -0.2, 0.0, 0.9, 3.5], np.float32)}, opset=13)
    make("softmax_7", node("Softmax", "x", axis=1), {"x": floats(2, 3, 4)}, opset=7)
    make("softmax_13", [node("Softmax", "x", "a", axis=1), node("LogSoftmax", "x", "b"), node("Add", "a b")], {"x": floats(2, 3, 4)},
         opset=13)


def rearrangements():
    image = floats(2, 4, 4, 6)
    make("concat_split", [node("Split", "x s", "a b c", axis=1), node("Concat", "c a b", axis=-3)], {"x": image},
         {"s": ints(1, 2, 1)}, opset=13)
    make("split_attribute", [node("Split", "x", "a b", axis=3, split=[2, 4]), node("ReduceSum", "b", "d", axes=[3]),
                             node("Squeeze", "d", "e", axes=[3]), node("Unsqueeze", "e", "f", axes=[3]), node("Mul", "a f")],
         {"x": image}, opset=11)
    make("split_outputs", [node("Split", "x", "a b", axis=1, num_outputs=2), node("Sub", "a b")], {"x": image}, opset=18)
    make("slice_attributes", node("Slice", "x", axes=[2, 3], starts=[1, -4], ends=[100, -1]), {"x": image}, opset=7)
    make("slice_operands", node("Slice", "x s e a t"), {"x": image},
         {"s": ints(-1, 1), "e": ints(-100, 5), "a": ints(3, 1), "t": ints(-2, 2)}, opset=13)
    make("gather", node("Gather", "x i", axis=1), {"x": image, "i": np.array([[0, -1], [2, 1]], np.int64)}, opset=13)
    for mode in ("constant", "reflect", "edge", "wrap"):
        make(f"pad_{mode}", node("Pad", "x p v", mode=mode), {"x": image}, {"p": ints(0, 0, 1, 2, 0, 0, 2, 1), "v": np.float32(1.5)},
             opset=19)
    make("pad_computed_value", node("Pad", "x p v"), {"x": image, "v": np.array(2.5, np.float32)},
         {"p": ints(0, 0, 1, 2, 0, 0, -1, 1)}, opset=13)
    make("pad_attributes", node("Pad", "x", pads=[0, 0, 1, 0, 0, 0, 0, 2], value=-1.0), {"x": image}, opset=7)
    make("reshape_transpose", [node("Reshape", "x s", "a"), node("Transpose", "a", "b", perm=[0, 2, 1, 3]), node("Flatten", "b", axis=2)],
         {"x": image}, {"s": ints(0, -1, 3, 8)}, opset=13)
    make("squeeze_unsqueeze", [node("Unsqueeze", "x a", "b"), node("Squeeze", "b c", "d"), node("Squeeze", "d")],
         {"x": floats(2, 1, 3)}, {"a": ints(0, -1), "c": ints(-1)}, opset=13)
    make("expand_tile", [node("Expand", "x s", "a"), node("Tile", "a r")], {"x": floats(3, 1)}, {"s": ints(2, 1, 4), "r": ints(1, 2, 3)},
         opset=13)
    make("depth_space", [node("DepthToSpace", "x", "a", blocksize=2), node("DepthToSpace", "x", "b", blocksize=2, mode="CRD"),
                         node("SpaceToDepth", "a", "c", blocksize=2), node("SpaceToDepth", "b", "d", blocksize=2), node("Sub", "c d")],
         {"x": image}, opset=13)
    make("dropout", node("Dropout", "x", ratio=0.3), {"x": image}, opset=10)


def resizes():
    image = floats(1, 2, 4, 5)
    for name, attributes in [
        ("nearest", {}),
        ("nearest_floor", {"nearest_mode": "floor", "coordinate_transformation_mode": "asymmetric"}),
        ("nearest_ceil", {"nearest_mode": "ceil", "coordinate_transformation_mode": "align_corners"}),
        ("linear", {"mode": "linear"}),
        ("linear_corners", {"mode": "linear", "coordinate_transformation_mode": "align_corners"}),
        ("linear_pytorch", {"mode": "linear", "coordinate_transformation_mode": "pytorch_half_pixel"}),
        ("cubic", {"mode": "cubic", "cubic_coeff_a": -0.5, "exclude_outside": 1}),
    ]:
        make(f"resize_{name}", helper.make_node("Resize", ["x", "", "s"], ["y"], **attributes), {"x": image},
             {"s": np.array([1, 1, 2, 2.6], np.float32)}, opset=13)
    make("resize_sizes", helper.make_node("Resize", ["x", "", "", "s"], ["y"], mode="linear", axes=[2, 3], antialias=1),
         {"x": floats(1, 2, 8, 9)}, {"s": ints(3, 4)}, opset=18)
    make("resize_10", node("Resize", "x s", mode="linear"), {"x": image}, {"s": np.array([1, 1, 2, 2], np.float32)}, opset=10)
    make("resize_crop", helper.make_node("Resize", ["x", "r", "", "s"], ["y"], mode="linear", extrapolation_value=9.0,
                                         coordinate_transformation_mode="tf_crop_and_resize"),
         {"x": image}, {"r": np.array([0, 0, 0.3, -0.2, 1, 1, 0.9, 0.8], np.float32), "s": ints(1, 2, 3, 6)}, opset=13)
    make("upsample", node("Upsample", "x s", mode="nearest"), {"x": image}, {"s": np.array([1, 1, 2, 3], np.float32)}, opset=9)


def products():
    make("matmul", node("MatMul", "x w"), {"x": floats(2, 3, 4)}, {"w": floats(4, 5)})
    make("matmul_vectors", [node("MatMul", "x v", "a"), node("MatMul", "a w")], {"x": floats(3, 4)}, {"v": floats(4), "w": floats(3, 2)})
    make("gemm", node("Gemm", "x w b", alpha=0.5, beta=2.0, transA=1, transB=1), {"x": floats(4, 3)}, {"w": floats(5, 4), "b": floats(3, 1)})
    make("gemm_dense", node("Gemm", "x w b", transB=1), {"x": floats(3, 4)}, {"w": floats(5, 4), "b": floats(5)}, opset=7)
    make("reductions", [
        node("ReduceMean", "x", "a", axes=[1, -1]), node("ReduceMax", "x", "b", axes=[2], keepdims=0),
        node("ReduceMin", "b", "c", axes=[0]), node("ReduceSum", "a d", "e", keepdims=0), node("Add", "c e"),
    ], {"x": floats(2, 3, 4)}, {"d": ints(0)}, opset=13)
    make("arguments", [node("ArgMax", "x", "a", axis=1), node("ArgMin", "x", "b", axis=-1, keepdims=0, select_last_index=1),
                       node("ReduceSum", "a", "c", keepdims=0), node("Sub", "b c")], {"x": floats(2, 3, 4)},
         types={"y": TensorProto.INT64}, opset=13)
    make("quantization", [node("QuantizeLinear", "x s z", "q"), node("DequantizeLinear", "q s z")], {"x": 3 * floats(4, 5)},
         {"s": np.float32(0.05), "z": np.uint8(100)}, opset=13)
    make("quantization_axis", [node("QuantizeLinear", "x s z", "q", axis=1), node("DequantizeLinear", "q s z", axis=1)],
         {"x": 3 * floats(2, 3, 4)}, {"s": np.array([0.05, 0.1, 0.02], np.float32), "z": np.array([0, 5, -7], np.int8)}, opset=13)


def shapes_and_control():
    make("shape_arithmetic", [
        node("Shape", "x", "s"), node("Gather", "s two", "h", axis=0), node("Gather", "s three", "w", axis=0), node("Mul", "h two", "h2"),
        node("Mul", "w two", "w2"), node("Unsqueeze", "h2 zero", "h3"), node("Unsqueeze", "w2 zero", "w3"),
        node("Slice", "s zero two1", "front"), node("Concat", "front h3 w3", "sizes", axis=0),
        helper.make_node("Resize", ["x", "", "", "sizes"], ["y"], mode="nearest", name="resize"),
    ], {"x": floats(1, 2, 3, 4)}, {"two": np.int64(2), "three": np.int64(3), "zero": ints(0), "two1": ints(2)}, opset=13,
        symbolic=("x",))
    make("bound_shape", [node("Expand", "x s", "a"), node("ConstantOfShape", "s", "b"), node("Sub", "a b")],
         {"x": floats(3, 1), "s": ints(2, 3, 4)}, bound=("s",))
    make("range", [node("Range", "a b c", "r"), node("Add", "x r")],
         {"x": floats(4)}, {"a": np.float32(1), "b": np.float32(3), "c": np.float32(0.5)}, opset=13)

    branch = lambda operator, output: helper.make_graph(
        [node(operator, "x", output)], operator, [], [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)])
    make("if", [node("Shape", "x", "s"), node("Size", "x", "n"), node("Less", "n many", "c"),
                node("If", "c", then_branch=branch("Neg", "t"), else_branch=branch("Abs", "e"))],
         {"x": floats(2, 3)}, {"many": np.int64(10)}, opset=13)

    value = lambda name, kind, shape: helper.make_tensor_value_info(name, kind, shape)
    body = helper.make_graph(
        [node("Conv", "state w b", "c", pads=[1, 1, 1, 1]), node("Relu", "c", "next"), node("ReduceMean", "next", "mean", axes=[2, 3]),
         node("Identity", "go", "on")],
        "body", [value("i", TensorProto.INT64, []), value("go", TensorProto.BOOL, []), value("state", TensorProto.FLOAT, None)],
        [value("on", TensorProto.BOOL, []), value("next", TensorProto.FLOAT, None), value("mean", TensorProto.FLOAT, None)])
    make("loop", [node("Loop", "turns true x", "y means", body=body)], {"x": floats(1, 2, 4, 4)},
         {"turns": np.int64(3), "true": np.array(True), "w": floats(2, 2, 3, 3), "b": floats(2)}, outputs=("y", "means"), opset=13)
    body = helper.make_graph(
        [node("Gather", "steps i", "step", axis=0), node("Add", "state step", "next"), node("Identity", "go", "on")],
        "body", [value("i", TensorProto.INT64, []), value("go", TensorProto.BOOL, []), value("state", TensorProto.FLOAT, None)],
        [value("on", TensorProto.BOOL, []), value("next", TensorProto.FLOAT, None)])
    make("loop_number", [node("Loop", "turns true x", body=body)], {"x": floats(3)},
         {"turns": np.int64(4), "true": np.array(True), "steps": floats(4, 3)}, opset=13)

    function = helper.make_function(
        "local", "Block", ["a", "w"], ["r"],
        [node("Conv", "a w", "c"), helper.make_node("LeakyRelu", ["c"], ["r"], name="act")], [helper.make_opsetid("", 17)],
        attributes=["slope"])
    function.node[1].attribute.add(name="alpha", ref_attr_name="slope", type=1)
    make("function", [helper.make_node("Block", ["x", "w"], ["h"], domain="local", slope=0.3),
                      helper.make_node("Block", ["h", "v"], ["y"], domain="local", slope=0.1)], {"x": floats(1, 2, 5, 5)},
         {"w": floats(3, 2, 2, 2), "v": floats(2, 3, 1, 3)}, functions=[function])


def fixed_size():
    """A network of one size for photographs, with the channels last at the border as tf2onnx writes it."""
    random = np.random.default_rng(23)
    constants = {
        "w": random.standard_normal((4, 3, 3, 3)).astype(np.float32) / 3, "b": random.standard_normal(4).astype(np.float32) / 3,
        "v": random.standard_normal((1, 4, 3, 3)).astype(np.float32) / 3,
    }
    make("fixed_size_channels_last", [
        node("Transpose", "image", "x", perm=[0, 3, 1, 2]), node("Conv", "x w b", "a", pads=[1, 1, 1, 1]), node("Relu", "a", "c"),
        node("Conv", "c v", "d", pads=[1, 1, 1, 1]), node("Sigmoid", "d", "s"), node("Transpose", "s", perm=[0, 2, 3, 1]),
    ], {"image": random.random((1, 24, 24, 3)).astype(np.float32)}, constants)


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    for write in (
        convolutions, poolings, normalizations, elementwise, rearrangements, resizes, products, shapes_and_control, fixed_size
    ):
        write()
