"""Writes those of operators/ that look up, sample, mask, and reduce, as make_operators.py writes the others, by ONNX Runtime 1.32.0 and
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


if __name__ == "__main__":
    for write in (lookups, samples, reductions, functions):
        write()
