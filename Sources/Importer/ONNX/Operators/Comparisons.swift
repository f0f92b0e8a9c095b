import GraphIR

extension ONNXOperator {
    static let comparisons: [ONNXOperator] = [
        comparison("Equal", .equal), comparison("Less", .less), comparison("LessOrEqual", .lessOrEqual, attributes: []),
        comparison("Greater", .greater), comparison("GreaterOrEqual", .greaterOrEqual, attributes: []),
        logical("And", .and), logical("Or", .or), logical("Xor", .xor),
        ONNXOperator("Not") { conversion, call throws(ONNXError) in
            [try conversion.mapElements(.logical(Logical(.not)), try call.required(0), call)]
        },
        ONNXOperator("Where", [], 3...3) { conversion, call throws(ONNXError) in
            let values = [try call.required(0), try call.required(1), try call.required(2)]
            return [try conversion.broadcast(.selection(Selection()), values, call)]
        },
    ]

    /// - Parameter attributes: those of operator sets before 7, which not all comparisons were in.
    private static func comparison(
        _ name: String, _ kind: Comparison.Kind, attributes: Set<String> = ["axis", "broadcast"]
    ) -> ONNXOperator {
        ONNXOperator(name, attributes, 2...2) { conversion, call throws(ONNXError) in
            let (left, right) = try conversion.broadcastOperands(call)
            return [try conversion.broadcast(.comparison(Comparison(kind)), [left, right], call)]
        }
    }

    private static func logical(_ name: String, _ kind: Logical.Kind) -> ONNXOperator {
        ONNXOperator(name, ["axis", "broadcast"], 2...2) { conversion, call throws(ONNXError) in
            let (left, right) = try conversion.broadcastOperands(call)
            return [try conversion.broadcast(.logical(Logical(kind)), [left, right], call)]
        }
    }
}
