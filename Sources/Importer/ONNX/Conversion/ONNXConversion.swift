import GraphIR

/// What the user said about a model's inputs, and the symbols for their open sides.
struct ONNXConversionOptions {
    /// Sides of inputs by name.
    var inputShapes: [String: [Int]] = [:]
    /// Inputs that become constants.
    var boundInputs: [String: Constant] = [:]
    /// Whether a side of 0 of an input stands for any number, as in files of some exporters.
    var zeroSidesAreOpen = false
    /// Symbolic rows and columns of images are declared as multiples of this, so that halving and doubling them is exact.
    var multiple = 1
}

/// Converts one ONNX model into a graph.
///
/// The converter of each node appends operations to the function that is being built, and returns what the node's outputs stand
/// for. Nodes that cannot be converted are all reported; nodes that depend on one of them are passed over.
struct ONNXConversion {
    let options: ONNXConversionOptions
    let functions: [ONNXFunctionKey: ONNXFunction]
    var constants = ConstantTable()
    var builder: FunctionBuilder
    /// What names stand for, innermost graph last.
    var scopes: [ONNXScope] = [ONNXScope()]
    /// Versions of the operator sets where the current node stands.
    var opsets: [String: Int]
    /// The functions made of loops, in the order in which they were finished.
    var finished: [Function] = []
    var problems: [ImportProblem] = []
    /// Results that nodes are asked for beyond those that their operators have.
    var omissions: [ONNXError] = []
    /// The gravest kind of the problems: the caller's arguments are to blame only where nothing else is.
    private(set) var kind = ImportFailure.Kind.arguments
    var depth = 0
    /// What a file makes the importer do, which is bounded by `ONNXLimits`, for attempts that were given up as well.
    struct Effort {
        var nodes = 0
        /// Of constants that are one element repeated.
        fileprivate var filledBytes = 0
        /// Of known results, and read or made on the way to results that were evaluated.
        var foldedElements = 0
    }
    var effort = Effort()
    private var isExhausted = false
    /// The types of the model's floats that are computed in float32.
    var precisions: Set<ElementType> = []
    /// For a value of the function that is being built, the same value in the other order of axes.
    private var twins: [ValueID: ValueID] = [:]
    /// For the result of a reshape in the function that is being built, what was reshaped.
    var reshapeSources: [ValueID: ONNXValue] = [:]

    init(_ model: ONNXModel, options: ONNXConversionOptions) {
        self.options = options
        functions = model.functionsByKey
        opsets = model.opsets
        builder = FunctionBuilder(name: "main")
    }

    /// Nothing more once there were too many nodes: what is missing then is missing for that reason.
    mutating func report(_ error: ONNXError) {
        if isExhausted { return }
        if error.kind == .corrupt || kind == .arguments { kind = error.kind }
        problems.append(error.problem)
    }
}

/// The names of one ONNX graph and what they stand for.
struct ONNXScope {
    var values: [String: ONNXValue] = [:]
}

struct ONNXFunctionKey: Hashable {
    var domain: String
    var name: String
    var overload: String
}

// MARK: Names
extension ONNXConversion {
    func lookUp(_ name: String) -> ONNXValue? {
        for scope in scopes.reversed() {
            if let value = scope.values[name] { return value }
        }
        return nil
    }

    mutating func bind(_ name: String, to value: ONNXValue) {
        guard !name.isEmpty else { return }
        scopes[scopes.count - 1].values[name] = value
    }
}

// MARK: Nodes
extension ONNXConversion {
    /// Converts the nodes of a graph in an order in which each follows those that it depends on.
    mutating func convert(_ nodes: [ONNXNode]) throws(ONNXError) {
        let ordered = try ONNXOrder.sorted(
            nodes, isKnown: { lookUp($0) != nil }, isTaken: { scopes[scopes.count - 1].values[$0] != nil })
        for node in ordered {
            effort.nodes += 1
            guard effort.nodes <= ONNXLimits.convertedNodes else {
                let limit = ONNXLimits.convertedNodes
                report(
                    .unsupported(
                        "the graph", "more than \(limit) nodes with functions and loops expanded", accepted: "at most as many"))
                isExhausted = true
                return
            }
            var results: [ONNXValue] = []
            let isComplete = !node.inputs.contains { lookUp($0)?.isMissing ?? false }
            do throws(ONNXError) {
                results = try convert(node)
                if isComplete { noteOmissions(node, results.count) }
            } catch {
                var located = error
                located.problem.place = error.problem.place ?? node.name
                located.problem.className = error.problem.className ?? node.operatorDescription
                report(located)
            }
            for (index, name) in node.outputs.enumerated() {
                bind(name, to: results.indices.contains(index) ? results[index] : .missing)
            }
        }
    }

    /// Results that the operator does not have are a problem only where something needs them.
    private mutating func noteOmissions(_ node: ONNXNode, _ count: Int) {
        for (index, name) in node.outputs.enumerated().dropFirst(count) where !name.isEmpty {
            omissions.append(
                .unsupported(
                    node.name, "the result '\(name)', number \(index + 1)", accepted: count == 0 ? "none" : "the first \(count)"))
            omissions[omissions.count - 1].problem.className = node.operatorDescription
        }
    }

    private mutating func convert(_ node: ONNXNode) throws(ONNXError) -> [ONNXValue] {
        var operands: [ONNXValue?] = []
        for name in node.inputs {
            guard !name.isEmpty else {
                operands.append(nil)
                continue
            }
            operands.append(lookUp(name) ?? .missing)
        }
        if let function = function(called: node) { return try inline(function, node, operands) }
        guard let known = ONNXOperator.named(by: node) else {
            throw .unsupported(nil, ONNXSurvey.notImported, aspect: .operator)
        }
        guard let version = opsets[node.domain] else {
            let domain = node.domain.isEmpty ? "the standard domain" : node.domain
            throw .corrupt("the model", attribute: "opset_import", "no version of \(domain)", accepted: "one")
        }
        guard node.domain.isEmpty || ONNXOperator.previewVersions.contains(version) else {
            throw .unsupported(nil, "version \(version) of its domain", accepted: "\(ONNXOperator.previewVersions.upperBound)")
        }
        for attribute in node.attributes where !known.attributes.contains(attribute.name) {
            throw .unsupported(
                nil, attribute: attribute.name, attribute.value.kind,
                accepted: known.attributes.isEmpty ? "no attributes" : known.attributes.sorted().joined(separator: ", "))
        }
        // Operands and results that are left out at the end may also be written as empty names.
        while let last = operands.last, last == nil { operands.removeLast() }
        guard known.operands.contains(operands.count) else {
            throw .corrupt(nil, "\(operands.count) operands", accepted: known.operands.text)
        }
        let call = ONNXCall(node: node, operands: operands, version: version)
        try known.examine(call)
        if operands.contains(where: { $0?.isMissing ?? false }) { return [] }
        if effort.foldedElements < ONNXLimits.foldedElements, let folded = try ONNXFolding.fold(call) {
            effort.foldedElements += folded.reduce(0) { $0 + $1.elements.count }
            return folded.map { .known($0) }
        }
        return precise(try convert(call, by: known), operands)
    }

    /// The results with the precision of the first float operand, where the operator has given them none.
    private func precise(_ results: [ONNXValue], _ operands: [ONNXValue?]) -> [ONNXValue] {
        let precision = operands.lazy.compactMap(\.self).first { $0.type.element == .float32 }?.precision ?? .float32
        return results.map { result in
            var result = result
            if result.precision == nil { result.precision = precision }
            return result
        }
    }
}

extension ClosedRange<Int> {
    fileprivate var text: String {
        lowerBound == upperBound ? "\(lowerBound)" : upperBound == .max ? "\(lowerBound) or more" : "\(lowerBound) to \(upperBound)"
    }
}

extension ONNXNode {
    /// `Conv`, or `Attention (com.microsoft)`
    var operatorDescription: String { domain.isEmpty ? operatorName : "\(operatorName), domain \(domain)" }
}

// MARK: Values of the function that is being built
extension ONNXConversion {
    /// The value with ONNX's order of axes, made a constant of the function where it is none yet.
    mutating func value(_ value: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ValueID {
        switch value.content {
        case .computed(let id): return id
        case .image(let id): return try twin(of: id, ONNXValue.channelsSecond, call)
        case .constant, .known:
            guard let constant = value.constant else {
                throw .unsupported(
                    nil, "an operand that depends on symbolic sides", accepted: "numbers; give the shapes of the inputs")
            }
            return builder.constant(constant, into: &constants, name: "\(call.name)_constant")
        case .missing: throw .unsupported(nil, "an operand that could not be converted")
        }
    }

    /// A value `[N, C, H, W]` as the IR has images, `[N, H, W, C]`.
    mutating func image(_ value: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ValueID {
        if case .image(let id) = value.content { return id }
        if let constant = value.constant {
            return builder.constant(
                constant.transposed(ONNXValue.channelsLast), into: &constants, name: "\(call.name)_constant")
        }
        return try twin(of: try self.value(value, call), ONNXValue.channelsLast, call)
    }

    /// The value with its axes in another order, made once.
    private mutating func twin(of id: ValueID, _ permutation: [Int], _ call: ONNXCall) throws(ONNXError) -> ValueID {
        if let twin = twins[id] { return twin }
        let twin = try emit(.transpose(Transpose(permutation)), [id], call)
        twins[id] = twin
        twins[twin] = id
        return twin
    }

    /// Appends an operation with one result.
    mutating func emit(_ operation: Operation, _ operands: [ValueID], _ call: ONNXCall) throws(ONNXError) -> ValueID {
        let results: [ValueID]
        do throws(GraphError) {
            results = try builder.append(operation, operands, name: call.name)
        } catch {
            throw .unsupported(nil, error.message)
        }
        return results[0]
    }

    /// A result with ONNX's order of axes. Mutating, so that an argument that appends an operation is evaluated before the
    /// conversion is read.
    mutating func computed(_ id: ValueID) -> ONNXValue { ONNXValue(.computed(id), builder.type(of: id)) }

    /// A result that is an image `[N, H, W, C]`.
    mutating func imageResult(_ id: ValueID) -> ONNXValue {
        let type = builder.type(of: id)
        return ONNXValue(.image(id), TensorType(type.element, ONNXValue.channelsSecond.map { type.shape[$0] }))
    }

    /// One element repeated. A few bytes of a file can ask for any number, so what all of them together take is bounded;
    /// what does not fit is repeated when the model runs.
    mutating func filled(_ element: Constant, _ shape: [Int], _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        guard let count = checkedElementCount(shape) else {
            throw .unsupported(
                nil, "a constant of the shape [\(shape.list)]", accepted: "at most \(Limits.elementCount) elements")
        }
        let pattern = element.bytes.withUnsafeBytes { Array($0) }
        guard count <= (ONNXLimits.filledBytes - effort.filledBytes) / pattern.count else {
            let scalar = constant(element.reshaped([]), call)
            return computed(try emit(.expansion(Expansion(to: shape.map { Dimension($0) })), [scalar], call))
        }
        effort.filledBytes += count * pattern.count
        var bytes = [UInt8](repeating: pattern[0], count: count * pattern.count)
        if pattern.contains(where: { $0 != pattern[0] }) {
            for position in bytes.indices { bytes[position] = pattern[position % pattern.count] }
        }
        return .constant(Constant(element: element.element, shape: shape, bytes: .owned(bytes)))
    }

    /// Counts elements of a constant that the importer makes up, which a few bytes of a file can ask for as well.
    ///
    /// - Throws: `.unsupported` where all of them together are too large.
    mutating func reserve(_ count: Int, of element: ElementType) throws(ONNXError) {
        let (bytes, overflows) = count.multipliedReportingOverflow(by: element.byteCount)
        guard !overflows, bytes <= ONNXLimits.filledBytes - effort.filledBytes else {
            throw .unsupported(
                nil, "a table of \(count) elements", accepted: "at most \(ONNXLimits.filledBytes) bytes in the tables of all nodes")
        }
        effort.filledBytes += bytes
    }

    /// A constant of the function.
    mutating func constant(_ constant: Constant, _ call: ONNXCall) -> ValueID {
        builder.constant(constant, into: &constants, name: "\(call.name)_constant")
    }

    mutating func constant(_ float: Float, _ call: ONNXCall) -> ValueID { constant(Constant([float], shape: []), call) }

    /// Builds another function: what `body` appends goes there.
    mutating func withFunction<Result>(
        named name: String, _ body: (inout ONNXConversion) throws(ONNXError) -> Result
    ) throws(ONNXError) -> (Function, Result) {
        let outerBuilder = builder
        let outerTwins = twins
        let outerSources = reshapeSources
        builder = FunctionBuilder(name: name, functions: finished)
        twins = [:]
        reshapeSources = [:]
        defer {
            builder = outerBuilder
            twins = outerTwins
            reshapeSources = outerSources
        }
        let result = try body(&self)
        return (builder.finish(), result)
    }
}
