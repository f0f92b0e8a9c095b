"""Cases of operators that compute: activations, normalizations, products, reductions, arithmetic."""

import itertools
import random

import numpy as np
from onnx import helper

from cases import floats, node, run, split_between


def activations(writer):
    x = np.concatenate([floats(3, 40) * 3, np.array([0, -0.0, 0.5, -0.5, 1, -1, 30, -30, 100, -100], np.float32)]).reshape(2, 5, 5)
    plain = {"HardSigmoid": 6, "Elu": 6, "Selu": 6, "Celu": 12, "LeakyRelu": 6, "Sigmoid": 6, "HardSwish": 14, "Mish": 18, "Softplus": 1,
             "Softsign": 1, "Tanh": 6, "Gelu": 20, "Relu": 6, "Exp": 6, "Abs": 6, "Neg": 6, "Reciprocal": 6, "Floor": 6, "Ceil": 6,
             "Erf": 9}
    for operator, opset in plain.items():
        writer.write(f"activation_{operator}", [node(operator, "x")], {"x": x}, opset=opset)
    for operator, opset, attributes in [
        ("HardSigmoid", 6, {"alpha": 0.3}), ("HardSigmoid", 22, {"beta": 0.1}), ("Elu", 22, {"alpha": 2.5}), ("Selu", 6, {"alpha": 1.1, "gamma": 2.0}),
        ("Celu", 12, {"alpha": 0.4}), ("Celu", 12, {"alpha": -1.5}), ("LeakyRelu", 16, {"alpha": 1.5}), ("LeakyRelu", 16, {"alpha": -0.5}),
        ("Gelu", 20, {"approximate": "tanh"}), ("Clip", 6, {}), ("Clip", 6, {"min": 0.5}), ("Clip", 6, {"max": -0.5}), ("Clip", 6, {"min": 2.0, "max": -1.0}),
    ]:
        name = "_".join([operator] + [f"{k}_{v}" for k, v in attributes.items()]).replace(".", "p").replace("-", "m")
        writer.write(f"activation_{name}_{opset}", [node(operator, "x", **attributes)], {"x": x}, opset=opset)
    for number, (low, high) in enumerate([(-1, 1), (2, -1), (None, 0.5), (0.25, None), (None, None)]):
        constants = {k: np.float32(v) for k, v in (("low", low), ("high", high)) if v is not None}
        operands = ["x", "low" if low is not None else "", "high" if high is not None else ""]
        for opset in (11, 12, 13):
            for given in (False, True):
                inputs = {"x": x} | (constants if given else {})
                writer.write(f"clip_{number}_{opset}_{given}", [helper.make_node("Clip", operands, ["y"])], inputs,
                             {} if given else constants, opset)
    integers = np.arange(-6, 6, dtype=np.int32).reshape(3, 4)
    for low, high in ((-2, 3), (3, -2)):
        writer.write(f"clip_integers_{low}_{high}", [node("Clip", "x l h")], {"x": integers}, {"l": np.int32(low), "h": np.int32(high)}, 13)
    for number, shape in enumerate([(1,), (5,), (3, 1, 1), (1, 3, 1, 1), (4, 1), (3, 4, 5)]):
        for opset in (7, 9, 16):
            writer.write(f"prelu_{number}_{opset}", [node("PRelu", "x s")], {"x": floats(1, 2, 3, 4, 5)}, {"s": floats(2, *shape)}, opset)
    for opset, axis in itertools.product((1, 11, 13), (None, 0, 1, 2, 3, -1, -2)):
        attributes = {} if axis is None else {"axis": axis}
        nodes = [node("Softmax", "x", "y", **attributes), node("LogSoftmax", "x", "z", **attributes)]
        writer.write(f"softmax_{opset}_{axis}", nodes, {"x": floats(4, 2, 3, 4, 5)}, opset=opset)


def normalizations(writer):
    for opset, rank in itertools.product((7, 9, 14, 15), (2, 3, 4, 5)):
        x = floats(rank, *[2, 3, 4, 5, 2][:rank])
        parameters = {"s": floats(1, 3), "b": floats(2, 3), "m": floats(3, 3), "v": np.abs(floats(4, 3)) + 0.1}
        for epsilon in ({}, {"epsilon": 0.1}):
            writer.write(f"batchnormalization_{opset}_{rank}_{len(epsilon)}", [node("BatchNormalization", "x s b m v", **epsilon)], {"x": x},
                         parameters, opset)
    for rank, epsilon in itertools.product((3, 4, 5), ({}, {"epsilon": 0.1})):
        x = floats(rank, *[2, 3, 4, 5, 2][:rank])
        writer.write(f"instancenormalization_{rank}_{len(epsilon)}", [node("InstanceNormalization", "x s b", **epsilon)], {"x": x},
                     {"s": floats(1, 3), "b": floats(2, 3)}, 6)
    x = floats(6, 2, 3, 4, 5)
    for axis in (None, -1, -2, 1, 2, 3):
        attributes = {} if axis is None else {"axis": axis}
        shape = x.shape[-1 if axis is None else axis:]
        writer.write(f"layernormalization_{axis}", [node("LayerNormalization", "x s b", "y m d", **attributes)], {"x": x},
                     {"s": floats(1, *shape), "b": floats(2, *shape)}, 17)
    for opset, count in ((18, 2), (21, 4)):
        writer.write(f"groupnormalization_{opset}", [node("GroupNormalization", "x s b", num_groups=2)], {"x": floats(5, 2, 4, 3, 3)},
                     {"s": floats(1, count), "b": floats(2, count)}, opset)


def products(writer):
    generator = random.Random(14)
    for number in range(60):
        m, k, n = (generator.randint(1, 5) for _ in range(3))
        a, b = generator.randint(0, 1), generator.randint(0, 1)
        attributes = {"transA": a, "transB": b}
        if generator.random() < 0.5:
            attributes |= {"alpha": 0.5, "beta": generator.choice([0.0, 2.0, -1.0])}
        arrays = {"x": floats(number, *((k, m) if a else (m, k))), "w": floats(number + 1, *((n, k) if b else (k, n)))}
        shape = generator.choice([None, (), (1,), (n,), (1, n), (m, 1), (m, n), (1, 1)])
        opset = generator.choice([7, 9, 11, 13])
        if shape is not None:
            arrays["c"] = floats(number + 2, *shape) if shape else np.float32(0.7)
        elif opset < 11:
            continue
        inputs, constants = split_between(generator, arrays)
        writer.write(f"gemm_{number}", [node("Gemm", " ".join(arrays), **attributes)], inputs, constants, opset)
    for number, (left, right) in enumerate([
        ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((4, 2, 3), (3, 5)), ((4, 2, 3), (4, 3, 5)), ((2, 1, 2, 3), (4, 3, 5)), ((3,), (4, 3, 2)),
        ((4, 2, 3), (3,)), ((1, 2, 3), (4, 3, 2)),
    ]):
        for given in (False, True):
            w = {"w": floats(2, *right)}
            writer.write(f"matmul_{number}_{given}", [node("MatMul", "x w")], {"x": floats(1, *left)} | (w if given else {}), {} if given else w, 13)


def reductions(writer):
    generator = random.Random(15)
    for number in range(150):
        rank = generator.choice([1, 2, 3, 4, 4])
        operator = generator.choice(["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin"])
        kind = generator.choice([np.float32, np.float32, np.int32, np.int64])
        x = floats(number, *[generator.randint(1, 4) for _ in range(rank)])
        x = x if kind == np.float32 else (x * 5).astype(kind)
        axes = [axis - generator.choice([0, rank]) for axis in generator.sample(range(rank), generator.randint(0, rank))]
        attributes = {"keepdims": generator.randint(0, 1)} if generator.random() < 0.7 else {}
        opset = generator.choice([11, 13, 18])
        by_operand = opset >= (13 if operator == "ReduceSum" else 18)
        if not by_operand:
            made = node(operator, "x", **attributes, **({"axes": axes} if axes else {}))
        else:
            if generator.random() < 0.5:
                attributes["noop_with_empty_axes"] = generator.randint(0, 1)
            made = node(operator, "x a" if axes or generator.random() < 0.5 else "x", **attributes)
        constants = {"a": np.array(axes, np.int64)}
        # What is known while a model is read goes another way.
        known = generator.random() < 0.3
        writer.write(f"reduce_{number}_{operator}_{opset}", [made], {} if known else {"x": x}, constants | ({"x": x} if known else {}), opset)
    x = np.random.default_rng(3).integers(0, 3, (2, 3, 4, 5)).astype(np.float32)
    for number, (operator, axis, last, keeps) in enumerate(itertools.product(("ArgMax", "ArgMin"), (0, 1, 3, -2), (0, 1), (0, 1))):
        for kind in (np.float32, np.int32, np.uint8):
            writer.write(f"argument_{number}_{kind.__name__}", [node(operator, "x", axis=axis, select_last_index=last, keepdims=keeps)],
                         {"x": x.astype(kind)}, opset=13)


def elementwise(writer):
    generator = random.Random(16)
    kinds = [np.float32, np.int32, np.int64, np.uint8, np.int8]
    for number in range(200):
        operator = generator.choice(["Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Equal", "Less", "Greater", "LessOrEqual"])
        kind = generator.choice(kinds)
        shapes = generator.choice([((2, 3, 4, 5), (3, 1, 1)), ((2, 3, 4, 5), (5,)), ((3, 1), (2, 1, 4)), ((4,), (4,)), ((2, 3, 4, 5), ())])
        x, c = (np.random.default_rng(number + i).integers(0 if kind == np.uint8 else -9, 10, shape).astype(kind) for i, shape in enumerate(shapes))
        if operator == "Div":
            c = np.where(c == 0, np.array(3, kind), c).astype(kind)
        if operator == "Pow":
            other = generator.choice([kind, np.float32, np.int64])
            c = np.abs(c).astype(other) % 4 if kind != np.float32 else c.astype(other) % 3
            c = np.asarray(c, other)
        swapped = generator.random() < 0.3 and operator != "Pow"
        arrays = {"x": x, "c": np.asarray(c)}
        inputs, constants = split_between(generator, arrays)
        known = generator.random() < 0.25
        if known:
            inputs, constants = {}, arrays
        writer.write(f"elementwise_{number}_{operator}_{kind.__name__}", [node(operator, "c x" if swapped and operator != "Div" else "x c")],
                     inputs, constants, generator.choice([13, 15]))
    for opset, operator in itertools.product((6,), ("Add", "Sub", "Mul", "Div")):
        for number, (shape, axis) in enumerate([((3,), 1), ((3, 4), 1), ((5,), None), ((4, 5), -2), ((2,), 0), ((1,), None)]):
            attributes = {"broadcast": 1} | ({} if axis is None else {"axis": axis})
            writer.write(f"broadcast_{operator}_{number}", [node(operator, "x c", **attributes)], {"x": floats(1, 2, 3, 4, 5)},
                         {"c": floats(2, *shape)}, opset)
    for operator in ("Sum", "Mean", "Max", "Min"):
        writer.write(f"variadic_{operator}", [node(operator, "x c d")], {"x": floats(1, 2, 3, 4, 5)}, {"c": floats(2, 3, 1, 1), "d": floats(3, 5)}, 13)
    for operator in ("Neg", "Abs", "Relu"):
        for kind in (np.int8, np.int32, np.int64):
            for known in (False, True):
                x = {"x": np.array([-128, -5, 0, 7, 127], kind)}
                writer.write(f"unary_{operator}_{kind.__name__}_{known}", [node(operator, "x")], {} if known else x, x if known else {}, 14)
    for source, target in itertools.product(kinds + [np.bool_], kinds + [np.bool_]):
        x = np.array([0, 1, 2.7, -2.7, 0.4, 100.5, -100.5], np.float32)
        x = np.abs(x) if np.uint8 in (source, target) else x
        for known in (False, True):
            arrays = {"x": x.astype(source)}
            writer.write(f"cast_{source.__name__}_{target.__name__}_{known}", [node("Cast", "x", to=helper.np_dtype_to_tensor_dtype(np.dtype(target)))],
                         {} if known else arrays, arrays if known else {}, 13)
    big = {"x": np.array([999, 1234, -77], np.int64)}
    for kind in (np.float32, np.int64, np.int32):
        writer.write(f"power_{kind.__name__}", [node("Pow", "x p")], big, {"p": np.array(3, kind)}, 13, (0, 0))
    for number, (x, y) in enumerate([(7, 3), (-7, 3), (7, -3), (-7, -3)]):
        for fmod in (0, 1):
            constants = {"c": np.array([x, x], np.int64), "d": np.array([y, y], np.int64)}
            writer.write(f"modulo_{number}_{fmod}", [node("Mod", "c d", fmod=fmod)], {}, constants, 13)
    nan = {"x": np.array([np.nan, -2, 2], np.float32)}
    writer.write("clip_nan", [node("Clip", "x l", "a"), helper.make_node("Clip", ["x", "", "h"], ["b"]), node("Clip", "x l h", "c")], nan,
                 {"l": np.float32(-1), "h": np.float32(1)}, 13)
    for opset, operator in ((13, "ReduceSum"), (18, "ReduceMax")):
        writer.write(f"noop_{operator}", [node(operator, "c", noop_with_empty_axes=1, keepdims=0)], {}, {"c": np.array([1, 5, 2], np.int64)}, opset)
    for number, bounds in enumerate([(0, 1, 0.1), (1, -1, -0.3), (0, 10, 3), (5, 5, 1)]):
        for kind in (np.float32, np.int64):
            constants = {k: np.array(v, kind) for k, v in zip("abc", bounds)}
            if constants["c"] != 0 and run([node("Range", "a b c")], {}, constants, 13)["y"].size:
                writer.write(f"range_{number}_{kind.__name__}", [node("Range", "a b c")], {}, constants, 13)
