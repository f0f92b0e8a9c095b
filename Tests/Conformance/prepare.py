"""Lists ONNX's own test cases and writes those that use only imported operators for onnx-conformance.

    prepare.py FOLDER              every case of the node, pytorch-converted, pytorch-operator, simple and light suites
    prepare.py --list cases.txt    the list of cases with their operators and types, which is committed

A graph input is bound (given when the model is read) where it decides a shape or which branch or how many turns are
taken, directly or through arithmetic; every other input is given when the model runs.
"""

import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

SUITES = ["node", "pytorch-converted", "pytorch-operator", "simple", "light"]

OPERATORS = set(
    """Conv ConvTranspose MaxPool AveragePool GlobalAveragePool GlobalMaxPool BatchNormalization InstanceNormalization
    LayerNormalization GroupNormalization Relu LeakyRelu PRelu Elu Selu Celu Sigmoid HardSigmoid HardSwish Mish Gelu Softplus
    Softsign Tanh Clip Softmax LogSoftmax Add Sub Mul Div Pow Sqrt Exp Log Abs Neg Reciprocal Floor Ceil Erf Min Max Mean Sum
    Where Equal Less LessOrEqual Greater GreaterOrEqual And Or Xor Not Concat Split Slice Gather Pad Resize Upsample Transpose
    Reshape Flatten Squeeze Unsqueeze Expand Tile DepthToSpace SpaceToDepth MatMul Gemm ReduceMean ReduceSum ReduceMax
    ReduceMin ArgMax ArgMin Cast Shape Size ConstantOfShape Range Identity Dropout Constant QuantizeLinear DequantizeLinear
    If Loop""".split()
)

def average_pooling_3d(x):
    """A window of 5x5x5 with dilations of 2 and strides of 3, without padding, of which only what lies inside `x` counts."""
    sides = [max(1, -(-(side - 9) // 3) + 1) for side in x.shape[2:]]
    taps = [[[at for at in range(3 * o, 3 * o + 9, 2) if at < side] for o in range(n)] for n, side in zip(sides, x.shape[2:])]
    result = np.zeros(x.shape[:2] + tuple(sides), np.float32)
    for index in np.ndindex(*sides):
        depth, rows, columns = (taps[axis][i] for axis, i in enumerate(index))
        result[(slice(None), slice(None)) + index] = x[:, :, depth][:, :, :, rows][:, :, :, :, columns].mean(axis=(2, 3, 4))
    return result


# Cases whose results are deliberately other than ONNX's own: what is expected in their place, made of the first input.
# Documentation/Numerics.md says why.
OTHER = {
    "test_resize_downsample_scales_linear_align_corners": lambda x: x[:, :, :1, [0, 3]],
    "test_resize_downsample_scales_cubic_align_corners": lambda x: (x[:, :, [0, 1, 3]] + x[:, :, [0, 2, 3]])[..., [0, 1, 3]] / 4
    + (x[:, :, [0, 1, 3]] + x[:, :, [0, 2, 3]])[..., [0, 2, 3]] / 4,
    "test_averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_True": average_pooling_3d,
}

# Operands that decide a shape, or what is computed at all.
STATIC_OPERANDS = {
    "Reshape": [1], "Expand": [1], "Tile": [1, 2], "Slice": [1, 2, 3, 4], "Pad": [1, 3], "Resize": [1, 2, 3],
    "Upsample": [1], "Squeeze": [1], "Unsqueeze": [1], "ReduceMean": [1], "ReduceSum": [1], "ReduceMax": [1],
    "ReduceMin": [1], "ConstantOfShape": [0], "Range": [0, 1, 2], "Split": [1], "Loop": [0, 1], "If": [0],
}

TYPES = {TensorProto.FLOAT, TensorProto.INT64, TensorProto.INT32, TensorProto.UINT8, TensorProto.INT8, TensorProto.BOOL}


def operators(graph, functions, found):
    """Names of the operators of a graph and of the graphs and functions in it."""
    for node in graph.node:
        function = functions.get((node.domain, node.op_type))
        if function is not None:
            operators(function, functions, found)
            continue
        found.add(node.op_type if node.domain in ("", "ai.onnx") else f"{node.domain}:{node.op_type}")
        for attribute in node.attribute:
            if attribute.HasField("g"):
                operators(attribute.g, functions, found)
            for subgraph in attribute.graphs:
                operators(subgraph, functions, found)
    return found


def type_names(values):
    """Element types of inputs or outputs; what is no tensor under the name of its kind."""
    names = set()
    for value in values:
        kind = value.type.WhichOneof("value")
        if kind == "tensor_type":
            names.add(TensorProto.DataType.Name(value.type.tensor_type.elem_type))
        else:
            names.add((kind or "no_type").replace("_type", "").upper())
    return names


def attribute_types(graph):
    """Element types that constants and casts bring in."""
    names = set()
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                names.add(TensorProto.DataType.Name(attribute.t.data_type))
            if node.op_type == "Cast" and attribute.name == "to":
                names.add(TensorProto.DataType.Name(attribute.i))
    return names


def skip_reason(case):
    """Why a case is skipped; None where it is run."""
    model, graph = case["model"], case["model"].graph
    accepted = {TensorProto.DataType.Name(t) for t in TYPES}
    others = sorted((type_names(graph.input) | type_names(graph.output) | attribute_types(graph)) - accepted)
    if others:
        return "type " + ", ".join(others)
    for node in graph.node:
        if node.op_type == "BatchNormalization" and any(a.name == "training_mode" and a.i for a in node.attribute):
            return "training mode"
        if node.op_type == "Dropout" and len(node.input) > 2 and node.input[2]:
            return "training mode"
    return None


def cases(suite):
    """The cases of a suite: their name, model, folder and data."""
    root = os.path.join(os.path.dirname(onnx.__file__), "backend", "test", "data", suite)
    for name in sorted(os.listdir(root)):
        path = os.path.join(root, name)
        if suite == "light":
            if name.endswith(".onnx"):
                yield {"name": name[:-5], "path": path, "model": onnx.load(path), "folder": None}
        elif os.path.exists(os.path.join(path, "model.onnx")):
            model = onnx.load(os.path.join(path, "model.onnx"))
            yield {"name": name, "path": os.path.join(path, "model.onnx"), "model": model, "folder": path}


def listed(suite):
    """The cases of a suite that use only imported operators, with these."""
    for case in cases(suite):
        functions = {(f.domain, f.name): f for f in case["model"].functions}
        case["operators"] = operators(case["model"].graph, functions, set())
        if case["operators"] <= OPERATORS:
            yield case


def bound_inputs(graph):
    """Names of the inputs that have to be known when the model is read."""
    producers = {output: node for node in graph.node for output in node.output}
    wanted = [
        node.input[index]
        for node in graph.node
        for index in STATIC_OPERANDS.get(node.op_type, [])
        if index < len(node.input) and node.input[index]
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


def read_tensor(path):
    """The array in a TensorProto file."""
    tensor = onnx.TensorProto()
    with open(path, "rb") as file:
        tensor.ParseFromString(file.read())
    return numpy_helper.to_array(tensor)


def light_arrays(case):
    """Inputs of a light model: what onnx.backend.test.runner makes of its name and shape; expected outputs beside it."""
    graph = case["model"].graph
    constants = {tensor.name for tensor in graph.initializer}
    inputs = []
    for value in graph.input:
        if value.name not in constants:
            shape = [side.dim_value for side in value.type.tensor_type.shape.dim]
            count = int(np.prod(shape))
            inputs.append((value.name, (np.arange(count).reshape(shape) / count).astype(np.float32)))
    return inputs, [(graph.output[0].name, read_tensor(case["path"][:-5] + "_output_0.pb"))]


def data_sets(case):
    """Inputs and expected outputs of each data set of a case, by name."""
    if case["folder"] is None:
        yield light_arrays(case)
        return
    graph = case["model"].graph
    constants = {tensor.name for tensor in graph.initializer}
    names = [value.name for value in graph.input]
    index = 0
    while os.path.isdir(folder := os.path.join(case["folder"], f"test_data_set_{index}")):
        index += 1
        count = len([name for name in os.listdir(folder) if name.startswith("input_")])
        given = names if count == len(names) else [name for name in names if name not in constants]
        yield (
            [(name, read_tensor(os.path.join(folder, f"input_{i}.pb"))) for i, name in enumerate(given[:count])],
            [(v.name, read_tensor(os.path.join(folder, f"output_{i}.pb"))) for i, v in enumerate(graph.output)],
        )


def write_case(folder, case):
    """Writes the data sets of a case; returns the names of what was written."""
    written = []
    bound = bound_inputs(case["model"].graph)
    for index, (inputs, outputs) in enumerate(data_sets(case)):
        name = case["name"] if index == 0 else f"{case['name']}.{index}"
        path = os.path.join(folder, name)
        os.makedirs(path, exist_ok=True)
        lines = [f"model\t{case['path']}"]
        for kind, arrays in (("input", inputs), ("output", outputs)):
            for position, (array_name, array) in enumerate(arrays):
                file = f"{kind}_{position}.npy"
                np.save(os.path.join(path, file), np.asarray(array, order="C"))
                if kind == "output" and case["name"] in OTHER:
                    other = np.asarray(OTHER[case["name"]](inputs[0][1]), array.dtype)
                    np.save(os.path.join(path, f"other_{file}"), np.asarray(other, order="C"))
                    lines.append(f"other\t{array_name}\tother_{file}")
                word = "bind" if kind == "input" and array_name in bound else kind
                lines.append(f"{word}\t{array_name}\t{file}")
        with open(os.path.join(path, "case.txt"), "w") as file:
            file.write("\n".join(lines) + "\n")
        written.append(name)
    return written


def main(arguments):
    if arguments[0] == "--list":
        lines = [
            "# suite, case, operators, element types of inputs and outputs, and 'other' where another result is expected than ONNX's; "
            "written by prepare.py --list"
        ]
        for suite in SUITES:
            for case in listed(suite):
                graph = case["model"].graph
                types = sorted(type_names(graph.input) | type_names(graph.output))
                other = " other" if case["name"] in OTHER else ""
                lines.append(f"{suite} {case['name']} {','.join(sorted(case['operators']))} {','.join(types)}{other}")
        with open(arguments[1], "w") as file:
            file.write("\n".join(lines) + "\n")
        return
    folder = arguments[0]
    os.makedirs(folder, exist_ok=True)
    names, skipped = [], []
    for suite in SUITES:
        for case in listed(suite):
            reason = skip_reason(case)
            if reason:
                skipped.append(f"{suite}\t{case['name']}\t{reason}")
            else:
                names += [(suite, name) for name in write_case(folder, case)]
    with open(os.path.join(folder, "cases.txt"), "w") as file:
        file.write("".join(f"{name}\n" for _, name in names))
    with open(os.path.join(folder, "suites.txt"), "w") as file:
        file.write("".join(f"{suite}\t{name}\n" for suite, name in names))
    with open(os.path.join(folder, "skipped.txt"), "w") as file:
        file.write("".join(line + "\n" for line in skipped))


if __name__ == "__main__":
    main(sys.argv[1:])
