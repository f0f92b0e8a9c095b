import GraphIR

extension ONNXConversion {
    /// Converts the model's graph into the main function.
    mutating func convertMain(_ graph: ONNXGraph) throws(ONNXError) {
        try bindInitializers(graph, place: "the graph")
        let names = Set(graph.initializers.map(\.name))
        for (index, input) in graph.inputs.enumerated() {
            guard !graph.inputs[..<index].contains(where: { $0.name == input.name }) else {
                throw .corrupt("input \(input.name)", "two inputs of this name", accepted: "one")
            }
            guard !input.name.isEmpty else {
                throw .corrupt("input \(index + 1)", attribute: "name", "none", accepted: "a name")
            }
            do throws(ONNXError) {
                try declare(input, hasDefault: names.contains(input.name))
            } catch {
                report(error.located("input \(input.name)"))
                bind(input.name, to: .missing)
            }
        }
        try convert(graph.nodes)
        try declareOutputs(graph)
        if problems.isEmpty, builder.finish().outputs.count < graph.outputs.count {
            for omission in omissions { report(omission) }
        }
    }

    /// Gives the initializers' names their constants. What cannot be read is reported and missing.
    mutating func bindInitializers(_ graph: ONNXGraph, place: String) throws(ONNXError) {
        for tensor in graph.initializers {
            guard !tensor.name.isEmpty, scopes[scopes.count - 1].values[tensor.name] == nil else {
                throw .corrupt(place, "two initializers named '\(tensor.name)', or one without a name", accepted: "every name once")
            }
            do throws(ONNXError) {
                bind(tensor.name, to: try noted(tensor.value()))
            } catch {
                report(error.located("initializer \(tensor.name)"))
                bind(tensor.name, to: .missing)
            }
        }
    }

    private mutating func declareOutputs(_ graph: ONNXGraph) throws(ONNXError) {
        guard !graph.outputs.isEmpty else { throw .corrupt("the graph", "no output", accepted: "one or more") }
        var seen: Set<String> = []
        for output in graph.outputs {
            guard seen.insert(output.name).inserted else {
                throw .corrupt("output \(output.name)", "two outputs of this name", accepted: "one")
            }
            guard let value = lookUp(output.name) else {
                throw .corrupt("output \(output.name)", "a name that nothing makes", accepted: "a value of the graph")
            }
            if value.isMissing { continue }
            if let error = typeError(output) {
                report(error.located("output \(output.name)"))
                continue
            }
            do throws(ONNXError) {
                var id = try self.value(value, ONNXCall(output.name))
                let element = value.borderElement(declared: output.element?.exactElement)
                if element.isStorageOnly { id = try emit(.cast(Cast(to: element)), [id], ONNXCall(output.name)) }
                builder.output(output.name, id)
            } catch {
                report(error.located("output \(output.name)"))
            }
        }
    }
}

extension ONNXCall {
    /// Stands for no node of the file, where a conversion needs operations of its own.
    init(_ name: String) {
        let node = ONNXNode(
            name: name, domain: "", operatorName: "", overload: "", inputs: [], outputs: [], attributes: [])
        self.init(node: node, operands: [], version: 0)
    }
}

// MARK: Inputs
extension ONNXConversion {
    private mutating func declare(_ input: ONNXValueInfo, hasDefault: Bool) throws(ONNXError) {
        if let constant = options.boundInputs[input.name] {
            guard scopes[0].values[input.name] == nil || hasDefault else { return }
            try check(constant, suits: input)
            bind(input.name, to: noted(ONNXValue(constant, precision: input.element?.exactElement ?? constant.element)))
            return
        }
        // Old files list the initializers among the inputs.
        if hasDefault { return }
        if let error = typeError(input) { throw error }
        guard let element = input.element?.exactElement else {
            throw .unsupported(
                nil, attribute: "elem_type", "none", accepted: ONNXElementType.acceptedElements, aspect: .elementType)
        }
        let type = TensorType(element, try shape(of: input))
        do throws(GraphError) { try type.checkBounds() } catch { throw .unsupported(nil, attribute: "shape", error.message) }
        var value = ONNXValue(.computed(builder.input(input.name, type)), type, precision: element)
        if element.isStorageOnly, case .computed(let id) = value.content {
            value.content = .computed(try emit(.cast(Cast(to: .float32)), [id], ONNXCall(input.name)))
            value.type.element = .float32
        }
        bind(input.name, to: noted(value))
    }

    /// The value, after its precision was noted.
    mutating func noted(_ value: ONNXValue) -> ONNXValue {
        if let precision = value.precision, precision.isStorageOnly { precisions.insert(precision) }
        return value
    }

    /// What keeps the elements of an input or output from being imported; nil where nothing does, or where the file does not
    /// say what they are.
    private func typeError(_ value: ONNXValueInfo) -> ONNXError? {
        let found = value.element.map { $0.exactElement == nil ? "\($0)" : nil } ?? value.otherKind
        return found.map {
            .unsupported(
                nil, attribute: "elem_type", $0, accepted: "tensors of \(ONNXElementType.acceptedElements)", aspect: .elementType)
        }
    }

    private func shape(of input: ONNXValueInfo) throws(ONNXError) -> [Dimension] {
        if let given = options.inputShapes[input.name] {
            guard input.takes(given) else {
                throw .arguments(nil, attribute: "shape", "[\(given.list)]", accepted: input.acceptedShape)
            }
            return given.map { Dimension($0) }
        }
        guard let declared = input.shape else {
            throw .unsupported(nil, attribute: "shape", "none, not even a number of axes", accepted: "a shape; give one for this input")
        }
        return declared.enumerated().map { axis, side in
            switch side {
            case .fixed(let number) where number > 0 || (number == 0 && !options.zeroSidesAreOpen): return Dimension(number)
            case .named(let name): return symbol(name, axis: axis, rank: declared.count)
            default: return symbol("\(input.name)_\(axis)", axis: axis, rank: declared.count)
            }
        }
    }

    private func symbol(_ name: String, axis: Int, rank: Int) -> Dimension {
        Dimension(symbol: Self.identifier(name), times: rank == 4 && axis >= 2 ? options.multiple : 1)
    }

    /// A text as an identifier: other characters become underscores.
    private static func identifier(_ text: String) -> String {
        let result = String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "_" })
        return Dimension.isSymbol(result) ? result : "_" + result
    }

    private func check(_ constant: Constant, suits input: ONNXValueInfo) throws(ONNXError) {
        let isConverted = constant.element == .float64 && input.element == .float
        if let element = input.element?.exactElement, element != constant.element, !isConverted {
            throw .arguments(nil, "an array of \(constant.element.rawValue)", accepted: element.rawValue)
        }
        guard input.takes(constant.shape) else {
            throw .arguments(nil, "an array of shape [\(constant.shape.list)]", accepted: input.acceptedShape)
        }
    }
}

extension [Int] {
    /// `1, 3, 64, 64`
    var list: String { map { "\($0)" }.joined(separator: ", ") }
}

extension ONNXValueInfo {
    /// Whether the declared sides leave room for these. Some exporters write 0 or -1 for a side that is open.
    fileprivate func takes(_ given: [Int]) -> Bool {
        guard let shape else { return true }
        return shape.count == given.count
            && zip(shape, given).allSatisfy { side, number in
                if case .fixed(let fixed) = side { fixed == number || fixed <= 0 } else { true }
            }
    }

    /// `[N, 3, H, W], in the order of batch, channels, rows and columns`, of images.
    var acceptedShape: String {
        guard let shape else { return "any" }
        let sides = "[\(shape.map(\.text).joined(separator: ", "))]"
        guard let order = axisOrder else { return sides }
        return "\(sides), in the order of \(order)"
    }

    /// What the axes of an image are; nil where the declared sides do not tell.
    private var axisOrder: String? {
        guard let shape, shape.count == 4 else { return nil }
        let fixed = shape.map { if case .fixed(let number) = $0, number > 0 { number } else { nil as Int? } }
        // Images have few channels, and sides of images are open or many.
        func isChannelAxis(_ axis: Int, others: [Int]) -> Bool {
            guard let count = fixed[axis], count <= 16 else { return false }
            return others.allSatisfy { fixed[$0].map { $0 > 16 } ?? true }
        }
        if isChannelAxis(1, others: [2, 3]) { return "batch, channels, rows, columns" }
        return isChannelAxis(3, others: [1, 2]) ? "batch, rows, columns, channels" : nil
    }
}

extension ONNXValueInfo.Side {
    fileprivate var text: String {
        switch self {
        case .fixed(let number) where number <= 0: "?"
        case .fixed(let number): "\(number)"
        case .named(let name): name
        case .unknown: "?"
        }
    }
}
