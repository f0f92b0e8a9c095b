import GraphIR

/// A tensor of an ONNX file, whatever form it was stored in.
struct ONNXTensor: Sendable {
    enum Content: Sendable {
        /// Row-major, little-endian, as raw data has it.
        case bytes(ConstantBytes)
        /// What stands in the way of reading it.
        case unsupported(ImportProblem)
    }
    var name: String
    /// Not negative, with a product within ``Limits``.
    var shape: [Int]
    var element: ONNXElementType
    var content: Content
}

extension ONNXTensor {
    /// The tensor in the IR's element types. float16 and bfloat16 become float32 without loss, double is rounded to it.
    func constant() throws(ONNXError) -> Constant {
        let bytes: ConstantBytes
        switch content {
        case .unsupported(let problem): throw ONNXError(kind: .unsupported, problem: problem)
        case .bytes(let stored): bytes = stored
        }
        guard let target = element.element else {
            throw .unsupported("tensor \(name)", attribute: "data_type", "\(element)", accepted: ONNXElementType.acceptedElements)
        }
        switch element {
        case .float16: return floats(bytes, UInt16.self) { Float(Float16(bitPattern: $0)) }
        case .bfloat16: return floats(bytes, UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
        case .double: return floats(bytes, UInt64.self) { Float(Double(bitPattern: $0)) }
        case .bool:
            let truths = bytes.withUnsafeBytes { $0.map { $0 == 0 ? UInt8(0) : 1 } }
            return Constant(element: .bool, shape: shape, bytes: .owned(truths))
        default: return Constant(element: target, shape: shape, bytes: bytes)
        }
    }

    private func floats<Stored: FixedWidthInteger>(
        _ bytes: ConstantBytes, _: Stored.Type, _ convert: (Stored) -> Float
    ) -> Constant {
        let values = bytes.withUnsafeBytes { raw in
            (0..<raw.count / MemoryLayout<Stored>.size).map { index in
                convert(
                    Stored(
                        littleEndian: raw.loadUnaligned(
                            fromByteOffset: index * MemoryLayout<Stored>.size, as: Stored.self)))
            }
        }
        return Constant(values, shape: shape)
    }
}
