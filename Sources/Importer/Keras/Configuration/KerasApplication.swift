/// One application of a layer to the results of other layers.
struct KerasApplication: Hashable, Sendable {
    /// The operands that the layer gets, in order.
    var operands: [KerasOperand]
    /// Arguments by name, such as `training`.
    var keywords: [String: KerasOperand] = [:]

    /// The results among the operands.
    var references: [KerasTensorReference] {
        (operands + keywords.sorted { $0.key < $1.key }.map(\.value)).flatMap(\.references)
    }
}

enum KerasOperand: Hashable, Sendable {
    case tensor(KerasTensorReference)
    case tensors([KerasTensorReference])
    case constant(JSONValue)

    var references: [KerasTensorReference] {
        switch self {
        case .tensor(let reference): [reference]
        case .tensors(let references): references
        case .constant: []
        }
    }
}

/// A reference to a result of a layer, such as `["conv2d_3", 0, 0]`.
struct KerasTensorReference: Hashable, Sendable {
    var layer: String
    /// Which application of the layer is meant. Those of a nested model are counted from 1, since its definition is number 0.
    var application: Int
    /// Which of its results.
    var output: Int
}

extension KerasApplication {
    /// Adds one to the applications of these layers.
    mutating func countFromOne(_ layers: Set<String>) {
        operands = operands.map { $0.countedFromOne(layers) }
        keywords = keywords.mapValues { $0.countedFromOne(layers) }
    }
}

extension KerasOperand {
    fileprivate func countedFromOne(_ layers: Set<String>) -> KerasOperand {
        func counted(_ reference: KerasTensorReference) -> KerasTensorReference {
            var reference = reference
            if layers.contains(reference.layer), reference.application < .max { reference.application += 1 }
            return reference
        }
        return switch self {
        case .tensor(let reference): .tensor(counted(reference))
        case .tensors(let references): .tensors(references.map(counted))
        case .constant: self
        }
    }
}

// MARK: Every generation's spelling
extension KerasApplication {
    /// Reads one element of `inbound_nodes`; nil where it is none.
    ///
    /// Keras 1 and 2 write `[["a", 0, 0], ["b", 0, 0, {}]]`, later versions of tf.keras also `["a", 0, 0, {}]` for a single
    /// operand, and Keras 3 `{"args": […], "kwargs": {…}}` with the tensors as objects in there.
    init?(_ json: JSONValue) {
        if case .object = json {
            self.init(calling: json)
        } else if let operand = Self.operand(ofEntry: json) {
            self.init(operands: [operand])
            addKeywords(of: json)
        } else if let entries = json.array {
            self.init(operands: [])
            for entry in entries {
                guard let operand = KerasApplication.operand(ofEntry: entry) else { return nil }
                operands.append(operand)
                addKeywords(of: entry)
            }
        } else {
            return nil
        }
    }

    /// `["a", 0, 0, {"alpha": 1}]`, and `["_CONSTANT_VALUE", -1, 2.0, {}]` where a number stands for a tensor.
    private static func operand(ofEntry entry: JSONValue) -> KerasOperand? {
        if let parts = entry.array, parts.count >= 3, parts[0] == .string("_CONSTANT_VALUE") { return .constant(parts[2]) }
        return KerasTensorReference(entry).map { .tensor($0) }
    }

    private mutating func addKeywords(of entry: JSONValue) {
        guard let parts = entry.array, parts.count > 3, case .object(let members) = parts[3] else { return }
        for (name, value) in members { keywords[name] = Self.operand(ofKeyword: value) }
    }

    private static func operand(ofKeyword value: JSONValue) -> KerasOperand {
        if let reference = KerasTensorReference(value) { return .tensor(reference) }
        if let parts = value.array, !parts.isEmpty {
            let references = parts.compactMap { KerasTensorReference($0) }
            if references.count == parts.count { return .tensors(references) }
        }
        return .constant(value)
    }

    private init?(calling json: JSONValue) {
        guard let arguments = json["args"]?.array else { return nil }
        self.init(operands: [])
        for argument in arguments {
            let operand = Self.operand(ofArgument: argument)
            // A layer that takes a list of tensors gets them one by one, as in the older spelling.
            if case .tensors(let references) = operand {
                operands += references.map { .tensor($0) }
            } else {
                operands.append(operand)
            }
        }
        if case .object(let members)? = json["kwargs"] { keywords = members.mapValues(Self.operand(ofArgument:)) }
    }

    private static func operand(ofArgument json: JSONValue) -> KerasOperand {
        func reference(_ json: JSONValue) -> KerasTensorReference? {
            guard json["class_name"] == .string("__keras_tensor__") else { return nil }
            return json["config"]?["keras_history"].flatMap { KerasTensorReference($0) }
        }
        if let single = reference(json) { return .tensor(single) }
        if let elements = json.array, !elements.isEmpty {
            let references = elements.compactMap(reference)
            if references.count == elements.count { return .tensors(references) }
        }
        return .constant(json)
    }
}

extension KerasTensorReference {
    /// `["a", 0, 0]`, with anything behind; nil for other values.
    init?(_ json: JSONValue) {
        guard let parts = json.array, parts.count >= 3, let layer = parts[0].string,
            let application = parts[1].integer, let output = parts[2].integer, application >= 0, output >= 0
        else { return nil }
        self.init(layer: layer, application: application, output: output)
    }

    /// The value of `input_layers` or `output_layers`: a list of references, one alone, or an object of named ones.
    /// Nil where an element is no reference.
    static func list(_ json: JSONValue?) -> [KerasTensorReference]? {
        guard let json else { return [] }
        if let single = KerasTensorReference(json) { return [single] }
        let elements: [JSONValue]
        if case .object(let members) = json {
            elements = members.sorted { $0.key < $1.key }.map(\.value)
        } else if let array = json.array {
            elements = array
        } else {
            return nil
        }
        let references = elements.compactMap { KerasTensorReference($0) }
        return references.count == elements.count ? references : nil
    }
}
