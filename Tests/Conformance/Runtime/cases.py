"""What the scripts here share: cases of a few nodes with ONNX Runtime's results, as onnx-conformance reads them."""

import collections
import os

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

FLOAT = TensorProto.FLOAT


class Writer:
    """Collects the cases of a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.names = []
        self.refused = collections.Counter()

    def write(self, name, nodes, inputs, constants=None, opset=19, tolerance=(1e-4, 5e-5)):
        """One case; nodes that ONNX Runtime refuses are left out. `nodes` are made by `helper.make_node` with one output, or more."""
        kept, outputs = [], {}
        for node in nodes:
            result = run([node], inputs, constants or {}, opset)
            if result is None:
                self.refused[node.op_type] += 1
                continue
            kept.append(node)
            outputs.update(result)
        if not kept:
            return
        self.write_files(name, kept, inputs, constants or {}, opset, outputs, tolerance)
        x = inputs.get("x")
        if x is not None and x.ndim == 4 and x.dtype == np.float32:
            # The same where an image is computed before: its channels are last inside.
            pooling = helper.make_node("MaxPool", ["image"], ["x"], kernel_shape=[1, 1])
            given = {"image" if key == "x" else key: array for key, array in inputs.items()}
            self.write_files(f"{name}_image", [pooling] + kept, given, constants or {}, opset, outputs, tolerance)

    def write_files(self, name, kept, inputs, constants, opset, outputs, tolerance):
        path = os.path.join(self.folder, name)
        os.makedirs(path, exist_ok=True)
        with open(os.path.join(path, "model.onnx"), "wb") as file:
            file.write(model(kept, inputs, constants, opset, outputs))
        lines = ["suite\truntime", f"model\t{path}/model.onnx", f"tolerance\t{tolerance[0]}\t{tolerance[1]}"]
        used = {operand for node in kept for operand in node.input}
        for kind, arrays in (("input", {k: v for k, v in inputs.items() if k in used}), ("output", outputs)):
            for index, (key, array) in enumerate(arrays.items()):
                np.save(os.path.join(path, f"{kind}_{index}.npy"), np.asarray(array, order="C"))
                shape = "\t" + ",".join(str(side) for side in array.shape) if kind == "input" else ""
                lines.append(f"{kind}\t{key}\t{kind}_{index}.npy{shape}")
        with open(os.path.join(path, "case.txt"), "w") as file:
            file.write("\n".join(lines) + "\n")
        self.names.append(name)

    def finish(self):
        with open(os.path.join(self.folder, "cases.txt"), "w") as file:
            file.write("".join(f"runtime\t{name}\n" for name in self.names))
        print(f"{len(self.names)} cases; ONNX Runtime refused {dict(self.refused)}")


def model(nodes, inputs, constants, opset, outputs):
    """The bytes of a model; `outputs` are arrays by name, or None for those whose type is float."""
    used = {operand for node in nodes for operand in node.input}
    value = lambda key, array: helper.make_tensor_value_info(
        key, FLOAT if array is None else helper.np_dtype_to_tensor_dtype(array.dtype), None if array is None else array.shape)
    names = [name for node in nodes for name in node.output if name]
    graph = helper.make_graph(
        nodes, "case", [value(k, v) for k, v in inputs.items() if k in used],
        [helper.make_empty_tensor_value_info(name) if outputs is None else value(name, outputs[name]) for name in outputs or names],
        [numpy_helper.from_array(v, k) for k, v in constants.items() if k in used])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=4 if opset < 12 else 10)
    return made.SerializeToString()


def run(nodes, inputs, constants, opset):
    """What ONNX Runtime makes of the nodes, by the outputs' names; None where it refuses them."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    used = {operand for node in nodes for operand in node.input}
    try:
        session = onnxruntime.InferenceSession(
            model(nodes, inputs, constants, opset, None), options, providers=["CPUExecutionProvider"])
        names = [output.name for output in session.get_outputs()]
        return dict(zip(names, session.run(names, {k: v for k, v in inputs.items() if k in used})))
    except Exception:
        return None


def floats(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def node(operator, operands, output="y", **attributes):
    return helper.make_node(operator, operands.split(" ") if operands else [], output.split(), **attributes)


def split_between(generator, arrays):
    """The arrays as inputs of the model, some of them as constants instead; the first is always an input."""
    names = list(arrays)
    constant = {name for name in names[1:] if generator.random() < 0.6}
    return {k: arrays[k] for k in names if k not in constant}, {k: arrays[k] for k in constant}
