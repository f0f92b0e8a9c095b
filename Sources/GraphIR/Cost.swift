extension Operation {
    /// The multiplications, each with its addition, that one run of the operation takes: for convolutions, transposed
    /// convolutions and matrix products; 0 for other operations. Positions in the padding count.
    ///
    /// - Parameters:
    ///   - operands: the operands' types.
    ///   - results: the results' types as `resultTypes` gives them.
    /// - Returns: nil where a side that counts is symbolic. Saturates at `Int.max`. Of `.call` nil: see
    ///   ``Graph/multiplyAccumulates()``.
    public func multiplyAccumulates(operands: [TensorType], results: [TensorType]) -> Int? {
        definition.multiplyAccumulates(operands: operands, results: results)
    }
}

extension Operation {
    /// What evaluating the operation takes: elements read and written, multiplications, and positions of windows and taps.
    ///
    /// - Returns: nil where a side is symbolic, and for `.call`. Saturates at `Int.max`.
    public func evaluationWork(operands: [TensorType], results: [TensorType]) -> Int? {
        guard let products = multiplyAccumulates(operands: operands, results: results) else { return nil }
        var work = products
        for type in operands + results {
            guard let elements = saturatingProduct(type.shape, []) else { return nil }
            work = saturating(work.addingReportingOverflow(elements))
        }
        guard let visits = definition.visits(operands: operands, results: results) else { return nil }
        return saturating(work.addingReportingOverflow(visits))
    }
}

/// The product of all sides and numbers, at most `Int.max`; nil where a side is symbolic.
func saturatingProduct(_ sides: [Dimension], _ numbers: [Int]) -> Int? {
    var result = 1
    for side in sides {
        guard let number = side.constant else { return nil }
        result = saturating(result.multipliedReportingOverflow(by: number))
    }
    return numbers.reduce(result) { saturating($0.multipliedReportingOverflow(by: $1)) }
}

func saturating(_ result: (partialValue: Int, overflow: Bool)) -> Int {
    result.overflow ? Int.max : result.partialValue
}

extension Graph {
    /// The multiply-accumulates of one run of the main function, the functions counted at every call; nil where the graph is
    /// not bound to one shape. Ids have to be in range.
    public func multiplyAccumulates() -> Int? {
        guard case .success(let order) = callOrder(from: [mainName]) else { return nil }
        var costs = CallCosts(graph: self)
        // Callees first, so that the recursion is at most two calls deep where types agree with the declared ones.
        for name in order.dropLast() {
            guard let function = costs.functions[name] else { continue }
            _ = costs.cost(of: function, function.inputs.map { function.type(of: $0) })
        }
        guard let main = costs.functions[mainName] else { return nil }
        return costs.cost(of: main, main.inputs.map { main.type(of: $0) })
    }

    /// The number of weights: elements of the float constants that the main function and the functions it calls read. A
    /// constant counts once however often it is read, and equal constants are one.
    public var parameterCount: Int {
        guard case .success(let order) = callOrder(from: [mainName]) else { return 0 }
        let reached = Set(order)
        var used = Set<ConstantID>()
        for function in functions where reached.contains(function.name) {
            let users = function.users()
            for node in function.nodes {
                guard case .constant(let constant) = node.operation, let value = node.outputs.first else { continue }
                if !users[value.index].isEmpty, constants.type(of: constant.id)?.element == .float32 { used.insert(constant.id) }
            }
        }
        return used.reduce(0) { $0 + constants[$1].elementCount }
    }

    /// How often each operation occurs in one run, by mnemonic and sorted by it; calls are counted and expanded.
    public var operationCounts: [(mnemonic: String, count: Int)] {
        guard case .success(let order) = callOrder(from: [mainName]) else { return [] }
        let functions = functionsByName()
        var countsByFunction: [String: [String: Int]] = [:]
        for name in order {
            guard let function = functions[name] else { continue }
            var counts: [String: Int] = [:]
            for node in function.nodes {
                counts[node.operation.mnemonic, default: 0] += 1
                guard case .call(let call) = node.operation else { continue }
                counts.merge(countsByFunction[call.function] ?? [:]) { min($0 + $1, Limits.expandedNodeCount) }
            }
            countsByFunction[name] = counts
        }
        return (countsByFunction[mainName] ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

/// The costs of functions for the operand types they are called with, each worked out once.
private struct CallCosts {
    private struct Key: Hashable {
        let function: String
        let types: [TensorType]
    }
    let functions: [String: Function]
    private let constants: ConstantTable
    private var known: [Key: Int?] = [:]

    init(graph: Graph) {
        functions = graph.functionsByName()
        constants = graph.constants
    }

    mutating func cost(of function: Function, _ types: [TensorType], depth: Int = 0) -> Int? {
        let key = Key(function: function.name, types: types)
        if let cost = known[key] { return cost }
        var cost: Int? = nil
        var function = function
        let isInferred = (try? function.infer(inputTypes: types, callee: { functions[$0] }, constants: constants)) != nil
        if depth <= Limits.callDepth, isInferred {
            cost = sum(function, depth)
        }
        known[key] = cost
        return cost
    }

    private mutating func sum(_ function: Function, _ depth: Int) -> Int? {
        var total = 0
        for node in function.nodes {
            let operands = node.inputs.map { function.type(of: $0) }
            var cost: Int?
            if case .call(let call) = node.operation {
                guard let callee = functions[call.function] else { return nil }
                cost = self.cost(of: callee, operands, depth: depth + 1)
            } else {
                cost = node.operation.multiplyAccumulates(operands: operands, results: node.outputs.map { function.type(of: $0) })
            }
            guard let cost else { return nil }
            total = saturating(total.addingReportingOverflow(cost))
        }
        return total
    }
}
