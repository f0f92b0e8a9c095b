import GraphIR
import PlanFormat

/// A value inside that both sides have.
struct OperationPair {
    /// Of the operation that makes it, as the plan or the first model calls it.
    let operation: String
    /// Of a convolution in a plan its algorithm, else the kind of operation.
    let algorithm: String
    /// The nodes of the model that the operation has become of.
    let layers: [String]
    /// The value's name.
    let value: String
    let a: InnerPlace
    let b: InnerPlace

    /// With the sides in the other order.
    fileprivate var swapped: OperationPair {
        OperationPair(operation: operation, algorithm: algorithm, layers: layers, value: value, a: b, b: a)
    }
}

/// The values inside that two sides both have, in the order in which the first makes them.
struct OperationPairs {
    var pairs: [OperationPair] = []
    /// The names of values that only one side has.
    var passedOver: [String] = []

    private init() {}

    /// - Returns: what can be compared; nothing of a plan and stored results.
    static func between(_ a: any ComparedSide, _ b: any ComparedSide) -> OperationPairs {
        switch (a, b) {
        case (let a as PlanSide, is ModelSide): return OperationPairs(a)
        case (is ModelSide, let b as PlanSide):
            var pairs = OperationPairs(b)
            pairs.pairs = pairs.pairs.map(\.swapped)
            return pairs
        case (let a as PlanSide, let b as PlanSide): return OperationPairs(a.model.plan, b.model.plan)
        case (let a as ModelSide, let b as ModelSide): return OperationPairs(a, b)
        case (let a as ModelSide, let b as StoredSide): return OperationPairs(a, b)
        case (let a as StoredSide, let b as ModelSide):
            var pairs = OperationPairs(b, a)
            pairs.pairs = pairs.pairs.map(\.swapped)
            return pairs
        default: return OperationPairs()
        }
    }

    /// A plan and the model that it was made of.
    private init(_ side: PlanSide) {
        guard let named = side.named else { return }
        for value in named.values {
            let operation = side.model.plan.operations[value.operation.index]
            pairs.append(
                OperationPair(
                    operation: operation.text, algorithm: operation.algorithmName, layers: value.layers, value: value.name,
                    a: .plan(value.place), b: .optimised(value.name)))
        }
        passedOver = named.passedOver
    }

    /// Two plans of one model.
    private init(_ plan: Plan, _ other: Plan) {
        let (ours, theirs) = (PlanValues(of: plan), PlanValues(of: other))
        for value in ours.values {
            let operation = plan.operations[value.operation.index]
            guard let found = theirs[value.key], found.place.shape == value.place.shape else {
                passedOver.append(value.key.text)
                continue
            }
            let counterpart = other.operations[found.operation.index].algorithmName
            let algorithm = operation.algorithmName == counterpart ? counterpart : "\(operation.algorithmName), \(counterpart)"
            pairs.append(
                OperationPair(
                    operation: operation.text, algorithm: algorithm, layers: [operation.text], value: value.key.text,
                    a: .plan(value.place), b: .plan(found.place)))
        }
        passedOver += theirs.values.filter { ours[$0.key] == nil }.map(\.key.text)
    }

    /// Two models, by the names of their values.
    private init(_ side: ModelSide, _ other: ModelSide) {
        let (ours, theirs) = (side.model.graph.innerValues, other.model.graph.innerValues)
        let (known, common) = (Set(theirs.map(\.name)), Set(ours.map(\.name)))
        for value in ours {
            guard known.contains(value.name) else {
                passedOver.append(value.name)
                continue
            }
            pairs.append(OperationPair(value, called: value.name, a: .model(value.name), b: .model(value.name)))
        }
        passedOver += theirs.map(\.name).filter { !common.contains($0) }
    }

    /// A model and the arrays that are called like its layers or its values, in its own framework or in the graph.
    private init(_ side: ModelSide, _ stored: StoredSide) {
        guard !stored.isPositional else { return }
        var arrays: [String: [(name: String, channelsSecond: Bool)]] = [:]
        for name in stored.outputNames {
            let value = side.model.values[name]
            arrays[value?.name ?? name, default: []].append((name, value?.hasMovedChannels ?? false))
        }
        for value in side.model.graph.innerValues {
            for array in arrays[value.name] ?? [] {
                pairs.append(
                    OperationPair(
                        value, called: array.name, a: .model(value.name, channelsSecond: array.channelsSecond), b: .stored(array.name)))
            }
        }
        let known = Set(pairs.map(\.value) + side.outputNames)
        passedOver = stored.outputNames.filter { !known.contains($0) }
    }
}

extension OperationPair {
    /// A value that a node of a model makes.
    fileprivate init(_ value: GraphInnerValue, called name: String, a: InnerPlace, b: InnerPlace) {
        self.init(
            operation: value.node.name, algorithm: value.node.operation.mnemonic, layers: [value.node.name], value: name, a: a, b: b)
    }
}

extension PlanOperation {
    var text: String { String(decoding: name, as: UTF8.self) }
}
