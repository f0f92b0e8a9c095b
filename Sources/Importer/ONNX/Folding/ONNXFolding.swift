import GraphIR

/// Computes nodes whose operands are known while the graph is converted: mostly arithmetic on shapes.
enum ONNXFolding {
    private typealias Fold = @Sendable (ONNXCall, [KnownTensor]) throws(ONNXError) -> KnownTensor?

    /// The node's results; nil where it has to be computed when the model runs.
    static func fold(_ call: ONNXCall) throws(ONNXError) -> [KnownTensor]? {
        let isSplit = call.node.operatorName == "Split"
        guard let fold = isSplit ? identity : table[call.node.operatorName], !call.operands.isEmpty else { return nil }
        var operands: [KnownTensor] = []
        for operand in call.operands {
            guard let operand, let known = operand.known else { return nil }
            operands.append(known)
        }
        if isSplit { return try split(call, operands[0]) }
        return try fold(call, operands).map { [$0] }
    }

    private static let identity: Fold = { _, operands throws(ONNXError) in operands[0] }

    private static let table: [String: Fold] = [
        "Add": arithmetic { KnownArithmetic.add($0, $1) },
        "Sub": arithmetic { KnownArithmetic.subtract($0, $1) },
        "Mul": arithmetic { KnownArithmetic.multiply($0, $1) },
        "Pow": arithmetic { KnownArithmetic.power($0, $1) },
        "Div": { call, operands throws(ONNXError) in
            guard areNumbers(operands) else { return nil }
            let isFloat = operands[0].element == .float32
            return elementwise(call, operands) { KnownArithmetic.divide($0, $1, isFloat: isFloat) }
        },
        "Mod": { call, operands throws(ONNXError) in
            guard areNumbers(operands) else { return nil }
            let truncates = try call.flag("fmod", default: false)
            return elementwise(call, operands) { KnownArithmetic.remainder($0, $1, truncates: truncates) }
        },
        "Min": variadic { KnownArithmetic.smaller($0, $1) },
        "Max": variadic { KnownArithmetic.larger($0, $1) },
        "Sum": variadic { KnownArithmetic.add($0, $1) },
        "Neg": unary { KnownArithmetic.multiply($0, .dimension(-1)) },
        "Relu": unary { KnownArithmetic.larger($0, .dimension(0)) },
        "Floor": unary { KnownArithmetic.floor($0) },
        "Ceil": unary { KnownArithmetic.ceil($0) },
        "Identity": identity,
        "Sqrt": unary { if case .real(let x) = $0 { .real(x.squareRoot()) } else { nil } },
        "Abs": unary { KnownArithmetic.larger($0, KnownArithmetic.multiply($0, .dimension(-1)) ?? $0) },
        "Not": { call, operands throws(ONNXError) in
            operands[0].element == .bool ? changed(operands[0]) { $0.whole.map { .dimension($0 == 0 ? 1 : 0) } } : nil
        },
        "Equal": comparison { KnownArithmetic.isEqual($0, $1) },
        "Less": comparison { KnownArithmetic.isLess($0, $1) },
        "Greater": comparison { KnownArithmetic.isLess($1, $0) },
        "LessOrEqual": comparison { KnownArithmetic.isLess($1, $0).map { !$0 } },
        "GreaterOrEqual": comparison { KnownArithmetic.isLess($0, $1).map { !$0 } },
        "And": comparison { truth($0, $1) { $0 && $1 } },
        "Or": comparison { truth($0, $1) { $0 || $1 } },
        "Xor": comparison { truth($0, $1) { $0 != $1 } },
        "Cast": cast, "Where": selection, "Concat": concatenation, "Gather": gather, "Range": range,
        "Squeeze": squeeze, "Unsqueeze": unsqueeze, "Reshape": reshape, "Transpose": transposition, "Expand": expansion,
        "Slice": slice, "ReduceProd": reduction(KnownArithmetic.multiply), "ReduceSum": reduction(KnownArithmetic.add),
        "ReduceMax": reduction(KnownArithmetic.larger), "ReduceMin": reduction(KnownArithmetic.smaller),
    ]
}

// MARK: Element by element
extension ONNXFolding {
    private static func truth(_ a: KnownElement, _ b: KnownElement, _ combine: (Bool, Bool) -> Bool) -> Bool? {
        guard let x = a.whole, let y = b.whole else { return nil }
        return combine(x != 0, y != 0)
    }

    private static func elementwise(
        _ call: ONNXCall, _ operands: [KnownTensor], to element: ElementType? = nil,
        _ combine: (KnownElement, KnownElement) -> KnownElement?
    ) -> KnownTensor? {
        // Before version 7 operands broadcast by other rules.
        guard operands.count == 2, operands[0].element == operands[1].element, !call.has("broadcast"), !call.has("axis"),
            let shape = KnownTensor.broadcast(operands[0].shape, operands[1].shape),
            let a = operands[0].broadcast(to: shape), let b = operands[1].broadcast(to: shape)
        else { return nil }
        let type = element ?? operands[0].element
        var elements: [KnownElement] = []
        for (x, y) in zip(a.elements, b.elements) {
            guard let combined = combine(x, y), let fitting = KnownArithmetic.cast(combined, to: type, precision: operands[0].precision)
            else { return nil }
            elements.append(fitting)
        }
        return KnownTensor(element: type, shape: shape, elements: elements, precision: operands[0].precision)
    }

    /// Truth values are no numbers: what would compute with them is left to the operator, which says so.
    private static func areNumbers(_ operands: [KnownTensor]) -> Bool { !operands.contains { $0.element == .bool } }

    private static func arithmetic(_ combine: @escaping @Sendable (KnownElement, KnownElement) -> KnownElement?) -> Fold {
        { call, operands throws(ONNXError) in areNumbers(operands) ? elementwise(call, operands, combine) : nil }
    }

    private static func variadic(_ combine: @escaping @Sendable (KnownElement, KnownElement) -> KnownElement?) -> Fold {
        { call, operands throws(ONNXError) in
            var result = areNumbers(operands) ? operands[0] : nil
            for operand in operands.dropFirst() {
                guard let sum = result else { return nil }
                result = elementwise(call, [sum, operand], combine)
            }
            return result
        }
    }

    private static func comparison(_ compare: @escaping @Sendable (KnownElement, KnownElement) -> Bool?) -> Fold {
        { call, operands throws(ONNXError) in
            elementwise(call, operands, to: .bool) { a, b in compare(a, b).map { .dimension($0 ? 1 : 0) } }
        }
    }

    private static func unary(_ change: @escaping @Sendable (KnownElement) -> KnownElement?) -> Fold {
        { call, operands throws(ONNXError) in areNumbers(operands) ? changed(operands[0], change) : nil }
    }

    private static func changed(_ operand: KnownTensor, _ change: (KnownElement) -> KnownElement?) -> KnownTensor? {
        var result = operand
        for index in result.elements.indices {
            guard let changed = change(result.elements[index]),
                let fitting = KnownArithmetic.cast(changed, to: result.element, precision: result.precision)
            else { return nil }
            result.elements[index] = fitting
        }
        return result
    }

    private static let cast: Fold = { call, operands throws(ONNXError) in
        guard let target = ONNXElementType(rawValue: try call.int("to", default: 0))?.exactElement else { return nil }
        return operands[0].cast(to: target)
    }

    private static let selection: Fold = { call, operands throws(ONNXError) in
        guard operands.count == 3, operands[1].element == operands[2].element,
            let pair = KnownTensor.broadcast(operands[1].shape, operands[2].shape),
            let shape = KnownTensor.broadcast(pair, operands[0].shape), let conditions = operands[0].broadcast(to: shape),
            let a = operands[1].broadcast(to: shape), let b = operands[2].broadcast(to: shape)
        else { return nil }
        var elements: [KnownElement] = []
        for (condition, choice) in zip(conditions.elements, zip(a.elements, b.elements)) {
            guard let truth = condition.whole else { return nil }
            elements.append(truth != 0 ? choice.0 : choice.1)
        }
        return KnownTensor(element: operands[1].element, shape: shape, elements: elements, precision: operands[1].precision)
    }
}

// MARK: Rearrangements
extension ONNXFolding {
    private static let concatenation: Fold = { call, operands throws(ONNXError) in
        let first = operands[0]
        guard let attribute = try call.int("axis"), !first.shape.isEmpty else { return nil }
        let axis = try call.axis(attribute, rank: first.shape.count)
        let fits = operands.allSatisfy { operand in
            operand.element == first.element && operand.shape.count == first.shape.count
                && operand.shape.indices.allSatisfy { $0 == axis || operand.shape[$0] == first.shape[$0] }
        }
        return fits ? KnownTensor.concatenated(operands, axis: axis) : nil
    }

    private static let gather: Fold = { call, operands throws(ONNXError) in
        guard operands.count == 2, !operands[0].shape.isEmpty, let indices = operands[1].integers else { return nil }
        let data = operands[0]
        let axis = try call.axis(try call.int("axis", default: 0), rank: operands[0].shape.count)
        let side = data.shape[axis]
        guard indices.allSatisfy({ (-side..<side).contains($0) }) else {
            throw .corrupt(nil, "an index outside of the \(side) elements of axis \(axis)", accepted: "\(-side) through \(side - 1)")
        }
        return data.gathering(axis: axis, indices: indices.map { $0 < 0 ? $0 + side : $0 }, indexShape: operands[1].shape)
    }

    private static let range: Fold = { call, operands throws(ONNXError) in
        guard operands.count == 3, operands.allSatisfy({ $0.elements.count == 1 && $0.element == operands[0].element }) else { return nil }
        if let bounds = [operands[0], operands[1], operands[2]].allIntegers, operands[0].element != .float32 {
            guard bounds[2] != 0 else { throw .corrupt(nil, "a step of 0", accepted: "another") }
            let (span, overflows) = bounds[1].subtractingReportingOverflow(bounds[0])
            guard !overflows, span.magnitude / bounds[2].magnitude <= UInt(ONNXLimits.knownElements) else { return nil }
            let values = Array(stride(from: bounds[0], to: bounds[1], by: bounds[2]))
            return KnownTensor(
                element: operands[0].element, shape: [values.count], elements: values.map { .dimension(Dimension($0)) })
        }
        guard case .real(let start) = operands[0].elements[0], case .real(let limit) = operands[1].elements[0],
            case .real(let step) = operands[2].elements[0], step != 0
        else { return nil }
        let count = ((limit - start) / step).rounded(.up)
        guard count.isFinite, count <= Double(ONNXLimits.knownElements) else { return nil }
        let precision = operands[0].precision
        let values = (0..<Int(max(0, count))).map { precision.rounded(start + precision.rounded(Double($0) * step)) }
        return KnownTensor(element: .float32, shape: [values.count], elements: values.map { .real($0) }, precision: precision)
    }

    private static let squeeze: Fold = { call, operands throws(ONNXError) in
        let rank = operands[0].shape.count
        let listed = operands.count > 1 ? operands[1].integers : try call.ints("axes")
        let axes =
            try listed.map { axes throws(ONNXError) in try call.axes(axes, rank: rank) }
            ?? operands[0].shape.indices.filter { operands[0].shape[$0] == 1 }
        guard axes.allSatisfy({ operands[0].shape[$0] == 1 }) else { return nil }
        return operands[0].reshaped(operands[0].shape.indices.filter { !axes.contains($0) }.map { operands[0].shape[$0] })
    }

    private static let unsqueeze: Fold = { call, operands throws(ONNXError) in
        guard let listed = operands.count > 1 ? operands[1].integers : try call.ints("axes") else { return nil }
        let rank = operands[0].shape.count + listed.count
        let axes = try call.axes(listed, rank: rank)
        var rest = operands[0].shape[...]
        return operands[0].reshaped((0..<rank).map { axes.contains($0) ? 1 : rest.removeFirst() })
    }

    private static let reshape: Fold = { call, operands throws(ONNXError) in
        guard operands.count == 2, var sides = operands[1].integers, try !call.flag("allowzero", default: false) else { return nil }
        for (axis, side) in sides.enumerated() where side == 0 {
            guard operands[0].shape.indices.contains(axis) else { return nil }
            sides[axis] = operands[0].shape[axis]
        }
        if let axis = sides.firstIndex(of: -1) {
            sides[axis] = 1
            guard let rest = checkedElementCount(sides), rest > 0, operands[0].elements.count % rest == 0 else { return nil }
            sides[axis] = operands[0].elements.count / rest
        }
        return checkedElementCount(sides) == operands[0].elements.count ? operands[0].reshaped(sides) : nil
    }

    private static let transposition: Fold = { call, operands throws(ONNXError) in
        let permutation = try call.ints("perm") ?? operands[0].shape.indices.reversed()
        guard permutation.sorted() == Array(operands[0].shape.indices) else { return nil }
        return operands[0].transposed(permutation)
    }

    private static let expansion: Fold = { call, operands throws(ONNXError) in
        guard operands.count == 2, let sides = operands[1].integers, sides.allSatisfy({ $0 >= 0 }),
            let shape = KnownTensor.broadcast(operands[0].shape, sides)
        else { return nil }
        return operands[0].broadcast(to: shape)
    }

    /// The only operator here with several results.
    private static func split(_ call: ONNXCall, _ tensor: KnownTensor) throws(ONNXError) -> [KnownTensor]? {
        let axis = try call.axis(try call.int("axis", default: 0), rank: tensor.shape.count)
        guard !tensor.shape.isEmpty else { return nil }
        var parts: [KnownTensor] = []
        var start = 0
        for size in try splitSizes(call, side: Dimension(tensor.shape[axis])) {
            guard let count = size.constant, let part = tensor.sliced(axis: axis, start: start, step: 1, count: count) else { return nil }
            parts.append(part)
            start += count
        }
        return parts
    }

    private static let slice: Fold = { call, operands throws(ONNXError) in
        guard operands.count >= 3 || call.has("starts") else { return nil }
        var result = operands[0]
        for part in try ONNXSlicePart.parts(call, shape: operands[0].shape.map { Dimension($0) }) {
            guard let start = part.start.constant, let count = part.count.constant,
                let sliced = result.sliced(axis: part.axis, start: start, step: part.step, count: count)
            else { return nil }
            result = sliced
        }
        return result
    }

    private static func reduction(_ combine: @escaping @Sendable (KnownElement, KnownElement) -> KnownElement?) -> Fold {
        { call, operands throws(ONNXError) in
            if operands.count == 1, !call.has("axes"), try call.flag("noop_with_empty_axes", default: false) { return operands[0] }
            // Only what shape arithmetic needs: all elements of a vector.
            guard areNumbers(operands), operands[0].shape.count == 1,
                operands.count == 1 || operands[1].integers == [0] || operands[1].integers == [-1],
                var result = operands[0].elements.first
            else { return nil }
            for element in operands[0].elements.dropFirst() {
                guard let next = combine(result, element),
                    let fitting = KnownArithmetic.cast(next, to: operands[0].element, precision: operands[0].precision)
                else { return nil }
                result = fitting
            }
            let keeps = try call.flag("keepdims", default: true)
            return KnownTensor(
                element: operands[0].element, shape: keeps ? [1] : [], elements: [result], precision: operands[0].precision)
        }
    }
}

extension KnownTensor {
    /// - Parameter target: a type of the IR; of floats the precision.
    /// - Returns: nil where an element cannot be expressed.
    func cast(to target: ElementType) -> KnownTensor? {
        var result = self
        result.element = target.isFloat ? .float32 : target
        result.precision = target.isFloat ? target : .float32
        for index in result.elements.indices {
            guard let changed = KnownArithmetic.cast(result.elements[index], to: result.element, precision: result.precision)
            else { return nil }
            result.elements[index] = changed
        }
        return result
    }
}

extension [KnownTensor] {
    /// The single integers of scalars; nil where one is symbolic or a float.
    fileprivate var allIntegers: [Int]? {
        var result: [Int] = []
        for tensor in self {
            guard let integer = tensor.integers?.first else { return nil }
            result.append(integer)
        }
        return result
    }
}
