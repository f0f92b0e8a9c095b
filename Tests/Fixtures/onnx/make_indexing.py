"""Writes those of operators/ that look up, sample, mask, reduce, scatter and order, as make_operators.py writes the others, by ONNX Runtime 1.32.0 and
onnx 1.23.2, which have DeformConv.
"""

import numpy as np
from onnx import TensorProto, helper

from make_operators import floats, ints, make, node

RANDOM = np.random.default_rng(29)
INT64 = {"y": TensorProto.INT64}


def lookups():
    image = floats(2, 3, 4)
    make("gatherelements", node("GatherElements", "x i", axis=1), {"x": image, "i": RANDOM.integers(-3, 3, (2, 5, 4))}, opset=13)
    make("gathernd", node("GatherND", "x i"), {"x": image, "i": np.stack([RANDOM.integers(-2, 2, (2, 2)), RANDOM.integers(-3, 3, (2, 2))], -1)},
         opset=13)
    make("gathernd_batch", node("GatherND", "x i", batch_dims=1), {"x": image, "i": RANDOM.integers(-3, 3, (2, 2, 1))}, opset=12)
    make("reversesequence", node("ReverseSequence", "x n", batch_axis=1, time_axis=0), {"x": floats(5, 3, 2), "n": ints(5, 1, 3)},
         opset=10)
    make("onehot", node("OneHot", "i d v", axis=1), {"i": np.array([[0, -1, 5], [2, -4, 3]], np.int64)},
         {"d": np.int64(4), "v": np.array([-1, 2], np.float32)}, opset=11)
    make("hardmax", [node("Hardmax", "x", "a", axis=1), node("Hardmax", "x", "b"), node("Sub", "a b")], {"x": image}, opset=13)
    make("hardmax_11", node("Hardmax", "x", axis=1), {"x": image}, opset=11)
    make("trilu", [node("Trilu", "x k", "a"), node("Trilu", "a n", upper=0)], {"x": floats(2, 4, 5), "k": np.array(-1, np.int64)},
         {"n": np.int64(2)}, opset=14)
    make("eyelike", [node("EyeLike", "x", "a", k=1), node("Add", "a x")], {"x": floats(4, 3)}, opset=9)
    make("compress", node("Compress", "x c", axis=-1), {"x": image}, {"c": np.array([True, False, True])}, opset=11)
    make("nonzero_unique", [node("NonZero", "c", "n"), node("Unique", "n", "u"), node("Add", "x u")], {"x": ints(10)},
         {"c": np.array([[0, 2, 0], [1, 0, -3]], np.float32)}, types=INT64, opset=13)
    # The shape is that of every second axis, by indices that are looked up among the sides.
    make("computed_shape", [node("Shape", "x", "s"), node("GatherElements", "s i", "t"), node("Reshape", "x t")],
         {"x": floats(2, 3, 4)}, {"i": ints(2, 0, 1)}, opset=13)


def samples():
    image = floats(2, 3, 5, 6)
    grid = (1.6 * (RANDOM.random((2, 4, 3, 2)) * 2 - 1)).astype(np.float32)
    for mode in ("bilinear", "nearest", "bicubic"):
        for border in ("zeros", "border", "reflection"):
            make(f"gridsample_{mode}_{border}", node("GridSample", "x g", mode=mode, padding_mode=border, align_corners=border == "reflection"),
                 {"x": image, "g": grid}, opset=16)
    for mode in ("linear", "nearest"):
        make(f"gridsample_volume_{mode}", node("GridSample", "x g", mode=mode, padding_mode="reflection"),
             {"x": floats(1, 2, 3, 4, 3), "g": (1.3 * (RANDOM.random((1, 2, 3, 2, 3)) * 2 - 1)).astype(np.float32)}, opset=20)
    for corners in (0, 1):
        make(f"affinegrid_{corners}", [node("AffineGrid", "t s", "g", align_corners=corners), node("GridSample", "x g", align_corners=corners)],
             {"x": image, "t": floats(2, 2, 3)}, {"s": ints(2, 3, 4, 5)}, opset=20)
    make("affinegrid_volume", node("AffineGrid", "t s"), {"t": floats(1, 3, 4)}, {"s": ints(1, 2, 3, 2, 4)}, opset=20)
    for name, mode, corners in (("mean", "avg", "half_pixel"), ("maximum", "max", "output_half_pixel")):
        make(f"roialign_{name}", node("RoiAlign", "x r b", mode=mode, output_height=3, output_width=2, sampling_ratio=2, spatial_scale=0.5,
                                      coordinate_transformation_mode=corners),
             {"x": image, "r": np.array([[0, 1, 8, 9], [-4, -2, 3, 14], [5, 5, 5.5, 6]], np.float32), "b": ints(0, 1, 1)}, opset=16)
    make("deformconv", helper.make_node("DeformConv", ["x", "w", "o", "", "m"], ["y"], pads=[1, 1, 1, 1], offset_group=2, group=2),
         {"x": floats(2, 4, 5, 6), "o": floats(2, 36, 5, 6), "m": floats(2, 18, 5, 6)}, {"w": floats(6, 2, 3, 3)}, opset=19)
    make("deformconv_strides", node("DeformConv", "x w o b", strides=[2, 1], dilations=[1, 2], pads=[0, 1, 1, 0]),
         {"x": floats(1, 3, 6, 7), "o": 2 * floats(1, 12, 3, 4)}, {"w": floats(2, 3, 2, 3), "b": floats(2)}, opset=19)


def reductions():
    image = floats(2, 3, 4, 5)
    for operator in ("ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp"):
        make(operator.lower(), [node(operator, "x", "a", axes=[1, -1]), node(operator, "x", "b", axes=[2], keepdims=0),
                                node(operator, "b", "c"), node("Mul", "a c")], {"x": image}, opset=13)
    make("reducelogsum", node("ReduceLogSum", "x a", keepdims=0), {"x": np.abs(image)}, {"a": ints(-2, 0)}, opset=18)
    make("reducelogsumexp_large", node("ReduceLogSumExp", "x", axes=[1]), {"x": 300 * floats(3, 4)}, opset=13)
    make("reducel1_integers", node("ReduceL1", "x", axes=[0]), {"x": RANDOM.integers(-9, 9, (3, 4)).astype(np.int32)},
         types={"y": TensorProto.INT32}, opset=13)
    make("lpnormalization", [node("LpNormalization", "x", "a", axis=1), node("LpNormalization", "x", "b", p=1), node("Sub", "a b")], {"x": image},
         opset=13)
    make("lppool", node("LpPool", "x", kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 1], p=3), {"x": image}, opset=11)
    make("lppool_ceil", node("LpPool", "x", kernel_shape=[3, 2], strides=[2, 2], ceil_mode=1), {"x": image}, opset=18)
    make("globallppool", node("GlobalLpPool", "x", p=1), {"x": image}, opset=11)
    make("lrn", node("LRN", "x", size=5, alpha=0.5, beta=0.6, bias=1.5), {"x": floats(2, 6, 3, 4)}, opset=13)
    make("mvn", node("MeanVarianceNormalization", "x"), {"x": image}, opset=13)
    make("det", node("Det", "x"), {"x": floats(3, 4, 4)}, opset=11)


def functions():
    image = floats(2, 3, 4)
    make("thresholds", [node("ThresholdedRelu", "x", "a", alpha=0.3), node("Shrink", "x", "b", lambd=0.4, bias=0.1), node("Add", "a b")],
         {"x": image}, opset=10)
    special = np.array([np.nan, np.inf, -np.inf, 1], np.float32)
    make("isnan_isinf", [node("IsNaN", "x", "a"), node("IsInf", "x", "b", detect_positive=0), node("Or", "a b")], {"x": special},
         types={"y": TensorProto.BOOL}, opset=13)
    make("centercroppad", node("CenterCropPad", "x s", axes=[1, 2]), {"x": image}, {"s": ints(6, 1)}, opset=18)
    # All of an axis is taken away before something is added.
    make("pad_emptied", node("Pad", "x p v"), {"x": floats(2, 1, 3), "v": np.array(2.5, np.float32)}, {"p": ints(0, 1, -1, 0, -1, 1)}, opset=13)
    make("pad_emptied_constant", node("Pad", "x p v"), {"x": floats(2, 1, 3)}, {"p": ints(0, 2, 0, 1, -1, 0), "v": np.float32(1.5)}, opset=13)
    for name, attributes, shape in (("forward", {}, (2, 6, 1)), ("onesided", {"onesided": 1}, (2, 7, 1)), ("inverse", {"inverse": 1}, (2, 5, 2))):
        make(f"dft_{name}", node("DFT", "x", axis=1, **attributes), {"x": floats(*shape)}, opset=17)
    make("dft_length", helper.make_node("DFT", ["x", "n"], ["y"], axis=1), {"x": floats(1, 6, 3, 2)}, {"n": np.int64(8)}, opset=17)
    make("stft", node("STFT", "x s w n"), {"x": floats(1, 20, 1)}, {"s": np.int64(3), "w": floats(8), "n": np.int64(8)}, opset=17)
    windows = [node(f"{kind}Window", "n", kind, periodic=kind != "Hann") for kind in ("Hann", "Hamming", "Blackman")]
    make("windows", windows + [node("Sum", "Hann Hamming Blackman x")], {"x": floats(10)}, {"n": np.int64(10)}, opset=17)
    make("melweights", [node("MelWeightMatrix", "m d r l u", "w"), node("MatMul", "x w")], {"x": floats(2, 17)},
         {"m": np.int64(6), "d": np.int64(32), "r": np.int64(8000), "l": np.float32(100), "u": np.float32(3500)}, opset=17)

def scatters():
    image = floats(2, 3, 4)
    for reduction in ("none", "add", "mul", "max", "min"):
        indices = RANDOM.permuted(np.tile(np.arange(3)[None, :, None], (2, 1, 4)), axis=1)[:, :2] - 3 * (reduction != "none")
        make(f"scatterelements_{reduction}", node("ScatterElements", "x i u", axis=1, reduction=reduction),
             {"x": image, "i": indices, "u": floats(2, 2, 4)}, opset=18)
        make(f"scatternd_{reduction}", node("ScatterND", "x i u", reduction=reduction),
             {"x": image, "i": np.array([[0, 2], [-1, 0], [1, -2 if reduction == "none" else 0]], np.int64), "u": floats(3, 4)}, opset=18)
    make("scatter", node("Scatter", "x i u", axis=-1), {"x": image, "i": np.array([[[3, 0]]], np.int64), "u": floats(1, 1, 2)}, opset=10)
    make("scatterelements_integers", node("ScatterElements", "x i u", reduction="add"),
         {"x": ints(1, 2, 3), "i": np.array([2, 2, -3], np.int32), "u": ints(10, 20, 30)}, types=INT64, opset=16)
    make("maxunpool", [node("MaxPool", "x", "a i", kernel_shape=[2, 2], strides=[2, 2]), node("MaxUnpool", "a i", kernel_shape=[2, 2], strides=[2, 2])],
         {"x": floats(2, 3, 4, 6)}, opset=11)
    make("col2im", node("Col2Im", "x s b", strides=[2, 1], dilations=[1, 2], pads=[1, 0, 0, 1]), {"x": floats(2, 12, 15)},
         {"s": ints(5, 6), "b": ints(2, 2)}, opset=18)


def orders():
    image = floats(2, 3, 4)
    nodes = [node("CumSum", f"x {axis}", f"o{i}", exclusive=i & 1, reverse=i >> 1) for i, axis in enumerate("abab")]
    make("cumsum", nodes + [node("Concat", "o0 o1 o2 o3", axis=0)], {"x": image}, {"a": np.array(1, np.int64), "b": np.array(-1, np.int32)},
         opset=14)
    make("cumsum_integers", node("CumSum", "x a"), {"x": np.array([[1, 2], [-5, 4]], np.int32)}, {"a": np.array(0, np.int32)},
         types={"y": TensorProto.INT32}, opset=11)
    ties = RANDOM.integers(-2, 3, (2, 7, 3)).astype(np.float32)
    make("topk", node("TopK", "x k", "y i", axis=1), {"x": ties}, {"k": ints(4)}, outputs=("y", "i"), types={"i": TensorProto.INT64}, opset=11)
    make("topk_smallest", node("TopK", "x k", "y i", largest=0), {"x": image}, {"k": ints(2)}, outputs=("y", "i"),
         types={"i": TensorProto.INT64}, opset=11)
    make("topk_attribute", node("TopK", "x", "y i", axis=2, k=3), {"x": image}, outputs=("y", "i"), types={"i": TensorProto.INT64}, opset=9)
    # The shape is the sums of a shape's sides up to each.
    make("computed_shape_sums", [node("Shape", "x", "s"), node("CumSum", "s zero", "t"), node("ConstantOfShape", "t", "z"), node("Shape", "z")],
         {"x": floats(2, 3, 1)}, {"zero": np.int64(0)}, types=INT64, opset=14)


def bits():
    numbers = np.array([1, 5, 200, 255], np.uint8)
    make("bitshift", [node("BitShift", "x n", "a", direction="LEFT"), node("BitShift", "a n", direction="RIGHT")], {"x": numbers},
         {"n": np.array([0, 1, 3, 7], np.uint8)}, types={"y": TensorProto.UINT8}, opset=11)
    make("bitwise", [node("BitwiseAnd", "x c", "a"), node("BitwiseOr", "a d", "b"), node("BitwiseXor", "b x", "e"), node("BitwiseNot", "e")],
         {"x": RANDOM.integers(-99, 99, (3, 4)).astype(np.int32)},
         {"c": np.array([7, -3, 2, 90], np.int32), "d": np.array([[64], [1], [-128]], np.int32)}, types={"y": TensorProto.INT32}, opset=18)
    make("mod_integers", [node("Mod", "x c", "a"), node("Mod", "x c", "b", fmod=1), node("Mul", "a c", "d"), node("Add", "d b")],
         {"x": ints(-7, 7, -8, 8)}, {"c": ints(3, -3, 4, 5)}, types=INT64, opset=13)
    make("mod_floats", node("Mod", "x c", fmod=1), {"x": 4 * floats(3, 4)}, {"c": floats(4)}, opset=13)
    make("reduceprod", [node("ReduceProd", "x", "a", axes=[1]), node("ReduceProd", "a", keepdims=0)], {"x": floats(2, 3, 4)}, opset=13)


def trigonometry():
    inside = (1.9 * RANDOM.random((3, 4)) - 0.95).astype(np.float32)
    names = "Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Atanh Round Sign".split()
    make("trigonometry", [node(name, "x", name.lower()) for name in names]
         + [node("Add", "x two", "z"), node("Acosh", "z", "acosh"), node("Concat", " ".join([n.lower() for n in names] + ["acosh"]), axis=0)],
         {"x": inside}, {"two": np.float32(2.5)}, opset=14)
    make("round_sign", [node("Round", "x", "a"), node("Sign", "x", "b"), node("Add", "a b")],
         {"x": np.array([-2.5, -1.5, -0.5, 0, 0.5, 1.5, 2.5, 1e9], np.float32)}, opset=13)
    make("sign_integers", node("Sign", "x"), {"x": np.array([-9, 0, 7], np.int32)}, types={"y": TensorProto.INT32}, opset=13)


if __name__ == "__main__":
    for write in (lookups, samples, reductions, functions, scatters, orders, bits, trigonometry):
        write()
