"""Cases of Resize and Upsample."""

import collections
import itertools
import random

import numpy as np
import onnx
from onnx import helper

from cases import floats, model, run

COORDINATES = ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_half_pixel_for_nn",
               "tf_crop_and_resize"]
NEAREST = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]
SCALES = [0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 2 / 3, 0.7, 0.75, 0.8, 0.9, 0.95, 1.05, 1.1, 1.2, 1.25, 1.3, 1.4, 1.5, 1.6, 1.7, 1.75, 2,
          2.2, 2.25, 2.3, 2.5, 2.6, 2.7, 3, 3.1, 3.3]
SIDES = [4, 5, 7, 9, 10, 11, 13, 16, 17, 20, 21, 26, 30, 33]


def resize_attributes():
    """Every kind of Resize: attributes with the operator sets that have them."""
    for coordinates in COORDINATES:
        opsets = [11] if coordinates == "tf_half_pixel_for_nn" else [19] if coordinates == "half_pixel_symmetric" else [11, 13, 18, 19]
        common = {"coordinate_transformation_mode": coordinates}
        if coordinates == "tf_crop_and_resize":
            common["extrapolation_value"] = -7.5
        for mode in NEAREST:
            yield dict(common, mode="nearest", nearest_mode=mode), opsets
        yield dict(common, mode="linear"), opsets
        for a, exclude in itertools.product([-0.75, -0.5], [0, 1]):
            yield dict(common, mode="cubic", cubic_coeff_a=a, exclude_outside=exclude), opsets
        for mode, exclude in itertools.product(["linear", "cubic"], [0, 1]):
            if max(opsets) >= 18:
                yield dict(common, mode=mode, exclude_outside=exclude, antialias=1), [o for o in opsets if o >= 18]


def ignores_region(attributes, sides, scales):
    """ONNX Runtime takes no part of an axis that keeps its length, against the specification, which is followed there."""
    kept = any(max(1, int(np.float32(side) * np.float32(scale))) == side for side, scale in zip(sides, scales))
    return kept and attributes["coordinate_transformation_mode"] == "tf_crop_and_resize"


def resize_nodes(attributes, sides, scales, by_sizes, index, opset):
    """A Resize of an image `x{index}` with its constants."""
    pair = [np.float32(scale) for scale in scales]
    sizes = [max(1, int(np.float32(side) * scale)) for side, scale in zip(sides, pair)]
    constants = {f"roi{index}": np.array([0, 0, 0.1, -0.2, 1, 1, 0.8, 1.1], np.float32),
                 f"scales{index}": np.array([1, 1] + pair, np.float32), f"sizes{index}": np.array([1, 1] + sizes, np.int64)}
    # Operator set 11 has no way to leave an operand out, but an empty one.
    none = "none" if opset == 11 else ""
    constants["none"] = np.array([], np.float32)
    roi = f"roi{index}" if attributes["coordinate_transformation_mode"] == "tf_crop_and_resize" else none
    operands = [f"x{index}", roi, none, f"sizes{index}"] if by_sizes else [f"x{index}", roi, f"scales{index}"]
    text = f"{sides[0]}x{sides[1]}_by_{scales[0]:.4g}x{scales[1]:.4g}".replace(".", "p")
    return helper.make_node("Resize", operands, [f"y{index}_{text}"], **attributes), constants


def resize_case(attributes, opset, seed, by_sizes, count, sides_from=SIDES):
    """`count` images of random sides with random scales."""
    generator = random.Random(seed)
    nodes, inputs, constants = [], {}, {}
    for index in range(count):
        sides = [generator.choice(sides_from), generator.choice(sides_from)]
        scales = [generator.choice(SCALES), generator.choice(SCALES)]
        if ignores_region(attributes, sides, scales):
            continue
        node, own = resize_nodes(attributes, sides, scales, by_sizes, index, opset)
        nodes.append(node)
        constants.update(own)
        inputs[f"x{index}"] = floats(seed + index, 1, 1, *sides)
    return nodes, inputs, constants


def resizes(writer):
    """Modes x coordinates x scales or sizes; each with every scale and side along a line, then with random pairs of them."""
    for number, (attributes, opsets) in enumerate(resize_attributes()):
        words = [attributes["mode"], attributes.get("nearest_mode", ""), attributes["coordinate_transformation_mode"]]
        words += [f"{k}{attributes[k]}" for k in ("cubic_coeff_a", "exclude_outside", "antialias") if k in attributes]
        name = "resize_" + "_".join(w for w in words if w).replace("-", "m").replace(".", "p")
        for by_sizes in (False, True):
            if attributes["mode"] == "nearest":
                # All pairs of a scale and a side: the nearest element jumps.
                for part, scale in enumerate(SCALES):
                    opset = opsets[part % len(opsets)]
                    nodes, inputs, constants = [], {}, {}
                    for index, side in enumerate(SIDES[::2]):
                        other = SIDES[2 * index + 1]
                        if ignores_region(attributes, [side, other], [scale, scale]):
                            continue
                        node, own = resize_nodes(attributes, [side, other], [scale, scale], by_sizes, index, opset)
                        nodes.append(node)
                        constants.update(own)
                        inputs[f"x{index}"] = floats(index, 1, 1, side, other)
                    writer.write(f"{name}_{'sizes' if by_sizes else 'scales'}_{part}_{opset}", nodes, inputs, constants, opset)
            for part in range(6):
                opset = opsets[part % len(opsets)]
                nodes, inputs, constants = resize_case(attributes, opset, 100 * number + part, by_sizes, 6)
                writer.write(f"{name}_{'sizes' if by_sizes else 'scales'}_random{part}_{opset}", nodes, inputs, constants, opset)
    for mode, scale in itertools.product(["nearest", "linear"], SCALES):
        for opset, operator in ((10, "Resize"), (9, "Upsample"), (7, "Upsample")):
            nodes, inputs, constants = [], {}, {}
            for index, side in enumerate(SIDES[::2]):
                other = SIDES[2 * index + 1]
                pair = [1.0, 1.0, float(np.float32(scale)), float(np.float32(scale))]
                inputs[f"x{index}"] = floats(index, 1, 2, side, other)
                constants["scales"] = np.array(pair, np.float32)
                if opset == 7:
                    nodes.append(helper.make_node(operator, [f"x{index}"], [f"y{index}"], mode=mode, scales=pair))
                else:
                    nodes.append(helper.make_node(operator, [f"x{index}", "scales"], [f"y{index}"], mode=mode))
            writer.write(f"resize_{operator}_{mode}_{scale:.4g}_{opset}".replace(".", "p"), nodes, inputs, constants, opset)


def resize_shapes(writer):
    """Images with channels last, other ranks, a list of axes, aspect ratios that are kept."""
    generator = random.Random(21)
    for number in range(240):
        rank = generator.choice([1, 2, 3, 4, 4, 4, 5])
        sides = [generator.randint(2, 7) for _ in range(rank)]
        attributes = {"mode": generator.choice(["nearest", "nearest", "linear", "cubic"])}
        attributes["coordinate_transformation_mode"] = generator.choice(["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"])
        if attributes["mode"] == "nearest":
            attributes["nearest_mode"] = generator.choice(NEAREST)
        scales = [generator.choice([1.0, 1.0, 0.5, 0.6, 1.5, 2.0, 2.3]) for _ in range(rank)]
        if attributes["mode"] != "nearest":
            # What ONNX Runtime interpolates.
            kept = {4: generator.choice([[0, 1], [0, 3]]), 5: [0, 1]}.get(rank, [])
            scales = [1.0 if axis in kept else scale for axis, scale in enumerate(scales)]
        opset = generator.choice([11, 13, 18, 19])
        sizes = [max(1, int(np.float32(side) * np.float32(scale))) for side, scale in zip(sides, scales)]
        axes = list(range(rank))
        if opset >= 18 and generator.random() < 0.6:
            axes = sorted(generator.sample(axes, generator.randint(1, rank)))
            attributes["axes"] = [axis - generator.choice([0, 0, rank]) for axis in axes]
        # ONNX Runtime keeps no aspect ratio of axes that count from the end.
        keeps = opset >= 18 and min(attributes.get("axes", [0])) >= 0
        constants = {"s": np.array([scales[axis] for axis in axes], np.float32), "n": np.array([sizes[axis] for axis in axes], np.int64),
                     "none": np.array([], np.float32)}
        none = "none" if opset == 11 else ""
        operands = ["x", none, "s"]
        if generator.random() < 0.5:
            operands = ["x", none, none, "n"]
            if keeps:
                attributes["keep_aspect_ratio_policy"] = generator.choice(["stretch", "not_larger", "not_smaller"])
        writer.write(f"resize_shapes_{number}_{rank}_{opset}", [helper.make_node("Resize", operands, ["y"], **attributes)],
                     {"x": floats(number, *sides)}, constants, opset)


def compare_reference():
    """Prints for each kind of Resize how many results of onnx.reference differ from ONNX Runtime's."""
    from onnx.reference import ReferenceEvaluator

    for number, (attributes, opsets) in enumerate(resize_attributes()):
        for by_sizes in (False, True):
            counts = collections.Counter()
            opset = max(opsets)
            nodes, inputs, constants = resize_case(attributes, opset, number, by_sizes, 8, SIDES[:6])
            for node in nodes:
                expected = run([node], inputs, constants, opset)
                if expected is None:
                    counts["refused"] += 1
                    continue
                used = {k: v for k, v in inputs.items() if k in node.input}
                try:
                    bytes_ = model([node], inputs, constants, opset, expected)
                    found = ReferenceEvaluator(onnx.load_from_string(bytes_)).run(None, used)[0]
                except Exception as error:
                    counts[f"reference fails: {type(error).__name__}"] += 1
                    continue
                y = expected[node.output[0]]
                same = found.shape == y.shape and np.allclose(found, y, rtol=1e-4, atol=5e-5)
                counts["same" if same else "other"] += 1
            print(" ".join(f"{k}={v}" for k, v in attributes.items()), "sizes" if by_sizes else "scales", dict(counts), flush=True)
