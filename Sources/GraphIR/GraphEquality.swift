extension Graph: Equatable {
    /// Whether two graphs have the same functions in the same order with the same names and ids, the same main function and the
    /// same metadata. Constants are compared by content, wherever they are in their table; those that no node uses do not count.
    public static func == (lhs: Graph, rhs: Graph) -> Bool {
        guard lhs.mainName == rhs.mainName, lhs.metadata == rhs.metadata, lhs.functions.count == rhs.functions.count else {
            return false
        }
        return zip(lhs.functions, rhs.functions).allSatisfy { left, right in
            left.name == right.name && left.values == right.values && left.inputs == right.inputs
                && left.outputs == right.outputs && left.nodes.count == right.nodes.count
                && zip(left.nodes, right.nodes).allSatisfy { areEqual($0, lhs.constants, $1, rhs.constants) }
        }
    }

    private static func areEqual(_ left: Node, _ leftTable: ConstantTable, _ right: Node, _ rightTable: ConstantTable) -> Bool {
        guard case .constant(let leftConstant) = left.operation, case .constant(let rightConstant) = right.operation else {
            return left == right
        }
        return left.name == right.name && left.inputs == right.inputs && left.outputs == right.outputs
            && leftTable.hasEqual(leftConstant.id, rightConstant.id, of: rightTable)
    }

    /// The graph with every function compacted (see ``Function/compact()``) and without constants that no node uses.
    /// Ids have to be in range.
    public func compacted() -> Graph {
        var result = self
        result.constants = ConstantTable()
        for index in result.functions.indices {
            result.functions[index].compact()
            for position in result.functions[index].nodes.indices {
                guard case .constant(let constant) = result.functions[index].nodes[position].operation else { continue }
                let id = result.constants.insert(constant.id, of: constants)
                result.functions[index].nodes[position].operation = .constant(ConstantOperation(id))
            }
        }
        return result
    }
}
