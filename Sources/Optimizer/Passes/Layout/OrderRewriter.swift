import GraphIR
import Reference

/// Writes a function anew with its operations in the orders that ``AxisOrders`` chose for them. Where a value is read in another order
/// than it is made, a transpose is put in front of its first reader, and serves all others who read it in that order.
struct OrderRewriter {
    private var result: Function
    private let original: Function
    private let sources: TransposeSources
    private let orders: AxisOrders
    /// Whether a transpose that moves no element in memory becomes part of a reshape beside it.
    private let joinsReshapes: Bool
    private var names: UniqueNames
    private var constants: ConstantTable

    /// By value: the order in which its axes are made now; nil for the one that they had.
    private var madeOrders: [Permutation?]
    /// Values that have been made in other orders than their own.
    private var forms: [Form: ValueID] = [:]
    /// By value: the node of `result` that makes it.
    private var makers: [ValueID: Int] = [:]
    /// The transposes that were there, whose values and names those keep that stay.
    private var oldForms: [Form: Node] = [:]
    /// How many bytes transposed constants may still add.
    private var remainingBytes: Int

    private struct Form: Hashable {
        let value: ValueID
        let order: Permutation
    }

    private init(
        _ function: Function, _ sources: TransposeSources, _ orders: AxisOrders, _ constants: ConstantTable,
        joinsReshapes: Bool
    ) {
        original = function
        result = function
        result.nodes = []
        self.sources = sources
        self.orders = orders
        self.constants = constants
        self.joinsReshapes = joinsReshapes
        names = UniqueNames(taken: function.values.map(\.name))
        madeOrders = Array(repeating: nil, count: function.values.count)
        remainingBytes = (64 << 20) + 2 * constants.ids.reduce(0) { $0 + constants[$1].bytes.count }
    }

    /// The function, compacted, and the constants with those that were transposed.
    static func rewritten(
        _ function: Function, _ sources: TransposeSources, _ orders: AxisOrders, _ constants: ConstantTable,
        joinsReshapes: Bool
    ) -> (function: Function, constants: ConstantTable) {
        var rewriter = OrderRewriter(function, sources, orders, constants, joinsReshapes: joinsReshapes)
        for (index, node) in function.nodes.enumerated() { rewriter.place(node, index) }
        for index in rewriter.result.outputs.indices {
            rewriter.result.outputs[index].value = rewriter.plain(rewriter.result.outputs[index].value)
        }
        rewriter.result.compact()
        return (rewriter.result, rewriter.constants)
    }
}

// MARK: Nodes
extension OrderRewriter {
    private mutating func place(_ node: Node, _ index: Int) {
        if case .transpose = node.operation, sources.isTransparent(node.outputs[0]) {
            let (value, order) = sources.source(of: node.outputs[0], rank: 0)
            if oldForms[Form(value: value, order: order)] == nil { oldForms[Form(value: value, order: order)] = node }
            return
        }
        var node = node
        if let order = orders.chosen[index], let freedom = orders.freedom(of: index),
            let operation = node.operation.reordered(order)
        {
            node.operation = operation
            node.inputs = zip(node.inputs, freedom.roles).map { operand, role in
                switch role {
                case .ordered: form(of: operand, order)
                case .broadcast: broadcast(operand, order)
                case .fixed: plain(operand)
                }
            }
            let made = order.removing(freedom.removedAxes)
            for output in node.outputs {
                madeOrders[output.index] = made
                result[output].type.shape = made(result[output].type.shape)
            }
        } else if case .reshape(let reshape) = node.operation, joinsReshapes, let source = sameElements(as: node.inputs[0]) {
            node.operation = .reshape(reshape.withoutCopies(result.type(of: node.outputs[0])))
            node.inputs = [source]
        } else {
            node.inputs = node.inputs.map { plain($0) }
        }
        append(node)
    }

    /// The value that `value` is a transpose of, if its elements lie in memory in the same order; nil where that is `value` itself.
    private func sameElements(as value: ValueID) -> ValueID? {
        let (source, own) = sources.source(of: value, rank: original.type(of: value).rank)
        let missing = (madeOrders[source.index] ?? .identity(own.axes.count)).inverse.then(own)
        return !missing.isIdentity && missing.keepsElements(of: result.type(of: source).shape) ? source : nil
    }

    private mutating func append(_ node: Node) {
        for output in node.outputs { makers[output] = result.nodes.count }
        result.nodes.append(node)
    }

    private mutating func addValue(_ name: String, _ type: TensorType) -> ValueID {
        result.values.append(Value(name: names.claim(name), type: type))
        madeOrders.append(nil)
        return ValueID(result.values.count - 1)
    }
}

// MARK: Values in other orders
extension OrderRewriter {
    /// A value of the original function in the order that it had there.
    private mutating func plain(_ value: ValueID) -> ValueID { form(of: value, .identity(original.type(of: value).rank)) }

    /// A value of the original function with its axes in another order.
    private mutating func form(of value: ValueID, _ order: Permutation) -> ValueID {
        let (source, own) = sources.source(of: value, rank: order.axes.count)
        let wanted = own.then(order)
        let missing = (madeOrders[source.index] ?? .identity(wanted.axes.count)).inverse.then(wanted)
        if missing.isIdentity { return source }
        let key = Form(value: source, order: wanted)
        if let known = forms[key] { return known }
        let made = make(source, missing, wanted)
        forms[key] = made
        return made
    }

    /// Appends the node that makes a value by bringing the axes of `source`, as that is made now, into another order.
    private mutating func make(_ source: ValueID, _ missing: Permutation, _ wanted: Permutation) -> ValueID {
        // The value and the node that were there, if there were, keep their names.
        reordered(source, missing, replacing: oldForms[Form(value: source, order: wanted)])
    }

    /// Appends a transpose of a value. Of a constant it is another constant instead, and of what a reshape makes another reshape, where
    /// no element moves in memory.
    private mutating func reordered(_ source: ValueID, _ order: Permutation, replacing old: Node? = nil) -> ValueID {
        let type = result.type(of: source)
        let shape = order(type.shape)
        let value = old?.outputs[0] ?? addValue(result[source].name, TensorType(type.element, shape))
        let name = old?.name ?? result[value].name
        var node = Node(.transpose(Transpose(order.axes)), inputs: [source], outputs: [value], name: name)
        let maker = makers[source].map { result.nodes[$0] }
        if case .constant(let constant) = maker?.operation, let moved = transposed(constants[constant.id], order) {
            (node.operation, node.inputs) = (.constant(ConstantOperation(constants.insert(moved))), [])
        } else if case .reshape = maker?.operation, joinsReshapes, order.keepsElements(of: type.shape) {
            (node.operation, node.inputs) = (.reshape(Reshape(shape.map { .dimension($0) })), maker?.inputs ?? [])
        }
        append(node)
        return value
    }

    /// A constant transposed; nil where that would take too much memory.
    private mutating func transposed(_ constant: Constant, _ order: Permutation) -> Constant? {
        guard constant.bytes.count <= remainingBytes else { return nil }
        let transpose = Operation.transpose(Transpose(order.axes))
        guard let tensor = try? evaluate(transpose, operands: [Tensor(constant)])[0] else { return nil }
        remainingBytes -= constant.bytes.count
        return tensor.constant
    }

    /// A value of fewer axes as it has to be read where what it broadcasts to is in another order.
    private mutating func broadcast(_ value: ValueID, _ order: Permutation) -> ValueID {
        let plain = plain(value)
        let type = result.type(of: plain)
        if type.shape.allSatisfy({ $0 == 1 }) { return plain }
        let key = Form(value: value, order: order)
        if let known = forms[key] { return known }
        let padded = [Dimension](repeating: 1, count: order.axes.count - type.rank) + type.shape
        let moved = Array(order(padded).drop { $0 == 1 })
        let last =
            if let constant = transposedConstant(plain, padded, order, moved) {
                constant
            } else if order.keepsElements(of: padded) {
                moved == type.shape ? plain : reshaped(plain, to: moved)
            } else {
                reordered(reshaped(plain, to: padded), order)
            }
        forms[key] = last
        return last
    }

    /// For a constant that is broadcast the constant that is broadcast in its place; nil for other values.
    /// - Parameters:
    ///   - padded: the sides of the constant with axes of one element in front, as many as what it broadcasts to has.
    ///   - moved: these sides in the order `order`, without those of one element in front.
    private mutating func transposedConstant(
        _ value: ValueID, _ padded: [Dimension], _ order: Permutation, _ moved: [Dimension]
    ) -> ValueID? {
        guard let maker = makers[value], case .constant(let operation) = result.nodes[maker].operation,
            let sides = TensorType(padded).staticShape, let left = TensorType(moved).staticShape
        else { return nil }
        let constant = constants[operation.id]
        let whole = Constant(element: constant.element, shape: sides, bytes: constant.bytes)
        guard let turned = transposed(whole, order) else { return nil }
        let id = constants.insert(Constant(element: constant.element, shape: left, bytes: turned.bytes))
        let new = addValue(result[value].name, constants[id].type)
        append(Node(.constant(ConstantOperation(id)), inputs: [], outputs: [new], name: result[new].name))
        return new
    }

    private mutating func reshaped(_ value: ValueID, to shape: [Dimension]) -> ValueID {
        let new = addValue(result[value].name, TensorType(result.type(of: value).element, shape))
        let reshape = Reshape(shape.map { .dimension($0) })
        append(Node(.reshape(reshape), inputs: [value], outputs: [new], name: result[new].name))
        return new
    }
}

extension Reshape {
    /// The reshape to `type` with sides that do not depend on the operand's axes.
    fileprivate func withoutCopies(_ type: TensorType) -> Reshape {
        Reshape(zip(sides, type.shape).map { $0 == .copied ? .dimension($1) : $0 })
    }
}
