#!/usr/bin/env python3
"""Writes devices/*.vir: small networks that meet every kernel, which scripts/test-devices.sh runs on every processor.

No package is needed. The same script writes the same bytes.
"""
import pathlib
import random

FOLDER = pathlib.Path(__file__).parent / "devices"


class Network:
    """A graph's text; images are [1, height, width, channels]."""

    def __init__(self, name, note, shape):
        self.name, self.note, self.random = name, note, random.Random(name)
        self.constants, self.nodes, self.outputs, self.shapes = [], [], [], {"image": list(shape)}
        self.input = self.type(shape)

    @staticmethod
    def type(shape):
        return "f32[" + ", ".join(str(side) for side in shape) + "]"

    def constant(self, shape, low=-1.0, high=1.0, exponent=0):
        count = 1
        for side in shape:
            count *= side
        scale = f"e{exponent}" if exponent else ""
        values = ", ".join(f"{self.random.uniform(low, high):.2f}{scale}" for _ in range(count))
        name = f"k{len(self.constants)}"
        self.constants.append(f"  %{name} = constant {self.type(shape)} {{{values}}}")
        return name

    def node(self, operation, operands, attributes, height, width, channels):
        name = f"v{len(self.nodes)}"
        operands = ", ".join("%" + operand for operand in operands)
        shape = [1, height, width, channels]
        self.nodes.append(f"  %{name} = {operation}({operands}) {attributes} : {self.type(shape)}")
        self.shapes[name] = shape
        return name

    def convolution(self, sources, outputs, size=3, stride=1, dilation=1, groups=1, then="", pool=1):
        _, height, width, _ = self.shapes[sources[0]]
        inputs = sum(self.shapes[source][3] for source in sources)
        scale = (3.0 / (size * size * inputs / groups)) ** 0.5
        kernel = self.constant([size, size, inputs // groups, outputs], -scale, scale)
        bias = self.constant([outputs], -0.2, 0.2)
        text = f"sources {len(sources)} " if len(sources) > 1 else ""
        text += f"window {size}x{size}"
        text += f" strides {stride}x{stride}" if stride > 1 else ""
        text += f" dilations {dilation}x{dilation}" if dilation > 1 else ""
        text += " padding same" if size > 1 else ""
        text += f" groups {groups}" if groups > 1 else ""
        text += " bias" + (f" then {then}" if then else "") + (f" then pool {pool}x{pool}" if pool > 1 else "")
        height, width = -(-height // stride) // pool, -(-width // stride) // pool
        return self.node("convolution", sources + [kernel, bias], text, height, width, outputs)

    def transposed(self, source, outputs, size=2, stride=2, then=""):
        _, height, width, inputs = self.shapes[source]
        kernel, bias = self.constant([size, size, outputs, inputs], -0.4, 0.4), self.constant([outputs], -0.2, 0.2)
        attributes = f"window {size}x{size} strides {stride}x{stride} bias" + (f" then {then}" if then else "")
        return self.node("transposed-convolution", [source, kernel, bias], attributes,
                         (height - 1) * stride + size, (width - 1) * stride + size, outputs)

    def same(self, operation, operands, attributes=""):
        return self.node(operation, operands, attributes, *self.shapes[operands[0]][1:])

    def write(self):
        results = ", ".join("%" + output for output in self.outputs)
        lines = [f"// {self.note} Written by make_device_graphs.py.", "venule 1", "entry @main", "",
                 f"function @main(%image: {self.input}) {{", *self.constants, *self.nodes, f"  return {results}", "}"]
        (FOLDER / f"{self.name}.vir").write_text("\n".join(lines) + "\n")


def convolutions():
    n = Network("convolutions", "Convolutions of odd widths, with channels that fill no block.", [1, 11, 13, 3])
    wide = n.convolution(["image"], 35, then="relu")
    narrow = n.convolution([wide], 5, size=1, then="sigmoid")
    both = n.convolution([wide, narrow, "image"], 20, then="leaky-relu slope 0.1")
    strided = n.convolution([both], 17, size=5, stride=2, then="relu")
    dilated = n.convolution([both], 8, dilation=2, then="tanh")
    grouped = n.convolution([both], 10, groups=5)
    depthwise = n.convolution([both], 20, groups=20, then="relu")
    pooled = n.convolution([depthwise], 21, pool=2, then="relu")
    up = n.transposed(pooled, 7, then="relu")
    up3 = n.transposed(strided, 18, size=3, stride=2)
    n.outputs = [narrow, dilated, grouped, up, up3, strided]
    n.write()


def families():
    n = Network("families", "Every family of operations but the convolutions.", [1, 9, 11, 3])
    image = n.convolution(["image"], 19)
    functions = ["relu", "sigmoid", "swish", "hard-swish", "tanh", "softplus", "softsign", "mish", "gelu", "gelu-tanh",
                 "exp", "abs", "negate", "floor", "ceil", "erf", "round", "sign", "sin", "cos", "tan", "atan", "sinh", "cosh", "asinh",
                 "bounded-relu slope 0.1 maximum 0.5 threshold -0.2",
                 "leaky-relu slope 0.3", "elu alpha 1.1", "celu alpha 0.7", "selu alpha 1.6733 scale 1.0507",
                 "hard-sigmoid slope 0.2 offset 0.5", "clip minimum -0.5 maximum 0.6"]
    parts = []
    for function in functions:
        keyword, _, arguments = function.partition(" ")
        parts.append(n.same(keyword, [image], arguments))
    positive = n.same("softplus", [image])
    small = n.same("softsign", [image])
    parts += [n.same(function, [small]) for function in ("asin", "acos", "atanh")]
    parts.append(n.same("acosh", [n.same("exp", [positive])]))
    parts += [n.same("log", [positive]), n.same("sqrt", [positive]), n.same("reciprocal", [positive])]
    total = parts[0]
    for index, part in enumerate(parts[1:]):
        total = n.same(["add", "subtract", "maximum", "minimum"][index % 4], [total, part])
    quotient = n.same("divide", [total, positive])
    power = n.same("power", [positive, n.same("sigmoid", [image])])
    slopes = n.constant([1, 1, 1, 19], 0.0, 0.5)
    prelu = n.same("prelu", [image, slopes])
    softmax = n.same("softmax", [image], "axis 3")
    scaled = n.same("batch-normalization",
                    [total] + [n.constant([19], *limits) for limits in ((0.5, 1.5), (-1, 1), (-1, 1), (0.5, 2))],
                    "epsilon 0.001 then tanh")
    maximum = n.node("pooling", [image], "maximum window 3x3 strides 2x2 padding same", 5, 6, 19)
    average = n.node("pooling", [image], "average window 2x3 strides 1x2 padding same", 9, 6, 19)
    counting = n.node("pooling", [image], "average window 3x3 strides 2x2 padding same counting-padding", 5, 6, 19)
    means, largest = [n.node("global-pooling", [image], kind, 1, 1, 19) for kind in ("average", "maximum")]
    gated = n.same("multiply", [image, n.same("sigmoid", [means])])
    joined = n.node("concatenation", [image, softmax, gated], "axis 3", 9, 11, 57)
    shuffled = n.convolution([n.same("tanh", [joined])], 3, size=1)
    pads = [n.node("padding", [maximum], f"{mode} amounts [0 0, 2 1, 1 3, 0 0]", 8, 10, 19)
            for mode in ("constant 0.25", "edge", "reflect")]
    linear = n.node("resize", [image], "axes [1 size 14 linear half-pixel, 2 size 7 linear half-pixel]", 14, 7, 19)
    corners = n.node("resize", [image], "axes [1 size 13 linear align-corners, 2 size 17 linear align-corners]", 13, 17, 19)
    nearest = n.node("resize", [image], "axes [1 factor 2 nearest floor asymmetric, 2 factor 3 nearest floor asymmetric]", 18, 33, 19)
    rounded = n.node(
        "resize", [image],
        "axes [1 size 5 nearest round-prefer-floor half-pixel, 2 size 16 nearest round-prefer-floor half-pixel]", 5, 16, 19)
    n.outputs = [total, quotient, power, prelu, scaled, average, counting, largest, joined, shuffled, linear, corners, nearest,
                 rounded] + pads
    n.write()


def computed():
    """A transposed convolution whose weights are an input: the one plain kernel that no ONNX fixture meets."""
    kernel = Network.type([3, 2, 6, 4])
    n = Network("computed", "A transposed convolution with computed weights.", [1, 5, 7, 4])
    bias = n.constant([6])
    n.input += f", %kernel: {kernel}"
    n.shapes["kernel"] = [3, 2, 6, 4]
    n.outputs = [n.node("transposed-convolution", ["image", "kernel", bias], "window 3x2 strides 2x1 bias then relu", 11, 8, 6)]
    n.write()


def tensors():
    """Arithmetic, reductions, scattering, running totals and sorted positions of plain tensors."""
    lines = ["%hundreds = multiply(%image, %hundred) : f32[6, 7, 5]", "%large = cast(%hundreds) to i32 : i32[6, 7, 5]",
             "%bytes = cast(%large) to u8 : u8[6, 7, 5]", "%turned = transpose(%image) permutation [2, 0, 1] : f32[5, 6, 7]"]
    outputs = []

    def add(name, text, kind):
        lines.append(f"%{name} = {text} : {kind}")
        outputs.append(name)

    for kind in ("modulo", "remainder", "bit-and", "bit-or", "bit-xor", "shift-left", "shift-right"):
        name = kind.replace("-", "_")
        add(f"{name}_large", f"{kind}(%large, %integers)", "i32[6, 7, 5]")
        add(f"{name}_bytes", f"{kind}(%bytes, %small)", "u8[6, 7, 5]")
    for kind in ("modulo", "remainder"):
        add(f"{kind}_floats", f"{kind}(%hundreds, %divisors)", "f32[6, 7, 5]")
    add("product", "reduction(%image) product axes [1]", "f32[6, 5]")
    add("product_large", "reduction(%large) product axes [0, 2]", "i32[7]")
    for kind in ("sum", "product"):
        add(f"{kind}s", f"cumulative(%turned) {kind} axis 1", "f32[5, 6, 7]")
        add(f"{kind}s_large", f"cumulative(%large) {kind} axis 2 exclusive reversed", "i32[6, 7, 5]")
    add("largest", "top-positions(%image) axis 1 count 3 largest", "i64[6, 3, 5]")
    add("smallest", "top-positions(%bytes) axis 0 count 6 smallest", "i64[6, 7, 5]")
    lines.append("%rows = reshape(%smallest) to [?] : i64[210]")
    lines.append("%updates = expansion(%corner) to [210, 7, 5] : f32[210, 7, 5]")
    for kind in ("replace", "add", "multiply", "minimum", "maximum"):
        add(f"scatter_{kind}", f"scatter(%image, %rows, %updates) {kind}", "f32[6, 7, 5]")
    constants = ["%hundred = constant f32[] {100.0}", "%integers = constant i32[5] {3, -7, 0, 40, 5}", "%small = constant u8[5] {3, 0, 1, 9, 7}",
                 "%divisors = constant f32[5] {3.5, -0.75, 1.0, 1e-05, -200.0}", "%corner = constant f32[7, 1] {1.0, 0.5, -2.0, 1.5, 1.0, -1.0, 1.25}"]
    text = ["// Plain tensors. Written by make_device_graphs.py.", "venule 1", "entry @main", "", "function @main(%image: f32[6, 7, 5]) {",
            *("  " + line for line in constants + lines), "  return " + ", ".join("%" + name for name in outputs), "}"]
    (FOLDER / "tensors.vir").write_text("\n".join(text) + "\n")


def subnormals():
    """Numbers and weights so small that a plan flushes them; each is multiplied until it would show.

    No sum runs from subnormal to normal numbers, since 32-bit ARM flushes inside of sums too, and no output has a zero whose
    sign would come from such a sum.
    """
    n = Network("subnormals", "Subnormal numbers and weights.", [1, 9, 11, 3])
    image = n.convolution(["image"], 19, then="relu")

    def scaled(source, outputs, exponent, bias):
        inputs = n.shapes[source][3]
        kernel = n.constant([3, 3, inputs, outputs], 0.2, 0.9, exponent)
        offset = n.constant([outputs], 0.1, 0.9) if bias else n.constant([outputs], 0.0, 0.0)
        return n.node("convolution", [source, kernel, offset], "window 3x3 padding same bias", 9, 11, outputs)

    small = scaled(image, 20, -20, False)
    n.outputs = [scaled(scaled(small, 17, -23, False), 6, 38, True)]
    # A function between, or the factors would be folded into the weights.
    large = n.same("relu", [n.same("multiply", [image, n.constant([1, 1, 1, 19], 0.2, 0.9, 36)])])
    n.outputs += [scaled(large, 5, -40, True), image]
    n.write()


FOLDER.mkdir(exist_ok=True)
convolutions()
families()
computed()
tensors()
subnormals()
