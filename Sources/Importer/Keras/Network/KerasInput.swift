import GraphIR

/// What an input layer declares.
enum KerasInput {
    /// The type of the input: the batch is `n` where it is open, other open sides are multiples of `h`, `w`, `d`.
    static func type(_ arguments: inout KerasArguments, multiple: Int) -> TensorType? {
        let name = ["batch_input_shape", "batch_shape"].first { arguments[$0] != nil } ?? "batch_input_shape"
        guard let sides = arguments[name]?.array, (1...Limits.rank).contains(sides.count) else {
            arguments.report(
                name, found: arguments[name]?.description ?? "missing", accepted: "the sides of the input, none for an open one")
            return nil
        }
        let type = arguments.declaration.arguments["dtype"]
        if let type, type != .null, !KerasArguments.floatTypes.contains(type.string ?? "") {
            arguments.report("dtype", found: "\(type)", accepted: "'float32'")
        }
        for flag in ["sparse", "ragged"] { arguments.require(flag, is: .bool(false)) }
        var symbols = ["h", "w", "d", "e", "f", "g", "i"][...]
        var shape: [Dimension] = []
        for (axis, side) in sides.enumerated() {
            if side == .null {
                shape.append(axis == 0 ? Dimension(symbol: "n") : Dimension(symbol: symbols.popFirst() ?? "z", times: multiple))
            } else if let number = side.integer, (1...Limits.side).contains(number) {
                shape.append(Dimension(number))
            } else {
                arguments.report(name, found: "\(JSONValue.array(sides))", accepted: "positive sides, none for an open one")
                return nil
            }
        }
        do throws(GraphError) {
            try TensorType(shape).checkBounds()
        } catch {
            arguments.report(name, found: "\(JSONValue.array(sides))", accepted: "a smaller input: \(error.message)")
            return nil
        }
        return TensorType(shape)
    }
}

extension KerasArguments {
    static let floatTypes: Set<String> = ["float16", "bfloat16", "float32", "float64", "mixed_float16", "mixed_bfloat16"]

    /// A layer computes in its `dtype`; what is a float is computed in float32 here.
    mutating func checkType() {
        guard let type = self["dtype"] else { return }
        let name = type.string ?? type["config"]?["name"]?.string
        guard let name, Self.floatTypes.contains(name) else {
            report("dtype", found: name.map { "'\($0)'" } ?? "\(type)", accepted: "'float32'")
            return
        }
    }
}
