import GraphIR
import Optimizer
import PlanFormat
import Reference

/// Computes both sides on the same input, and compares what they give.
struct Comparison {
    let a: any ComparedSide
    let b: any ComparedSide
    /// See `Tolerance`.
    let tolerance: Double
    /// Nil where only outputs are compared.
    var operations: OperationPairs?
    /// Values that are kept, by the names under which they were asked for.
    var kept: [KeptValue] = []

    /// A value inside that somebody wants to have.
    struct KeptValue {
        let name: String
        let a: InnerPlace?
        let b: InnerPlace?
    }

    struct Result {
        var outputs: [ComparedValue]
        var onlyA: [String]
        var onlyB: [String]
        /// Nil where only outputs were compared.
        var operations: [ComparedOperation]?
        /// By the place of the name in `kept`, of both sides.
        var keptA: [Int: Tensor] = [:]
        var keptB: [Int: Tensor] = [:]
        /// Outputs of both sides.
        var outputTensors: [(a: Tensor, b: Tensor)] = []
    }

    func run(on inputs: ComparedInputs) throws -> Result {
        let outputs = try OutputPairs(a, b)
        let pairs = operations?.pairs ?? []
        // Of the first side all values are held until the second has made its own.
        var held: [Int: Tensor] = [:]
        var keptA: [Int: Tensor] = [:]
        var keptB: [Int: Tensor] = [:]
        var compared: [Int: ComparedOperation] = [:]

        let placesA = pairs.map(\.a) + kept.compactMap(\.a)
        let keptIndicesA = kept.indices.filter { kept[$0].a != nil }
        let foundA = try a.outputs(outputs.pairs.map(\.a), for: inputs, watching: placesA) { index, tensor in
            if index < pairs.count { held[index] = tensor } else { keptA[keptIndicesA[index - pairs.count]] = tensor }
        }
        let placesB = pairs.map(\.b) + kept.compactMap(\.b)
        let keptIndicesB = kept.indices.filter { kept[$0].b != nil }
        let tolerance = tolerance
        let foundB = try b.outputs(outputs.pairs.map(\.b), for: inputs, watching: placesB) { index, tensor in
            guard index < pairs.count else { return keptB[keptIndicesB[index - pairs.count]] = tensor }
            guard let other = held.removeValue(forKey: index) else { return }
            let (ours, theirs) = aligned(other, tensor)
            compared[index] = ComparedOperation(pairs[index], ComparedValue(pairs[index].value, ours, theirs, tolerance))
        }

        var result = Result(outputs: [], onlyA: outputs.onlyA, onlyB: outputs.onlyB)
        for pair in outputs.pairs {
            guard let ours = foundA[pair.a], let theirs = foundB[pair.b] else { continue }
            result.outputs.append(ComparedValue(pair.a, called: pair.b, ours, theirs, tolerance))
            result.outputTensors.append((ours, theirs))
        }
        if operations != nil { result.operations = pairs.indices.compactMap { compared[$0] } }
        (result.keptA, result.keptB) = (keptA, keptB)
        return result
    }
}

extension Comparison {
    /// Values of a model and of another framework, which may have the channels of images second.
    private func aligned(_ found: Tensor, _ expected: Tensor) -> (Tensor, Tensor) {
        guard found.shape != expected.shape, found.shape.count == 4, expected.shape.count == 4 else { return (found, expected) }
        func moved(_ tensor: Tensor, like other: Tensor) -> Tensor {
            let moved = Tensor.channelsSecond.map { tensor.shape[$0] }
            return moved == other.shape ? tensor.reordered(Tensor.channelsSecond) : tensor
        }
        if b.kind == .stored { return (moved(found, like: expected), expected) }
        if a.kind == .stored { return (found, moved(expected, like: found)) }
        return (found, expected)
    }
}

/// A tensor of both sides, and how far they lie apart.
struct ComparedValue: Encodable {
    /// Of the first side.
    let name: String
    /// Of the second side, where it is another.
    let otherName: String?
    /// As NumPy spells it: `float32`.
    let element: String
    let shape: [Int]
    /// Those of the second side, where they are others.
    let otherElement: String?
    let otherShape: [Int]?
    /// Nil where the shapes differ, so that nothing could be compared.
    let difference: Difference?
    /// The largest difference that is accepted.
    let accepted: Double
    let isWithinTolerance: Bool
    /// Nil where all numbers are finite.
    let notFinite: NotFinite?
    let otherNotFinite: NotFinite?

    /// - Parameters:
    ///   - called: what the second side calls it.
    ///   - found: of the first side.
    ///   - expected: of the second side, by which the tolerance is measured.
    init(_ name: String, called other: String? = nil, _ found: Tensor, _ expected: Tensor, _ tolerance: Double) {
        self.name = name
        otherName = other == name ? nil : other
        element = PlanElement(found.element).name.description
        shape = found.shape
        otherElement = expected.element == found.element ? nil : PlanElement(expected.element).name.description
        otherShape = expected.shape == found.shape ? nil : expected.shape
        accepted = tolerance * Tolerance.magnitude(of: expected)
        let (ours, theirs) = (NotFinite(found), NotFinite(expected))
        notFinite = ours.isEmpty ? nil : ours
        otherNotFinite = theirs.isEmpty ? nil : theirs
        guard found.shape == expected.shape else {
            difference = nil
            isWithinTolerance = false
            return
        }
        let difference = Difference(found, expected)
        self.difference = difference
        isWithinTolerance = difference.largest <= accepted
    }
}

extension ComparedValue {
    /// `float32 1x48x80x1`, for people.
    var type: String { "\(element) \(Format.shape(shape))" }
    /// Of the second side's, where it is another.
    var otherType: String? {
        otherElement == nil && otherShape == nil ? nil : "\(otherElement ?? element) \(Format.shape(otherShape ?? shape))"
    }
}

/// A value inside, with the operation that makes it.
struct ComparedOperation: Encodable {
    let operation: String
    let algorithm: String
    let layers: [String]
    let value: ComparedValue

    init(_ pair: OperationPair, _ value: ComparedValue) {
        operation = pair.operation
        algorithm = pair.algorithm
        layers = pair.layers
        self.value = value
    }

    /// `'conv2' (winograd-4x4; layers 'conv2', 'bn2')`
    var text: String {
        let source = layers == [operation] ? "" : "; of \(Format.names(layers))"
        return "'\(operation)' (\(algorithm)\(source))"
    }
}
