"""Writes ONNX's own test cases for onnx-conformance: every case of the node, pytorch-converted, pytorch-operator, simple and
light suites of the onnx package.

    prepare.py FOLDER

Each case is a folder with its model, its arrays and `case.txt`, whose lines have tabs between their words:

    suite       the suite's name
    model       the model's path
    tolerance   relative, absolute
    input       name, file, shape, for an input that is given when the model runs
    bind        the same for one that is given when the model is read
    output      name, file
    other       name, file: what is expected of an output in place of ONNX's own result

A graph input is bound where it decides a shape or which branch or how many turns are taken, directly or through arithmetic;
every other input is given when the model runs. `-` stands for a file where .npy has no form for what is given, and for the
shape of what is no tensor; bfloat16 is written as elements of two bytes without a type of their own, `|V2`.
"""

import os
import sys
import warnings

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.backend.test.case.node import collect_testcases

FOLDER_SUITES = ["pytorch-converted", "pytorch-operator", "simple"]


def average_pooling_3d(x):
    """A window of 5x5x5 with dilations of 2 and strides of 3, without padding, of which only what lies inside `x` counts."""
    sides = [max(1, -(-(side - 9) // 3) + 1) for side in x.shape[2:]]
    taps = [[[at for at in range(3 * o, 3 * o + 9, 2) if at < side] for o in range(n)] for n, side in zip(sides, x.shape[2:])]
    result = np.zeros(x.shape[:2] + tuple(sides), np.float32)
    for index in np.ndindex(*sides):
        depth, rows, columns = (taps[axis][i] for axis, i in enumerate(index))
        result[(slice(None), slice(None)) + index] = x[:, :, depth][:, :, :, rows][:, :, :, :, columns].mean(axis=(2, 3, 4))
    return result


def inverse_transform(x):
    """The inverse Fourier transform over axis 1 in float64. NumPy's in float32 is off by more than the runner tolerates near 0."""
    result = np.fft.ifft(x[..., 0].astype(np.float64) + 1j * x[..., 1].astype(np.float64), axis=1)
    return np.stack((result.real, result.imag), axis=-1)


# Cases whose results are deliberately other than ONNX's own: what is expected in their place, made of the first input.
# Documentation/Numerics.md says why.
OTHER = {
    "test_resize_downsample_scales_linear_align_corners": lambda x: x[:, :, :1, [0, 3]],
    "test_resize_downsample_scales_cubic_align_corners": lambda x: (x[:, :, [0, 1, 3]] + x[:, :, [0, 2, 3]])[..., [0, 1, 3]] / 4
    + (x[:, :, [0, 1, 3]] + x[:, :, [0, 2, 3]])[..., [0, 2, 3]] / 4,
    "test_averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_True": average_pooling_3d,
    "test_dft_inverse": inverse_transform,
    "test_dft_inverse_opset19": inverse_transform,
}

# Operands that decide a shape, or what is computed at all. Of reductions it is the second one.
STATIC_OPERANDS = {
    "AffineGrid": [1], "BlackmanWindow": [0], "CenterCropPad": [1], "Col2Im": [1, 2], "Compress": [1], "ConstantOfShape": [0],
    "CumProd": [1], "CumSum": [1], "DFT": [1, 2], "Dropout": [2], "Expand": [1], "HammingWindow": [0], "HannWindow": [0], "If": [0],
    "Loop": [0, 1], "MaxUnpool": [2], "MelWeightMatrix": [0, 1, 2, 3, 4], "NonMaxSuppression": [0, 1, 2, 3, 4], "NonZero": [0],
    "OneHot": [1], "Pad": [1, 3], "Range": [0, 1, 2], "Reshape": [1], "Resize": [1, 2, 3], "STFT": [1, 3], "Slice": [1, 2, 3, 4],
    "Split": [1], "SplitToSequence": [1], "Squeeze": [1], "Tile": [1, 2], "TopK": [1], "Trilu": [1], "Unique": [0],
    "Unsqueeze": [1], "Upsample": [1],
}


def static_operands(node):
    if node.op_type.startswith("Reduce"):
        return [1]
    return STATIC_OPERANDS.get(node.op_type, [])


def nodes_within(graph):
    """The nodes of a graph and of the graphs in them."""
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            for subgraph in ([attribute.g] if attribute.HasField("g") else []) + list(attribute.graphs):
                yield from nodes_within(subgraph)


def bound_inputs(graph):
    """Names of the inputs that have to be known when the model is read."""
    nodes = list(nodes_within(graph))
    producers = {output: node for node in nodes for output in node.output}
    wanted = [
        node.input[index] for node in nodes for index in static_operands(node) if index < len(node.input) and node.input[index]
    ]
    seen = set()
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        node = producers.get(name)
        # The shape of a tensor is known without its elements.
        if node is not None and node.op_type not in ("Shape", "Size"):
            wanted.extend(node.input)
    return seen & {value.name for value in graph.input}


def given_array(value):
    """The array that a case gives; None for sequences, texts and what is left out."""
    if isinstance(value, onnx.TensorProto):
        value = numpy_helper.to_array(value)
    if not isinstance(value, (np.ndarray, np.generic)):
        return None
    return np.asarray(value)


def stored_form(array):
    """The array as .npy holds it; None where it has no form for its type."""
    if array is None:
        return None
    if array.dtype.name == "bfloat16":
        return array.view(np.dtype("V2"))
    known = array.dtype.kind in "biu" or array.dtype in (np.float16, np.float32, np.float64)
    # The small types of ml_dtypes call themselves integers and floats too.
    return array if known and array.dtype.isbuiltin == 1 else None


def node_cases():
    """The node suite: (name, model or its path, inputs, outputs, tolerances)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        collected = collect_testcases(None)
    for case in collected:
        for index, (inputs, outputs) in enumerate(case.data_sets):
            yield (numbered(case.name, index), case.model, inputs, outputs, (case.rtol, case.atol))


def numbered(name, index):
    return name if index == 0 else f"{name}.{index}"


def folder_cases(suite):
    """A suite that the package has as folders with files."""
    root = os.path.join(os.path.dirname(onnx.__file__), "backend", "test", "data", suite)
    for name in sorted(os.listdir(root)):
        path = os.path.join(root, name, "model.onnx")
        if not os.path.exists(path):
            continue
        index = 0
        while os.path.isdir(data := os.path.join(root, name, f"test_data_set_{index}")):
            inputs, outputs = [
                [read_value(os.path.join(data, f"{kind}_{i}.pb")) for i in range(sum(f.startswith(kind) for f in os.listdir(data)))]
                for kind in ("input", "output")
            ]
            yield (numbered(name, index), path, inputs, outputs, (1e-3, 1e-7))
            index += 1


def read_value(path):
    """What a TensorProto file holds; the bytes of a SequenceProto, which the suite of simple models has too, are no tensor."""
    tensor = onnx.TensorProto()
    with open(path, "rb") as file:
        content = file.read()
    try:
        tensor.ParseFromString(content)
        return numpy_helper.to_array(tensor)
    except Exception:  # Of protobuf or of numpy_helper, and of other classes with each version.
        return content


def light_cases():
    """Models whose weights are made when they run; their inputs are what onnx.backend.test.runner makes of name and shape."""
    root = os.path.join(os.path.dirname(onnx.__file__), "backend", "test", "data", "light")
    for file in sorted(os.listdir(root)):
        if not file.endswith(".onnx"):
            continue
        path = os.path.join(root, file)
        graph = onnx.load(path).graph
        constants = {tensor.name for tensor in graph.initializer}
        inputs = []
        for value in graph.input:
            if value.name not in constants:
                shape = [side.dim_value for side in value.type.tensor_type.shape.dim]
                count = int(np.prod(shape))
                inputs.append((np.arange(count).reshape(shape) / count).astype(np.float32))
        yield (file[:-5], path, inputs, [read_value(path[:-5] + "_output_0.pb")], (1e-3, 1e-7))


def cases():
    """All the cases with their suites."""
    for case in node_cases():
        yield ("node",) + case
    for suite in FOLDER_SUITES:
        for case in folder_cases(suite):
            yield (suite,) + case
    for case in light_cases():
        yield ("light",) + case


def write_array(folder, file, array):
    """Writes an array; returns the file's name, or what stands for none."""
    stored = stored_form(array)
    if stored is None:
        return "-"
    np.save(os.path.join(folder, file), np.asarray(stored, order="C"))
    return file


def write_case(root, suite, name, model, inputs, outputs, tolerance):
    folder = os.path.join(root, name)
    os.makedirs(folder)
    path = model
    if not isinstance(model, str):
        path = os.path.join(folder, "model.onnx")
        onnx.save(model, path)
    graph = onnx.load(path).graph if isinstance(model, str) else model.graph
    constants = {tensor.name for tensor in graph.initializer}
    names = [value.name for value in graph.input]
    # Old models list their initializers as inputs as well, and cases give them or not.
    given = names if len(inputs) == len(names) else [name for name in names if name not in constants]
    bound = bound_inputs(graph)
    lines = [["suite", suite], ["model", path], ["tolerance", repr(float(tolerance[0])), repr(float(tolerance[1]))]]
    arrays = [given_array(value) for value in inputs]
    for index, (input_name, array) in enumerate(zip(given, arrays)):
        shape = "-" if array is None else ",".join(str(side) for side in array.shape)
        file = write_array(folder, f"input_{index}.npy", array)
        lines.append(["bind" if input_name in bound else "input", input_name, file, shape])
    for index, (value, expected) in enumerate(zip(graph.output, outputs)):
        expected = given_array(expected)
        lines.append(["output", value.name, write_array(folder, f"output_{index}.npy", expected)])
        if name in OTHER:
            other = np.asarray(OTHER[name](arrays[0]), expected.dtype)
            lines.append(["other", value.name, write_array(folder, f"other_{index}.npy", other)])
    with open(os.path.join(folder, "case.txt"), "w") as file:
        file.write("".join("\t".join(words) + "\n" for words in lines))


def main(root):
    os.makedirs(root, exist_ok=True)
    names = []
    for suite, name, *rest in cases():
        write_case(root, suite, name, *rest)
        names.append(f"{suite}\t{name}\n")
    with open(os.path.join(root, "cases.txt"), "w") as file:
        file.write("".join(names))


if __name__ == "__main__":
    main(sys.argv[1])
