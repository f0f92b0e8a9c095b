"""Writes those of operators/ that are composed of several operations: attention, losses, scans, recurrences, Einsum, products of integers.

    python3.11 -m venv .venv && .venv/bin/pip install -r ../../Conformance/Runtime/requirements.txt
    .venv/bin/python make_composed.py

Where ONNX Runtime does not have an operator or its attribute yet, the values are those of the onnx package's own reference.
"""

import os

import numpy as np
from onnx import TensorProto, helper

import make_operators
from make_operators import floats, make, node


def whole(low, high, *shape, dtype):
    return np.random.default_rng(sum(shape)).integers(low, high, shape).astype(dtype)


def attentions():
    heads = {"q": floats(2, 4, 3, 4), "k": floats(2, 2, 5, 4), "v": floats(2, 2, 5, 6)}
    past = {"pk": floats(2, 2, 2, 4), "pv": floats(2, 2, 2, 6)}
    mask = np.array([[1, 1, 0, 1, 1], [0, 0, 0, 0, 0], [1, 0, 1, 0, 1]], bool)
    make("attention_grouped_mask", node("Attention", "q k v m", "y", softcap=1.5), {**heads, "m": mask}, opset=24)
    make("attention_past", node("Attention", "q k v m pk pv", "y k2 v2 s", is_causal=1, qk_matmul_output_mode=2, scale=0.3),
         {**heads, "m": floats(2, 1, 3, 7), **past}, outputs=("y", "k2", "v2", "s"), opset=23, reference=True)
    make("attention_packed", node("Attention", "q k v", "y", q_num_heads=4, kv_num_heads=2, is_causal=1),
         {"q": floats(2, 3, 16), "k": floats(2, 5, 8), "v": floats(2, 5, 12)}, opset=23)
    make("attention_lengths", node("Attention", "q k v m - - n", "y", is_causal=1),
         {**heads, "m": floats(3, 4), "n": np.array([2, 4])}, opset=24, reference=True)
    make("attention_window", node("Attention", "q k v", "y - - s", left_window_size=1, right_window_size=1, qk_matmul_output_mode=3),
         heads, outputs=("y", "s"), opset=25, reference=True)
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, [2, 4, 3, 5])
    body = helper.make_graph([node("Constant", "", "twice", value_float=2.0), node("Mul", "scores twice", "mod")], "mod", [scores],
                             [helper.make_tensor_value_info("mod", TensorProto.FLOAT, [2, 4, 3, 5])])
    make("attention_flexible", node("FlexAttention", "q k v", domain="ai.onnx.preview", score_mod=body),
         heads, opset=26, reference=True, domains=["ai.onnx.preview"])
    steps = {"q": floats(2, 3, 16), "k": floats(2, 3, 8), "v": floats(2, 3, 6), "past": floats(2, 2, 4, 3),
             "decay": -np.abs(floats(2, 3, 2)), "beta": np.abs(floats(2, 3, 2)) / 2}
    make("attention_linear", node("LinearAttention", "q k v past decay beta", "y s", q_num_heads=4, kv_num_heads=2), steps,
         outputs=("y", "s"), opset=27, reference=True)
    make("attention_linear_plain", node("LinearAttention", "q k v", "y s", q_num_heads=4, kv_num_heads=2, update_rule="linear", scale=0.5),
         {name: steps[name] for name in "qkv"}, outputs=("y", "s"), opset=27, reference=True)
    angles = floats(6, 2)
    make("rotary_embedding", [
        node("RotaryEmbedding", "x c s p", "a", rotary_embedding_dim=4), node("RotaryEmbedding", "x c s p", "b", rotary_embedding_dim=4, interleaved=1),
        node("RotaryEmbedding", "z c s p", "c1", num_heads=3)],
        {"x": floats(2, 3, 2, 6), "z": floats(2, 2, 12), "p": np.array([[0, 3], [5, 1]])}, {"c": np.cos(angles), "s": np.sin(angles)},
        outputs=("a", "b", "c1"), opset=23)
    make("causal_convolution", [
        node("CausalConvWithState", "x w b past", "y s", activation="silu"), node("CausalConvWithState", "x w", "z t")],
        {"x": floats(2, 3, 4), "past": floats(2, 3, 2)}, {"w": floats(3, 1, 3), "b": floats(3)}, outputs=("y", "s", "z", "t"),
        opset=27, reference=True)
    make("normalization_rms", node("RMSNormalization", "x w", axis=-2, epsilon=0.1), {"x": floats(2, 3, 4)}, {"w": floats(3, 4)}, opset=23)
    make("swish", [node("Swish", "x", "a"), node("Swish", "x", "b", alpha=0.5), node("SwiGLU", "x w", "c", alpha=1.5)],
         {"x": floats(2, 4), "w": floats(2, 4)}, outputs=("a", "b", "c"), opset=28, reference=True)


def inside():
    """In the body of a loop, which turns a sequence over, and in a function of the model's own."""
    def value(key, kind=TensorProto.FLOAT, shape=()):
        return helper.make_tensor_value_info(key, kind, shape)

    shape = [3, 1, 4]
    turn = helper.make_graph(
        [node("Attend", "s", "a", domain="local", causal=1), node("RNN", "a w r", "h", hidden_size=4), node("Squeeze", "h one", "t"),
         node("RMSNormalization", "t g", "s2"), node("Identity", "go", "go2")], "turn",
        [value("i", TensorProto.INT64), value("go", TensorProto.BOOL), value("s", shape=shape)],
        [value("go2", TensorProto.BOOL), value("s2", shape=shape), value("t", shape=shape)])
    attend = helper.make_function(
        "local", "Attend", ["x"], ["y"],
        [node("Transpose", "x", "b", perm=[1, 0, 2]), helper.make_node("Attention", ["b", "b", "b"], ["c"], q_num_heads=2, kv_num_heads=2),
         node("Transpose", "c", perm=[1, 0, 2])], [helper.make_opsetid("", 23)], attributes=["causal"])
    attend.node[1].attribute.add(name="is_causal", ref_attr_name="causal", type=2)
    make("composed_inside", node("Loop", "turns yes x", "y z", body=turn), {"x": floats(*shape)},
         {"turns": np.array(2), "yes": np.array(True), "w": floats(1, 4, 4), "r": floats(1, 4, 4) / 2, "g": floats(4), "one": np.array([1])},
         outputs=("y", "z"), opset=23, functions=[attend])


def losses():
    classes = np.array([[0, 4, 1], [2, -7, 3]])
    constants = {"w": np.abs(floats(5))}
    nodes = []
    for index, reduction in enumerate(("none", "sum", "mean")):
        nodes.append(node("NegativeLogLikelihoodLoss", "x t w", f"a{index}", reduction=reduction, ignore_index=-7))
        nodes.append(node("NegativeLogLikelihoodLoss", "x t", f"b{index}", reduction=reduction, ignore_index=-7))
        nodes.append(node("SoftmaxCrossEntropyLoss", "x t w", f"c{index} d{index}", reduction=reduction, ignore_index=-7))
        nodes.append(node("SoftmaxCrossEntropyLoss", "x u", f"e{index}", reduction=reduction, ignore_index=2))
    outputs = [output for made in nodes for output in made.output]
    make("losses", nodes, {"x": floats(2, 5, 3), "t": classes, "u": np.abs(classes) % 5}, constants, outputs=outputs, opset=17)
    make("loss_of_pixels", [node("SoftmaxCrossEntropyLoss", "x t", "y p")],
         {"x": floats(2, 3, 4, 4), "t": whole(0, 3, 2, 4, 4, dtype=np.int32)}, outputs=("y", "p"), opset=13)


def scans():
    def body(name):
        def value(key, *shape):
            return helper.make_tensor_value_info(key, TensorProto.FLOAT, shape)
        return helper.make_graph(
            [node("Mul", "s half", "h"), node("Add", "h e", "s2"), node("Mul", "s2 f", "o"), node("Identity", "s2", "p")], name,
            [value("s", 2), value("e", 2), value("f", 2)], [value("s2", 2), value("o", 2), value("p", 2)])

    make("scan", node("Scan", "i a b", "s y z", body=body("turn"), num_scan_inputs=2, scan_input_axes=[0, -1], scan_input_directions=[0, 1],
                      scan_output_axes=[1, 0], scan_output_directions=[0, 1]),
         {"i": floats(2), "a": floats(3, 2), "b": floats(2, 3)}, {"half": np.float32([0.5])}, outputs=("s", "y", "z"), opset=17)
    make("scan_8", node("Scan", "- i a b", "s y z", body=body("turn"), num_scan_inputs=2, directions=[0, 1]),
         {"i": floats(2, 2), "a": floats(2, 3, 2), "b": floats(2, 3, 2)}, {"half": np.float32([0.5])}, outputs=("s", "y", "z"), opset=8)


def recurrences():
    sequence = {"x": floats(4, 3, 2)}
    for operator, gates, attributes in (
        ("RNN", 1, {}), ("GRU", 3, {}), ("GRU", 3, {"linear_before_reset": 1}), ("LSTM", 4, {}), ("LSTM", 4, {"input_forget": 1})):
        name = operator.lower() + "".join(f"_{key}" for key in attributes)
        constants = {"w": floats(2, gates * 5, 2), "r": floats(2, gates * 5, 5) / 3, "b": floats(2, 2 * gates * 5), "h": floats(2, 3, 5)}
        operands, results = "x w r b n h", "y h2"
        if operator == "LSTM":
            constants.update({"c": floats(2, 3, 5), "p": floats(2, 15)})
            operands, results = operands + " c p", results + " c2"
        make(f"recurrence_{name}", node(operator, operands, results, hidden_size=5, direction="bidirectional", **attributes),
             {**sequence, "n": np.array([4, 2, 3], np.int32)}, constants, outputs=results.split(), opset=14)
    make("recurrence_functions", [
        node("RNN", "x w r", "- a", hidden_size=5, direction="reverse", activations=["LeakyRelu"], activation_alpha=[0.3], clip=0.4),
        node("RNN", "x w r", "- b", hidden_size=5, activations=["ScaledTanh"], activation_alpha=[0.7], activation_beta=[1.4]),
        node("RNN", "x w r", "- c", hidden_size=5, activations=["Affine"], activation_alpha=[0.5], activation_beta=[0.1]),
        node("RNN", "x w r", "- d", hidden_size=5, activations=["HardSigmoid"]),
        node("RNN", "x w r", "- e", hidden_size=5, activations=["ThresholdedRelu"], activation_alpha=[0.2])],
        sequence, {"w": floats(1, 5, 2), "r": floats(1, 5, 5) / 4}, outputs=("a", "b", "c", "d", "e"), opset=14)


def sums():
    a, b, c = floats(2, 3, 4), floats(4, 3, 5), floats(5, 2)
    nodes = [node("Einsum", operands, f"y{index}", equation=equation) for index, (operands, equation) in enumerate([
        ("a", "ijk->kij"), ("a", "ijk"), ("a", "ijk->j"), ("a b", "ijk,kjl->il"), ("a b c", "ijk,kjl,lm->mi"), ("a b", "ijk,kjl->ijl"),
        ("d", "ii->i"), ("d", "ii"), ("e", "...ii->...i"), ("a f", "...jk,...kl->...jl"), ("c g", "ij,kl->jlki"), ("b c", "...b,bd->d..."),
        ("n n", "ij,jk->ki")])]
    make("einsum", nodes, {"a": a, "b": b, "c": c, "d": floats(3, 3), "e": floats(2, 3, 3), "f": floats(1, 4, 2), "g": floats(2, 3),
                           "n": whole(-9, 9, 3, 3, dtype=np.int64)},
         outputs=[made.output[0] for made in nodes], types={nodes[-1].output[0]: TensorProto.INT64}, opset=17)


def integers():
    """Sums beyond 2²⁴, of which floats would lose bits. Without VNNI, ONNX Runtime saturates products of u8 and i8 in between, so that the
    values are the reference's."""
    large = {"a": np.full((2, 700), 255, np.uint8) - whole(0, 3, 2, 700, dtype=np.uint8), "b": np.full((700, 3), 127, np.int8) - whole(0, 3, 700, 3, dtype=np.int8)}
    make("integer_product", [node("MatMulInteger", "a b", "y"), node("MatMulInteger", "a b za zb", "z")], large,
         {"za": np.uint8([3]), "zb": np.int8([1, -2, 3])}, outputs=("y", "z"), types={"y": TensorProto.INT32, "z": TensorProto.INT32}, opset=17, reference=True)
    image = np.full((1, 64, 5, 6), 255, np.uint8) - whole(0, 3, 1, 64, 5, 6, dtype=np.uint8)
    weights = np.full((2, 64, 3, 3), 255, np.uint8) - whole(0, 3, 2, 64, 3, 3, dtype=np.uint8)
    make("integer_convolution", [
        node("ConvInteger", "x w", "y"), node("ConvInteger", "x w zx", "z", pads=[2, 1, 0, 1], strides=[2, 1], dilations=[1, 2]),
        node("ConvInteger", "x v zx", "g", group=2, auto_pad="SAME_UPPER")],
        {"x": image}, {"w": weights, "v": weights[:, :32], "zx": np.uint8(7)}, outputs=("y", "z", "g"),
        types={name: TensorProto.INT32 for name in "yzg"}, opset=17, reference=True)
    make("quantized_product", node("QLinearMatMul", "a sa za b sb zb sy zy"), {"a": whole(0, 256, 3, 8, dtype=np.uint8)},
         {"sa": np.float32(0.02), "za": np.uint8(113), "b": whole(0, 256, 8, 4, dtype=np.uint8), "sb": np.float32(0.03), "zb": np.uint8(120),
          "sy": np.float32(0.09), "zy": np.uint8(118)}, types={"y": TensorProto.UINT8}, opset=17)
    make("quantized_convolution", node("QLinearConv", "x sx zx w sw zw sy zy b", pads=[1, 1, 1, 1]),
         {"x": whole(0, 256, 2, 3, 5, 5, dtype=np.uint8)},
         {"sx": np.float32(0.02), "zx": np.uint8(100), "w": whole(-128, 128, 4, 3, 3, 3, dtype=np.int8), "sw": np.float32([0.01, 0.02, 0.03, 0.015]),
          "zw": np.int8([0, 0, 0, 0]), "sy": np.float32(0.4), "zy": np.uint8(128), "b": whole(-900, 900, 4, dtype=np.int32)},
         types={"y": TensorProto.UINT8}, opset=17, reference=True)
    make("quantization_dynamic", node("DynamicQuantizeLinear", "x", "y s z"), {"x": floats(3, 4) - 1}, outputs=("y", "s", "z"),
         types={"y": TensorProto.UINT8, "z": TensorProto.UINT8}, opset=17)


if __name__ == "__main__":
    os.makedirs(make_operators.FOLDER, exist_ok=True)
    for write in (attentions, losses, scans, recurrences, sums, integers, inside):
        write()
