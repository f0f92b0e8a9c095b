"""Cases of operators that move elements, and of operators on images."""

import itertools
import random

import numpy as np
from onnx import helper

from cases import floats, node, run


def slices(writer):
    generator = random.Random(13)
    for number in range(120):
        rank = generator.choice([1, 2, 3, 4])
        sides = [generator.randint(1, 6) for _ in range(rank)]
        axes = generator.sample(range(rank), generator.randint(1, rank))
        bounds = [-(2**62), -9, -3, -2, -1, 0, 1, 2, 4, 9, 2**62]
        starts, ends = [[generator.choice(bounds) for _ in axes] for _ in range(2)]
        steps = [generator.choice([-3, -2, -1, 1, 2, 3]) for _ in axes]
        signed = [axis - generator.choice([0, rank]) for axis in axes]
        opset = generator.choice([1, 10, 11, 13])
        inputs = {"x": floats(number, *sides)}
        constants = {k: np.array(v, np.int64) for k, v in (("s", starts), ("e", ends), ("a", signed), ("t", steps))}
        made = node("Slice", "x", starts=starts, ends=ends, axes=signed) if opset == 1 else node("Slice", "x s e a t")
        result = run([made], inputs, constants, opset)
        # Results without elements are no results of a model here.
        if result is not None and result["y"].size:
            writer.write(f"slice_{number}", [made], inputs, constants, opset)

def rearrangements(writer):
    x = floats(1, 2, 4, 4, 6)
    for opset, mode, size in ((11, "DCR", 2), (13, "CRD", 2), (1, None, 2)):
        writer.write(f"depthtospace_{opset}_{mode}", [node("DepthToSpace", "x", blocksize=size, **({"mode": mode} if mode else {}))], {"x": x}, opset=opset)
    writer.write("spacetodepth", [node("SpaceToDepth", "x", blocksize=2)], {"x": x}, opset=13)
    for axis in (0, 1, 2, 3, -1, -3):
        writer.write(f"concat_{axis}", [node("Concat", "x c x", axis=axis)], {"x": x}, {"c": floats(2, 2, 4, 4, 6)}, 13)
    for axis in (0, 1, 2, 4, -1, -4):
        writer.write(f"flatten_{axis}", [node("Flatten", "x", axis=axis)], {"x": x}, opset=13)
    for number, (opset, axis, attributes, sizes) in enumerate([
        (2, 1, {"split": [1, 3]}, None), (11, -1, {"split": [4, 2]}, None), (13, 2, {}, [1, 3]), (13, 1, {}, None), (18, 3, {"num_outputs": 2}, None),
    ]):
        writer.write(f"split_{number}", [node("Split", "x n" if sizes else "x", "a b", axis=axis, **attributes)], {"x": x},
                     {"n": np.array(sizes or [], np.int64)}, opset)
    writer.write("split_uneven", [node("Split", "x", "a b c d", axis=3, num_outputs=4)], {"x": floats(1, 2, 3, 4, 7)}, opset=18)
    indices = [np.array([0, -1], np.int64), np.array([[1, 2], [-2, 0]], np.int32), np.array(-1, np.int64), np.array([2], np.int64)]
    for number, index in enumerate(indices):
        for axis in (0, 1, -1):
            data = floats(1, 4, 4, 4)
            writer.write(f"gather_{number}_{axis}", [node("Gather", "x i", axis=axis)], {"x": data}, {"i": index}, 13)
            writer.write(f"gather_{number}_{axis}_given", [node("Gather", "x i", axis=axis)], {"x": data, "i": index}, {}, 13)
    for number, shape in enumerate([(1,), (3, 1, 1), (2, 1, 3, 4), (1, 4), (5, 3, 1)]):
        writer.write(f"expand_{number}", [node("Expand", "x s")], {"x": floats(1, 3, 4) if number != 4 else floats(1, 1, 3, 4)},
                     {"s": np.array(shape, np.int64)}, 13)
    for number, shape in enumerate([(0, -1), (-1,), (0, 0, -1), (4, 2, 0, 6), (2, 96)]):
        writer.write(f"reshape_{number}", [node("Reshape", "x s")], {"x": x}, {"s": np.array(shape, np.int64)}, 14)
    writer.write("tile", [node("Tile", "x r")], {"x": x}, {"r": np.array([1, 2, 1, 3], np.int64)}, 13)
    for number, axes in enumerate([[0], [-1], [0, -1], [1, 3]]):
        writer.write(f"unsqueeze_{number}_11", [node("Unsqueeze", "x", axes=axes)] if min(axes) >= 0 else [node("Unsqueeze", "x", axes=axes)], {"x": floats(1, 2, 3)}, opset=11)
        writer.write(f"unsqueeze_{number}_13", [node("Unsqueeze", "x a")], {"x": floats(1, 2, 3)}, {"a": np.array(axes, np.int64)}, 13)
    writer.write("squeeze", [node("Squeeze", "x", "a"), node("Squeeze", "x n", "b")], {"x": floats(1, 1, 3, 1)}, {"n": np.array([-1], np.int64)}, 13)
    for number, permutation in enumerate(itertools.permutations(range(4))):
        writer.write(f"transpose_{number}", [node("Transpose", "x", perm=list(permutation))], {"x": x}, opset=13)
    writer.write("transpose_default", [node("Transpose", "x")], {"x": x}, opset=13)
    for number, (axis, shape) in enumerate([(None, ()), (1, (3,)), (-1, (4,)), (0, (2,))]):
        for kind in (np.uint8, np.int8):
            attributes = {} if axis is None else {"axis": axis}
            constants = {"s": np.asarray(np.abs(floats(2, *shape)) / 20 + 0.01, np.float32),
                         "z": np.asarray(np.random.default_rng(1).integers(0, 9, shape), kind)}
            writer.write(f"quantize_{number}_{kind.__name__}", [node("QuantizeLinear", "x s z", **attributes)], {"x": floats(1, 2, 3, 4)}, constants, 13)
            bytes_ = {"x": np.random.default_rng(2).integers(-100 if kind == np.int8 else 0, 100, (2, 3, 4)).astype(kind)}
            writer.write(f"dequantize_{number}_{kind.__name__}", [node("DequantizeLinear", "x s z", **attributes)], bytes_, constants, 13)
    for start, end in ((None, None), (1, None), (-2, None), (0, -1), (-9, 9), (2, 1)):
        attributes = {k: v for k, v in (("start", start), ("end", end)) if v is not None}
        if (start, end) != (2, 1):
            writer.write(f"shape_{start}_{end}", [node("Shape", "x", **attributes)], {"x": x}, opset=15)


def images(writer):
    """Operators on four axes that the other kinds have with other ranks."""
    x = {"x": floats(1, 2, 4, 3, 5)}
    for axis in (0, 1, 2, 3, -1):
        side = x["x"].shape[axis]
        for kind in (np.uint8, np.int8):
            constants = {"s": np.abs(floats(2, side)) / 20 + 0.01, "z": np.random.default_rng(1).integers(0, 9, side).astype(kind)}
            writer.write(f"image_quantize_{axis}_{kind.__name__}", [node("QuantizeLinear", "x s z", axis=axis)], {"x": 4 * x["x"]}, constants, 13)
    writer.write("image_where", [node("Where", "c x d")], x, {"c": floats(3, 4, 1, 1) > 0, "d": floats(4, 5)}, 16)
    for number, shape in enumerate([(5, 2), (4, 5, 6), (1, 1, 5, 3), (5,)]):
        writer.write(f"image_matmul_{number}", [node("MatMul", "x w")], x, {"w": floats(5, *shape)}, 13)
    writer.write("image_matmul_left", [node("MatMul", "w x")], x, {"w": floats(5, 6, 3)}, 13)
    for number, index in enumerate([0, -1]):
        for axis in (0, 1, 2, 3):
            writer.write(f"image_gather_{number}_{axis}", [node("Gather", "x i", axis=axis)], x, {"i": np.array(index, np.int64)}, 13)
            writer.write(f"image_gather_{number}_{axis}_many", [node("Gather", "x i", axis=axis)], x, {"i": np.array([[index, 1], [1, index]], np.int64)}, 13)
    for number, axes in enumerate([[0], [1], [-1], [2, 4]]):
        writer.write(f"image_unsqueeze_{number}", [node("Unsqueeze", "x a")], x, {"a": np.array(axes, np.int64)}, 13)
    for number, shape in enumerate([(2, 4, 3, 5), (3, 2, 4, 3, 5), (1, 1, 1, 5)]):
        writer.write(f"image_expand_{number}", [node("Expand", "x s")], x, {"s": np.array(shape, np.int64)}, 13)
    for number, shape in enumerate([(2, 3, 4, 5), (0, 2, 2, 3, 5), (2, -1, 5), (4, 2, 15), (1, 2, 4, 15)]):
        writer.write(f"image_reshape_{number}", [node("Reshape", "x s")], x, {"s": np.array(shape, np.int64)}, 13)
    single = {"x": floats(1, 2, 1, 3, 5)}
    writer.write("image_squeeze", [node("Squeeze", "x a")], single, {"a": np.array([1], np.int64)}, 13)
    for number, shape in enumerate([(2, 3, 5, 1), (2, 3, 5), (2, 1, 15), (6, 1, 1, 5)]):
        writer.write(f"image_single_reshape_{number}", [node("Reshape", "x s")], single, {"s": np.array(shape, np.int64)}, 13)
    for opset, operator in itertools.product((11, 13), ("ReduceMean", "ReduceMax")):
        for axes, keeps in itertools.product(([1], [2, 3], [0, 3], [-1, 1], [0, 1, 2, 3]), (0, 1)):
            name = "_".join(str(axis) for axis in axes).replace("-", "m")
            writer.write(f"image_{operator}_{opset}_{name}_{keeps}", [node(operator, "x", axes=axes, keepdims=keeps)], x, opset=opset)
    for opset in (7, 10, 12, 13):
        writer.write(f"image_dropout_{opset}", [node("Dropout", "x")], x, opset=opset)
    writer.write("image_concat_row", [node("Concat", "x c", axis=1)], x, {"c": floats(3, 2, 2, 3, 5)}, 13)
    for axis in (-4, -3, -2, -1):
        writer.write(f"image_argmax_{axis}", [node("ArgMax", "x", axis=axis, keepdims=0), node("ArgMin", "x", "z", axis=axis, keepdims=1)], x, opset=13)
