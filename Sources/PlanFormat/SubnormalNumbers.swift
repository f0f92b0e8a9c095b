/// What a plan that flushes subnormal numbers has to look after; Documentation/Numerics.md says which numbers are flushed.

extension PlanOperation {
    /// Whether a step has to flush what it stores, in a plan that flushes subnormal numbers: where it makes float32 numbers.
    public func makesFloats(in values: [PlanValue]) -> Bool {
        !kernel.movesElements
            && results.contains { values[$0.index].isFloat && values[$0.index].plain?.elementCount != 0 }
    }
}

extension PlanValue {
    /// Images are of float32, plain tensors may be.
    var isFloat: Bool { plain == nil || plain?.element == .float32 }
}

extension Plan {
    /// How the numbers of each constant are stored; nil for one that is no list of floats.
    public var constantTypes: [WeightType?] {
        // Equal tables are stored once, and one of integers may also be read as floats: it is left alone.
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
    /// Whether the number that is stored at an offset is a subnormal float32 to a kernel. Of binary16 none is, since all of its
    /// numbers are normal in float32; a zero is none.
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
