extension Graph {
    /// The graph in its textual form, which `Documentation/ModelFormat.md` describes and ``GraphText/parse(_:constants:)`` reads
    /// back to an equal graph, where the functions are compact (see ``Function/compact()``).
    ///
    /// - Parameters:
    ///   - companionName: the name of the file beside the text that holds constants.
    ///   - stored: the hashes of these, which are all that are too large to be written inline. One that is not named here is
    ///     written as `sha256:?`, which people understand and no reader takes.
    public func text(companionName: String? = nil, stored: [ConstantID: ContentHash] = [:]) -> String {
        var lines = ["venule \(GraphText.version)"]
        if let companionName { lines.append("companion \(quoted(companionName))") }
        for entry in metadata { lines.append("metadata \(quoted(entry.key)) = \(quoted(entry.value))") }
        lines.append("entry @\(identifier(mainName))")
        for function in functions {
            lines.append("")
            lines += FunctionWriter(function: function, constants: constants, stored: stored).lines()
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Writes one function; each operation writes its own part.
struct FunctionWriter {
    let function: Function
    let constants: ConstantTable
    /// Of constants that are not written inline.
    let stored: [ConstantID: ContentHash]

    func lines() -> [String] {
        let inputs = function.inputs.map { "\(name($0)): \(function.type(of: $0))" }.joined(separator: ", ")
        var lines = ["function @\(identifier(function.name))(\(inputs)) {"]
        for node in function.nodes { lines.append("  " + line(node)) }
        let outputs = function.outputs.map { output in
            output.name == function[output.value].name
                ? name(output.value) : "\(name(output.value)) as \(quoted(output.name))"
        }
        lines.append("  return \(outputs.joined(separator: ", "))")
        return lines + ["}"]
    }

    private func line(_ node: Node) -> String {
        var text = node.outputs.map(name).joined(separator: ", ") + " = " + node.operation.definition.text(of: node, in: self)
        if node.name != node.outputs.first.map({ function[$0].name }) { text += " named \(quoted(node.name))" }
        return text
    }

    /// `(%x, %y)`
    func operands(of node: Node) -> String { "(\(node.inputs.map(name).joined(separator: ", ")))" }

    /// `: f32[2], i64[3]`
    func types(of node: Node) -> String { ": " + node.outputs.map { function.type(of: $0).description }.joined(separator: ", ") }

    private func name(_ value: ValueID) -> String { "%\(identifier(function[value].name))" }
}

/// How a constant is written: its type, then its elements, one element for all, or its hash.
package enum ConstantText {
    /// Constants of at most so many elements are written inline.
    static let inlineElementCount = 16
    /// Constants of at most so many equal elements are written as one. Bounded, since a short text must not make a reader
    /// reserve much memory.
    static let filledElementCount = 4096
    /// The most bytes that a reader makes of all the constants that are written as one element.
    static let filledByteLimit = 256 << 20

    package static func isInline(_ constant: Constant) -> Bool { inlineText(constant) != nil }

    static func text(of constant: Constant, hash: ContentHash?) -> String {
        "\(constant.type) " + (inlineText(constant) ?? "sha256:\(hash.map { "\($0)" } ?? "?")")
    }

    private static func inlineText(_ constant: Constant) -> String? {
        let count = constant.elementCount
        guard count <= filledElementCount else { return nil }
        return constant.bytes.withUnsafeBytes { bytes in
            let size = constant.element.byteCount
            if count > 1, (size..<bytes.count).allSatisfy({ bytes[$0] == bytes[$0 - size] }) {
                return element(constant.element, bytes, 0).map { "filled \($0)" }
            }
            guard count <= inlineElementCount else { return nil }
            var elements: [String] = []
            for index in 0..<count {
                guard let text = element(constant.element, bytes, index) else { return nil }
                elements.append(text)
            }
            return "{\(elements.joined(separator: ", "))}"
        }
    }

    /// Nil for what the text could not give back: a bool that is neither 0 nor 1, and integers above those that text has.
    private static func element(_ type: ElementType, _ bytes: UnsafeRawBufferPointer, _ index: Int) -> String? {
        func load<Stored: BitwiseCopyable>(_: Stored.Type) -> Stored {
            bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Stored>.size, as: Stored.self)
        }
        return switch type {
        case .float32: spelling(Float(bitPattern: UInt32(littleEndian: load(UInt32.self))))
        case .float64: floatText(type, UInt64(littleEndian: load(UInt64.self)))
        case .float16, .bfloat16: floatText(type, UInt64(UInt16(littleEndian: load(UInt16.self))))
        case .int64: "\(Int64(littleEndian: load(Int64.self)))"
        case .int32: "\(Int32(littleEndian: load(Int32.self)))"
        case .int16: "\(Int16(littleEndian: load(Int16.self)))"
        case .int8: "\(Int8(bitPattern: bytes[index]))"
        case .uint64: Int(exactly: UInt64(littleEndian: load(UInt64.self))).map { "\($0)" }
        case .uint32: "\(UInt32(littleEndian: load(UInt32.self)))"
        case .uint16: "\(UInt16(littleEndian: load(UInt16.self)))"
        case .uint8: "\(bytes[index])"
        case .bool: bytes[index] > 1 ? nil : bytes[index] == 1 ? "true" : "false"
        }
    }

    /// Nil for NaN, of which there are many.
    private static func floatText(_ type: ElementType, _ bits: UInt64) -> String? {
        let value = type.float(ofBits: bits)
        if value.isNaN { return nil }
        return type == .float64 ? value.description : Float(value).description
    }
}
