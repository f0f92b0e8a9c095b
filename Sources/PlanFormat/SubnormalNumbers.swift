/// Which results and constants of a plan are concerned if it flushes subnormal numbers. Documentation/Numerics.md says which
/// numbers are flushed.

extension PlanOperation {
    /// Whether, in a plan that flushes subnormal numbers, the operation's steps have to flush what they store: if they compute
    /// new float32 numbers.
    public func makesFloats(in values: [PlanValue]) -> Bool {
        !kernel.movesElements
            && results.contains { values[$0.index].isFloat && values[$0.index].plain?.elementCount != 0 }
    }
}

extension PlanValue {
    /// Whether the value's elements are float32: those of images always are.
    var isFloat: Bool { plain == nil || plain?.element == .float32 }
}

extension Plan {
    /// For each constant, how its numbers are stored; nil for a constant that is no list of floats.
    public var constantTypes: [WeightType?] {
        // Equal tables are stored only once, so that a table of integers may also be read as floats. Such a constant is left
        // alone.
        var uses = [[WeightType?]](repeating: [], count: constants.count)
        for operation in operations {
            for (position, id) in operation.constants.enumerated() {
                uses[id.index].append(operation.kernel.weightType(ofConstant: position))
            }
        }
        for value in values {
            guard case .constant(let id) = value.storage else { continue }
            uses[id.index].append(value.isFloat ? .float32 : nil)
        }
        return uses.map { types in
            guard let first = types.first, types.allSatisfy({ $0 == first }) else { return nil }
            return first
        }
    }
}

extension WeightType {
    /// Whether a kernel takes the number that is stored at an offset for a subnormal float32. It never does for a binary16,
    /// since all of its numbers are normal as float32, nor for a zero.
    public func isSubnormal(_ bytes: borrowing RawSpan, at offset: Int) -> Bool {
        switch self {
        case .float32:
            let bits = bytes.littleEndian32(at: offset)
            return bits & 0x7F80_0000 == 0 && bits & 0x007F_FFFF != 0
        case .float16: return false
        case .bfloat16:
            let bits = bytes.littleEndian16(at: offset)
            return bits & 0x7F80 == 0 && bits & 0x007F != 0
        }
    }
}
