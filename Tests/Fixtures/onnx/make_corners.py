"""Writes those of operators/ on which older releases of ONNX Runtime are wrong or other: what average pooling divides by, where
Resize reads, powers of integers.

    python3.11 -m venv .venv && .venv/bin/pip install -r ../../Conformance/Runtime/requirements.txt
    .venv/bin/python make_corners.py
"""

import os

import numpy as np
from onnx import helper

import make_operators
from make_operators import make


def values(*shape):
    """Different numbers without a pattern, so that another element than the right one shows."""
    return np.random.default_rng(sum(shape)).permutation(int(np.prod(shape))).astype(np.float32).reshape(shape) / 8


def several(name, nodes, inputs, constants, opset):
    """A model whose nodes each have one output."""
    make(name, nodes, inputs, constants, outputs=[output for node in nodes for output in node.output], opset=opset)


def poolings():
    """With `ceil_mode` a last window may end beyond the padded image, of which nothing counts."""
    for rank, sides in ((1, [9]), (2, [5, 8]), (3, [5, 4, 6])):
        nodes = []
        for index, (kernel, stride, dilation, before, after) in enumerate(
            [(2, 2, 1, 0, 0), (3, 2, 1, 1, 0), (3, 3, 1, 1, 1), (2, 3, 2, 1, 0), (2, 2, 2, 0, 1), (3, 2, 1, 0, 2)]
        ):
            attributes = {"kernel_shape": [kernel] * rank, "strides": [stride] * rank, "ceil_mode": 1}
            if dilation > 1:
                attributes["dilations"] = [dilation] * rank
            pads = [before] * rank + [after] * rank
            for counts in (0, 1):
                nodes.append(helper.make_node(
                    "AveragePool", ["x"], [f"a{index}_{counts}"], pads=pads, count_include_pad=counts, **attributes))
            nodes.append(helper.make_node("MaxPool", ["x"], [f"m{index}"], pads=pads, **attributes))
        for padding in ("VALID", "SAME_UPPER", "SAME_LOWER"):
            nodes.append(helper.make_node(
                "AveragePool", ["x"], [f"a_{padding}"], auto_pad=padding, kernel_shape=[3] * rank, strides=[2] * rank,
                count_include_pad=1, ceil_mode=1))
        several(f"pooling_ceil_{rank}d", nodes, {"x": values(1, 2, *sides)}, {}, 22)


def resize(operands, output, **attributes):
    return helper.make_node("Resize", operands, [output], **attributes)


def resizes():
    """Rows of one image and columns of another are resized in turn, which keeps the files small."""
    images = {"rows": values(1, 1, 13, 2), "columns": values(1, 1, 2, 20)}
    scales = [0.3, 0.35, 0.45, 0.6, 0.7, 1.05, 1.1, 1.3, 1.7, 2.3, 2.6, 3.3]
    along = ["rows", "columns"] * (len(scales) // 2)
    whole = [[1, 1, scale, 1] if image == "rows" else [1, 1, 1, scale] for scale, image in zip(scales, along)]
    constants = {f"s{i}": np.array(scale, np.float32) for i, scale in enumerate(whole)}
    constants |= {f"n{i}": np.array(images[along[i]].shape * np.array(scale), np.int64) for i, scale in enumerate(whole)}
    indices = range(len(scales))
    for coordinates in ("asymmetric", "half_pixel", "align_corners"):
        nodes = []
        for rounding in ("floor", "ceil", "round_prefer_floor", "round_prefer_ceil"):
            attributes = {"mode": "nearest", "nearest_mode": rounding, "coordinate_transformation_mode": coordinates}
            for i in indices:
                nodes.append(resize([along[i], "", f"s{i}"], f"{rounding}_s{i}", **attributes))
                nodes.append(resize([along[i], "", "", f"n{i}"], f"{rounding}_n{i}", **attributes))
        several(f"resize_nearest_{coordinates}", nodes, images, constants, 19)
    nodes = [
        resize([along[i], "", f"s{i}"], f"{mode}_s{i}", mode=mode, coordinate_transformation_mode="align_corners")
        for mode in ("linear", "cubic") for i in indices
    ]
    several("resize_corners_scales", nodes, images, constants, 13)
    nodes = [
        resize([along[i], "none", f"s{i}"], f"{rounding}_s{i}", mode="nearest", nearest_mode=rounding,
               coordinate_transformation_mode="tf_half_pixel_for_nn")
        for rounding in ("floor", "round_prefer_floor") for i in indices
    ]
    nodes += [resize(["rows", "none", "s4"], "linear_s4", mode="linear", coordinate_transformation_mode="tf_half_pixel_for_nn")]
    several("resize_for_nearest", nodes, images, constants | {"none": np.array([], np.float32)}, 11)
    nodes = [resize([along[i], f"s{i}"], f"{mode}_s{i}", mode=mode) for mode in ("nearest", "linear") for i in indices]
    several("resize_10_scales", nodes, images, constants, 10)
    for opset in (7, 9):
        nodes = []
        for mode in ("nearest", "linear"):
            for i in (i for i in indices if scales[i] > 1):
                if opset == 7:
                    given = [float(side) for side in whole[i]]
                    nodes.append(helper.make_node("Upsample", [along[i]], [f"{mode}_s{i}"], mode=mode, scales=given))
                else:
                    nodes.append(helper.make_node("Upsample", [along[i], f"s{i}"], [f"{mode}_s{i}"], mode=mode))
        several(f"upsample_{opset}_scales", nodes, images, constants, opset)
    # Where no side changes the result is the image, whatever the scales are.
    small = {"x": values(1, 1, 5, 6)}
    nodes = [resize(["x", "", "same"], f"{mode}", mode=mode, coordinate_transformation_mode="asymmetric")
             for mode in ("nearest", "linear", "cubic")]
    several("resize_same_sides", nodes, small, {"same": np.array([1, 1, 1.1, 1.15], np.float32)}, 13)
    # An axis that keeps its length is filtered by its scale, but not where it is antialiased.
    nodes = [
        resize(["x", "", "one"], f"{mode}_{antialias}", mode=mode, antialias=antialias)
        for mode in ("linear", "cubic") for antialias in (0, 1)
    ]
    several("resize_same_rows", nodes, small, {"one": np.array([1, 1, 1.1, 0.6], np.float32)}, 18)
    # Positions that are the middle between two elements but for the rounding of the scale: 4.5·20/6 − ½, 19.5/1.3 − ½.
    images = {"a": values(1, 20), "b": values(1, 16)}
    nodes = []
    for rounding in ("round_prefer_floor", "round_prefer_ceil"):
        attributes = {"mode": "nearest", "nearest_mode": rounding, "coordinate_transformation_mode": "half_pixel"}
        nodes += [resize(["a", "", "", "six"], f"a_{rounding}", **attributes), resize(["b", "", "more"], f"b_{rounding}", **attributes)]
    several("resize_middles", nodes, images, {"six": np.array([1, 6], np.int64), "more": np.array([1, 1.3], np.float32)}, 13)


def arithmetic():
    """Powers of integers beyond the 24 bits of a float, and NaN between the bounds of Clip."""
    base = {"x": np.array([999, 1234, -77], np.int64), "z": np.array([51, -1000, 7], np.int32)}
    nodes = [helper.make_node("Pow", [base_, power], [f"{base_}{power}"]) for base_, power in (("x", "f"), ("x", "i"), ("z", "f"), ("z", "j"))]
    make("power_integers", nodes, base, {"f": np.float32(3), "i": np.int32(3), "j": np.int64(2)},
         outputs=["xf", "xi", "zf", "zj"], types={"xf": 7, "xi": 7, "zf": 6, "zj": 6}, opset=15)
    nodes = [helper.make_node("Clip", operands, [output]) for output, operands in
             (("a", ["x", "low"]), ("b", ["x", "", "high"]), ("c", ["x", "low", "high"]), ("d", ["x", "high", "low"]))]
    several("clip_nan", nodes, {"x": np.array([np.nan, -2, 0.1, 2], np.float32)}, {"low": np.float32(-1), "high": np.float32(1)}, 13)
    # Of constants the importer reduces itself.
    nodes = [helper.make_node("ReduceSum", ["c"], ["all"], noop_with_empty_axes=1, keepdims=0), helper.make_node("Cast", ["all"], ["f"], to=1),
             helper.make_node("Add", ["x", "f"], ["y"])]
    make("reduction_of_no_axes", nodes, {"x": values(3)}, {"c": np.array([1, 5, 2], np.int64)}, opset=13)


if __name__ == "__main__":
    os.makedirs(make_operators.FOLDER, exist_ok=True)
    poolings()
    resizes()
    arithmetic()
