import GraphIR
import PlanFormat

/// Storing weights in 16 bits: `compile --weights f16|bf16`. Each weight is rounded to nearest, ties to even; with Winograd's
/// algorithms that is each weight of the transformed kernel. Biases, scales and constant images stay float32.
extension UnscheduledPlan {
    /// - Throws: `CompileError.unsupported` with every layer that has a finite weight beyond the type's range.
    mutating func narrowWeights(to type: WeightType) throws(CompileError) {
        guard type != .float32 else { return }
        takeMatricesAsConstants()
        var narrowed = Set<Int>()
        var problems: [UnsupportedPart] = []
        for index in operations.indices {
            guard let kind = operations[index].kernel.weightedKind, let weights = operations[index].constants.first else { continue }
            operations[index].kernel.weights = type
            guard narrowed.insert(weights.index).inserted else { continue }
            let largest = constants.narrow(weights, to: type)
            if type.isBeyond(largest) {
                let name = String(decoding: operations[index].name, as: UTF8.self)
                let reason = "a weight of \(largest) is beyond \(type.argument), which ends at \(type.largest)"
                problems.append(UnsupportedPart(name: name, kind: kind, reason: reason))
            }
        }
        if !problems.isEmpty { throw .unsupported(problems) }
    }

    /// Turns matrices that plain products read as a source into constants of these operations. Matrices that something else
    /// reads too, or of which a product takes several, stay as they are.
    private mutating func takeMatricesAsConstants() {
        var isMatrix = [Bool](repeating: true, count: constants.count)
        for operation in operations {
            for (position, source) in operation.sources.enumerated() {
                guard case .constant(let id) = values[source.index].storage else { continue }
                if position != 1 || !operation.multipliesByOneMatrix(in: values) { isMatrix[id.index] = false }
            }
        }
        for index in operations.indices where operations[index].multipliesByOneMatrix(in: values) {
            guard case .constant(let id) = values[operations[index].sources[1].index].storage, isMatrix[id.index] else { continue }
            operations[index].sources.remove(at: 1)
            operations[index].constants = [id]
        }
        _ = dropUnread()
    }
}

extension KernelParameters {
    /// What reports call an operation whose weights can be stored in 16 bits, as the graph does; nil for others.
    fileprivate var weightedKind: String? {
        var stored = self
        stored.weights = .float16
        guard stored.weights == .float16 else { return nil }
        guard case .plain(let plain) = self else { return "\(name)".split(separator: " ").joined(separator: "-") }
        return "\(plain.family)".reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : "\($1)" }
    }
}

extension PlanOperation {
    /// Whether the operation is a plain product whose right factor is one matrix, all of a source.
    fileprivate func multipliesByOneMatrix(in values: [PlanValue]) -> Bool {
        guard case .plain(.matrixMultiplication(let p)) = kernel, p.right == PlainView(), sources.count > 1,
            let matrix = values[sources[1].index].plain
        else { return false }
        return matrix.elementCount == p.depth * p.columns
    }
}

extension WeightType {
    /// From what a user writes.
    public init?(argument: String) {
        guard let type = Self.allCases.first(where: { $0.argument == argument }) else { return nil }
        self = type
    }

    public var argument: String {
        switch self {
        case .float32: "f32"
        case .float16: "f16"
        case .bfloat16: "bf16"
        }
    }

    /// The largest finite number.
    var largest: Float {
        switch self {
        case .float32: .greatestFiniteMagnitude
        case .float16: 65504
        case .bfloat16: Float(bitPattern: 0x7F7F_0000)
        }
    }

    /// Whether a finite number would become infinite.
    func isBeyond(_ number: Float) -> Bool { number.isFinite && self != .float32 && bits(number) & 0x7FFF >= infinity }

    private var infinity: UInt16 { self == .float16 ? 0x7C00 : 0x7F80 }

    /// The number rounded to nearest, ties to even, to 16 bits.
    func bits(_ number: Float) -> UInt16 {
        let element: ElementType = self == .float16 ? .float16 : .bfloat16
        return UInt16(element.bits(ofFloat: Double(number)))
    }
}
