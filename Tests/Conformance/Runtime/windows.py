"""Cases of poolings, convolutions and Pad."""

import random

import numpy as np
from onnx import helper

from cases import floats, node, split_between


def leaves_specification(attributes, sides):
    """ONNX Runtime pads `auto_pad` SAME as if there were no dilations, so that the result has another shape than the specification
    says, and crops where strides pass over elements at the end; and it makes a result of windows that do not fit into the padded image."""
    dilations = attributes.get("dilations", [1] * len(sides))
    if "SAME" in attributes.get("auto_pad", ""):
        windows = list(zip(attributes["kernel_shape"], attributes["strides"], sides))
        return any(dilation > 1 for dilation in dilations) or any((-(-n // s) - 1) * s + k < n for k, s, n in windows)
    pads = attributes.get("pads", [0] * 2 * len(sides))
    return any(
        (kernel - 1) * dilation + 1 > side + before + after
        for kernel, dilation, side, before, after in zip(
            attributes["kernel_shape"], dilations, sides, pads[:len(sides)], pads[len(sides):]))


def poolings(writer):
    generator = random.Random(5)
    for number in range(400):
        rank = generator.choice([1, 2, 2, 3])
        operator = generator.choice(["AveragePool", "AveragePool", "MaxPool"])
        opset = generator.choice([7, 10, 11, 19, 22] if operator == "AveragePool" else [8, 10, 11, 12, 22])
        kernel = [generator.randint(1, 4) for _ in range(rank)]
        attributes = {"kernel_shape": kernel, "strides": [generator.randint(1, 4) for _ in range(rank)]}
        if (operator == "MaxPool" and opset >= 10) or opset >= 19:
            attributes["dilations"] = [generator.randint(1, 3) for _ in range(rank)]
        if opset >= 10:
            attributes["ceil_mode"] = generator.randint(0, 1)
        if operator == "AveragePool":
            attributes["count_include_pad"] = generator.randint(0, 1)
        padding = generator.choice(["NOTSET", "NOTSET", "NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"])
        if padding == "NOTSET":
            attributes["pads"] = [generator.randint(0, k - 1) for k in kernel + kernel]
        else:
            attributes["auto_pad"] = padding
        sides = [generator.randint(4, 9) for _ in range(rank)]
        if leaves_specification(attributes, sides):
            continue
        outputs = ["y"]
        if operator == "MaxPool" and rank < 3 and generator.random() < 0.5:
            outputs.append("i")
            attributes["storage_order"] = generator.randint(0, 1)
        writer.write(f"pooling_{number}_{operator}_{rank}d", [helper.make_node(operator, ["x"], outputs, **attributes)],
                     {"x": floats(number, 1, 2, *sides)}, opset=opset)
    for rank in (1, 2, 3):
        for operator in ("GlobalAveragePool", "GlobalMaxPool"):
            writer.write(f"pooling_{operator}_{rank}d", [helper.make_node(operator, ["x"], ["y"])], {"x": floats(rank, 2, 3, *[5, 4, 3][:rank])})

def convolutions(writer):
    generator = random.Random(11)
    for number in range(160):
        rank = generator.choice([1, 2, 2, 3])
        transposed = number % 2 == 1
        group = generator.choice([1, 1, 2])
        kernel = [generator.randint(1, 4) for _ in range(rank)]
        strides = [generator.randint(1, 3) for _ in range(rank)]
        attributes = {"strides": strides, "dilations": [generator.randint(1, 2) for _ in range(rank)], "group": group}
        padding = generator.choice(["NOTSET", "NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"])
        if padding == "NOTSET":
            attributes["pads"] = [generator.randint(0, 2) for _ in range(2 * rank)]
        else:
            attributes["auto_pad"] = padding
        sides = [generator.randint(4, 8) for _ in range(rank)]
        if transposed:
            if generator.random() < 0.4:
                attributes["output_padding"] = [generator.randint(0, max(stride - 1, 0)) for stride in strides]
            if generator.random() < 0.4:
                attributes["output_shape"] = [side * stride + generator.randint(-2, 2) for side, stride in zip(sides, strides)]
                attributes.pop("pads", None)
            # The specification makes such an image as large as its strides say, ONNX Runtime no larger than the windows reach.
            reach = [(k - 1) * d + 1 for k, d in zip(kernel, attributes["dilations"])]
            extra = attributes.get("output_padding", [0] * rank)
            if "SAME" in padding and "output_shape" not in attributes and any(r + e < s for r, e, s in zip(reach, extra, strides)):
                continue
        weights = (4, 6 // group) if transposed else (6, 4 // group)
        arrays = {"x": floats(number, 2, 4, *sides), "w": floats(number + 1, *weights, *kernel)}
        if generator.random() < 0.5:
            arrays["b"] = floats(number + 2, 6)
        inputs, constants = split_between(generator, arrays)
        writer.write(f"convolution_{number}", [node("ConvTranspose" if transposed else "Conv", " ".join(arrays), **attributes)],
                     inputs, constants, generator.choice([1, 11, 13, 22]))


def paddings(writer):
    generator = random.Random(12)
    for number in range(120):
        rank = generator.choice([1, 2, 3, 4])
        sides = [generator.randint(3, 6) for _ in range(rank)]
        opset = generator.choice([2, 11, 13, 18, 19, 21])
        mode = generator.choice(["constant", "edge", "reflect"] + (["wrap"] if opset >= 19 else []))
        axes = sorted(generator.sample(range(rank), generator.randint(1, rank))) if opset >= 18 else list(range(rank))
        pads = [generator.randint(-1, 2) for _ in range(2 * len(axes))]
        inputs, constants = {"x": floats(number, *sides)}, {}
        if opset == 2:
            made = node("Pad", "x", mode=mode, pads=pads, value=0.5)
        else:
            constants = {"p": np.array(pads, np.int64), "v": np.float32(1.5)}
            operands = ["x", "p", generator.choice(["", "v"])]
            if opset >= 18:
                constants["a"] = np.array([axis - generator.choice([0, rank]) for axis in axes], np.int64)
                operands.append("a")
            made = helper.make_node("Pad", operands, ["y"], mode=mode)
        writer.write(f"pad_{number}_{mode}_{opset}", [made], inputs, constants, opset)
