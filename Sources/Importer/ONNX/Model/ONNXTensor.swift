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
    /// The tensor as the importer computes with it: floats in float32, with the precision that the file has beside it. Of few elements
    /// doubles stay what they are.
    func value() throws(ONNXError) -> ONNXValue {
        let (stored, precision) = try stored()
        if precision == .float64, let known = KnownTensor(stored) { return .known(known) }
        return ONNXValue(stored, precision: precision)
    }

    /// The tensor in a type that the IR computes with. float16 and bfloat16 become float32 without loss, double is rounded to it.
    func constant() throws(ONNXError) -> Constant { try stored().constant.computable }

    private func stored() throws(ONNXError) -> (constant: Constant, element: ElementType) {
        let bytes: ConstantBytes
        switch content {
        case .unsupported(let problem): throw ONNXError(kind: .unsupported, problem: problem)
        case .bytes(let stored): bytes = stored
        }
        guard let exact = element.exactElement else {
            throw .unsupported(
                "tensor \(name)", attribute: "data_type", "\(element)", accepted: ONNXElementType.acceptedElements, aspect: .elementType)
        }
        guard exact == .bool else { return (Constant(element: exact, shape: shape, bytes: bytes), exact) }
        let truths = bytes.withUnsafeBytes { $0.map { $0 == 0 ? UInt8(0) : 1 } }
        return (Constant(element: .bool, shape: shape, bytes: .owned(truths)), exact)
    }
}

extension Constant {
    /// The constant in float32 where its floats are of another type.
    var computable: Constant {
        guard element.isStorageOnly else { return self }
        func floats<Stored: FixedWidthInteger>(_: Stored.Type) -> Constant {
            let values = bytes.withUnsafeBytes { raw in
                (0..<elementCount).map { index in
                    let place = index * MemoryLayout<Stored>.size
                    let bits = Stored(littleEndian: raw.loadUnaligned(fromByteOffset: place, as: Stored.self))
                    return Float(element.float(ofBits: UInt64(truncatingIfNeeded: bits)))
                }
            }
            return Constant(values, shape: shape)
        }
        return element == .float64 ? floats(UInt64.self) : floats(UInt16.self)
    }
}
