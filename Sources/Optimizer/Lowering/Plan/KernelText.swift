import PlanFormat

/// Parameters of kernels as text. They are the fields of the family's struct by their names there, which are
/// looked up by reflection: PlanFormat is in the device's program, which has no text of them, and a new family needs nothing here.
enum KernelText {
    /// `kernel 3x3, stride 1x1, activation relu`; empty where there are none.
    static func parameters(of kernel: KernelParameters) -> String {
        var value: Any = kernel
        if case .plain(let plain) = kernel { value = plain }
        guard let payload = Mirror(reflecting: value).children.first else { return "" }
        let fields = fields(of: payload.value)
        return fields.isEmpty ? text(of: payload.value) : joined(fields)
    }

    private static func fields(of value: Any) -> [(name: String, value: String)] {
        guard !isLeaf(value) else { return [] }
        return Mirror(reflecting: value).children.map { ($0.label ?? "", text(of: $0.value)) }
    }

    /// Numbers, texts, and what has a form of its own.
    private static func isLeaf(_ value: Any) -> Bool {
        if value is Activation || value is PlainLoop || value is PlainView { return true }
        switch Mirror(reflecting: value).displayStyle {
        case .struct?, .tuple?: return Mirror(reflecting: value).children.isEmpty
        default: return true
        }
    }

    private static func text(of value: Any) -> String {
        switch value {
        case let activation as Activation: return text(of: activation)
        case let loop as PlainLoop: return axes(loop.counts, without: 1)
        case let view as PlainView: return "(offset \(view.offset), strides \(axes(view.strides, without: 0)))"
        case let elements as [Any]: return "[\(elements.map { text(of: $0) }.joined(separator: ", "))]"
        default: break
        }
        let mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .optional { return mirror.children.first.map { text(of: $0.value) } ?? "none" }
        let fields = fields(of: value)
        return fields.isEmpty ? "\(value)" : "(\(joined(fields)))"
    }

    private static func text(of activation: Activation) -> String {
        let numbers = [activation.a, activation.b, activation.c]
        let name = "\(activation.function)"
        return numbers.allSatisfy { $0 == 0 } ? name : "\(name)(\(numbers.map(\.description).joined(separator: ", ")))"
    }

    /// The inner axes of loops, without the outer ones that are not there.
    private static func axes(_ numbers: SIMD8<Int32>, without none: Int32) -> String {
        "[\(numbers.indices.map { numbers[$0] }.drop { $0 == none }.map { "\($0)" }.joined(separator: ", "))]"
    }

    /// Height and width, which follow each other, as one: `kernel 3x3`.
    private static func joined(_ fields: [(name: String, value: String)]) -> String {
        var parts: [String] = []
        var index = 0
        while index < fields.count {
            let (name, value) = fields[index]
            let stem = name.hasSuffix("Height") ? String(name.dropLast("Height".count)) : nil
            if let stem, index + 1 < fields.count, fields[index + 1].name == stem + "Width" {
                parts.append("\(stem) \(value)x\(fields[index + 1].value)")
                index += 2
            } else {
                parts.append(name.isEmpty ? value : "\(name) \(value)")
                index += 1
            }
        }
        return parts.joined(separator: ", ")
    }
}

extension KernelParameters {
    /// The parameters: `kernel 3x3, stride 1x1, activation relu`; empty where there are none.
    public var parameterText: String { KernelText.parameters(of: self) }
}
