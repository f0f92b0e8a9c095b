import PlanFormat
import Reference
import Runtime

/// A plan as a side of a comparison: it is run.
struct PlanSide: ComparedSide {
    let path: String
    let model: Model
    let threads: Int?
    /// The values of the model that the plan was made of, where that is known.
    var named: PlanOfModel?

    var kind: ComparedKind { .plan }
    var outputNames: [String] { model.plan.outputs.map(\.text) }
    var isPositional: Bool { false }

    func outputs(
        _ names: [String], for inputs: ComparedInputs, watching places: [InnerPlace], take: @escaping (Int, Tensor) -> Void
    ) throws -> [String: Tensor] {
        let runner = try PlanRunner(model, place: path, threads: threads)
        var wanted: [PlanPlace] = []
        var indices: [Int] = []
        for (index, place) in places.enumerated() {
            guard case .plan(let place) = place else { continue }
            wanted.append(place)
            indices.append(index)
        }
        if !wanted.isEmpty {
            let values = InnerValues(of: model.plan, wanted) { take(indices[$0], $1) }
            runner.observe { values.add($0) }
        }
        try runner.run(inputs.tensors(for: model.plan.inputs.map(\.text)))
        let outputs = model.plan.outputs.indices.map { (model.plan.outputs[$0].text, runner.output($0)) }
        return Dictionary(outputs, uniquingKeysWith: { first, _ in first })
    }

    /// By the name of the model's value, or of the operation whose result it is.
    func place(named name: String) -> InnerPlace? {
        if let value = named?.values.first(where: { $0.name == name }) { return .plan(value.place) }
        return PlanValues(of: model.plan).values.last { $0.key.text == name }.map { .plan($0.place) }
    }
}

/// The values that a plan's operations make, each under a key that another plan of the same model has for it too.
struct PlanValues {
    /// The name of an operation, which number it has among those of this name, and which of its results is meant.
    struct Key: Hashable {
        let name: [UInt8]
        let number: Int
        let result: Int

        /// `conv1`; of a later operation of that name `conv1#2`, of a further result `conv1:1`.
        var text: String {
            String(decoding: name, as: UTF8.self) + (number > 1 ? "#\(number)" : "") + (result > 0 ? ":\(result)" : "")
        }
    }

    struct Value {
        let key: Key
        let operation: PlanOperationID
        let place: PlanPlace
    }

    /// In the order of the operations; without what only brings a value into another layout.
    let values: [Value]
    private let byKey: [Key: Value]
    /// By value of the plan: its key, also of those that are left out above.
    private let keys: [PlanValueID: Key]

    init(of plan: Plan) {
        var counts: [[UInt8]: Int] = [:]
        var all: [(value: Value, isConversion: Bool)] = []
        var keys: [PlanValueID: Key] = [:]
        for (index, operation) in plan.operations.enumerated() where !operation.results.isEmpty {
            counts[operation.name, default: 0] += 1
            for (position, id) in operation.results.enumerated() {
                let key = Key(name: operation.name, number: counts[operation.name] ?? 1, result: position)
                let place = PlanPlace(id, of: plan)
                all.append((Value(key: key, operation: PlanOperationID(index), place: place), operation.kernel.isConversion))
                keys[id] = key
            }
        }
        values = all.filter { !$0.isConversion }.map(\.value)
        byKey = Dictionary(all.map { ($0.value.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        self.keys = keys
    }

    func key(of value: PlanValueID) -> Key? { keys[value] }
    subscript(key: Key) -> Value? { byKey[key] }
}

extension PlanPlace {
    /// A value as the plan has it: images with their channels last.
    fileprivate init(_ id: PlanValueID, of plan: Plan) {
        let value = plan.values[id.index]
        let shape = value.plain?.shape ?? [plan.batch, value.height, value.width, value.channels]
        self.init(values: [id], axes: value.plain == nil ? [0, 1, 2, 3] : nil, shape: shape)
    }
}

extension KernelParameters {
    /// Whether it takes an input, or brings a value into another layout, and computes nothing.
    fileprivate var isConversion: Bool {
        switch self {
        case .input, .plainInput, .blocking, .unblocking: true
        default: false
        }
    }
}
