import FuzzSupport

@testable import PlanFormat

// What a draft may be: small enough that measuring it is quick and overflows nothing.

extension Plan {
    /// Whether measuring it cannot take long or overflow.
    var isSmall: Bool {
        operations.count <= 200 && values.count <= 200 && schedule.count <= 2000 && batch <= 8
            && values.allSatisfy { $0.isSmall } && (inputs + outputs).allSatisfy { $0.tensor.isSmall }
            && constants.reduce(0, { $0 + $1.byteCount }) <= 1 << 17
    }

    /// Whether an operation's operands exist and its geometry can be asked for.
    func canMeasure(_ index: Int) -> Bool {
        let operation = operations[index]
        guard (operation.sources + operation.results).allSatisfy({ $0.index < values.count }) else { return false }
        switch operation.kernel {
        case .input, .plainInput: return operation.results.count == 1
        case .output, .plainOutput: return !operation.sources.isEmpty
        case .convolution(let p):
            return !operation.sources.isEmpty && operation.results.count == (p.pools && p.keepsUnpooled ? 2 : 1)
        case .plain: return operation.results.count == 1
        default: return !operation.sources.isEmpty && operation.results.count == 1
        }
    }
}

extension PlanValue {
    var isSmall: Bool {
        [height, width, channels, ringRows].allSatisfy { (1...256).contains($0) } && leftHalo <= 256 && rightHalo <= 512
            && (plain?.isSmall ?? true)
    }

    var hasEncodableSides: Bool { isSmall && leftHalo >= 0 && rightHalo >= 0 }

    mutating func takeSides(of other: PlanValue) {
        (height, width, channels) = (other.height, other.width, other.channels)
    }
}

extension PlainTensor {
    var isSmall: Bool { elementCount <= 1 << 14 && shape.allSatisfy { (0...4096).contains($0) } }

    mutating func change(_ random: inout Randomness) {
        if random.once(in: 8) { element = random.element(of: PlanElement.allCases) }
        guard !shape.isEmpty else { return }
        let axis = random.below(shape.count)
        shape[axis] = random.once(in: 12) ? 0 : random.within(1...20)
        if axis == 0, random.once(in: 2) { shape[0] = 1 }
    }
}

extension ConstantRange {
    var bytes: Range<Int> { offset..<(offset + byteCount) }
}
