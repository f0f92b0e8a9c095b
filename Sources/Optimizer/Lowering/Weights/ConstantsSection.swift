import GraphIR
import PlanFormat

/// The packed constants of a plan: little-endian, each at a multiple of 64 bytes, equal ones once. Weights are packed when they are
/// written, one constant at a time; until then the section only knows what they are made of.
struct ConstantsSection: Sendable {
    private enum Content {
        case packed([UInt8])
        case kernel(ConvolutionKernel)
        /// Other weights, as so many floats that are made when they are wanted.
        case weights(count: Int, WeightType, @Sendable () -> [Float])
        /// Bytes of the graph, as they are.
        case constant(ConstantBytes)

        var byteCount: Int {
            switch self {
            case .packed(let bytes): bytes.count
            case .kernel(let kernel): kernel.byteCount
            case .weights(let count, let type, _): count * type.byteCount
            case .constant(let bytes): bytes.count
            }
        }
    }
    private var contents: [Content] = []
    private var ids: [ConstantKey: PlanConstantID] = [:]

    var count: Int { contents.count }

    /// Where each constant lies.
    var ranges: [ConstantRange] {
        var end = 0
        return contents.map { content in
            let range = ConstantRange(offset: (end + 63) / 64 * 64, byteCount: content.byteCount)
            end = range.offset + range.byteCount
            return range
        }
    }

    /// Of the whole section.
    var byteCount: Int { ranges.last.map { $0.offset + $0.byteCount } ?? 0 }

    /// Packs the constants one after the other and gives `put` the section in parts.
    /// - Parameter types: For each constant the type in which its subnormal numbers become zeros, nil where they stay; none where all do.
    func write<Failure: Error>(
        flushing types: [WeightType?] = [], _ put: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        var end = 0
        for (index, content) in contents.enumerated() {
            let gap = (64 - end % 64) % 64
            if gap > 0 { try put([UInt8](repeating: 0, count: gap)) }
            end += gap + content.byteCount
            let flushed = types.isEmpty ? nil : types[index]
            func add(_ part: [UInt8]) throws(Failure) {
                guard let flushed else { return try put(part) }
                try put(flushed.flushingSubnormals(in: part))
            }
            switch content {
            case .packed(let bytes): try add(bytes)
            case .kernel(let kernel): try Self.write(kernel.packed(), kernel.weights, add)
            case .weights(_, let type, let pack): try Self.write(pack(), type, add)
            case .constant(let bytes): try add(bytes.withUnsafeBytes { Array($0) })
            }
        }
    }

    /// Bytes in small parts, so that there is no second copy of large weights.
    private static func write<Failure: Error>(
        _ floats: [Float], _ type: WeightType, _ add: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let partSize = 1 << 14
        for start in stride(from: 0, to: floats.count, by: partSize) {
            try add(littleEndian(floats[start..<min(start + partSize, floats.count)], type))
        }
    }

    /// A small constant that `key` names, made by `pack` the first time. Iterations that share weights give equal keys.
    mutating func insert(_ key: ConstantKey, pack: () -> [Float]) -> PlanConstantID {
        insertBytes(key) { Self.littleEndian(pack()[...], .float32) }
    }

    /// Weights that `key` names, `count` floats, made by `pack` whenever they are wanted.
    mutating func insert(_ key: ConstantKey, count: Int, pack: @escaping @Sendable () -> [Float]) -> PlanConstantID {
        insert(key, .weights(count: count, .float32, pack))
    }

    /// A constant of any element type as the graph has it.
    mutating func insert(_ key: ConstantKey, _ bytes: ConstantBytes) -> PlanConstantID { insert(key, .constant(bytes)) }

    /// A small constant of any element type.
    mutating func insertBytes(_ key: ConstantKey, _ content: () -> [UInt8]) -> PlanConstantID { insert(key, .packed(content())) }

    /// A table that the compiler made.
    mutating func insert(_ words: [UInt32]) -> PlanConstantID {
        insertBytes(ConstantKey(sources: [], packing: .words(words)), { words.map(\.littleEndian).withUnsafeBytes { Array($0) } })
    }

    /// The kernel of an ungrouped convolution; ``use(_:for:)`` chooses how it is packed.
    mutating func insert(_ kernel: ConvolutionKernel, of source: Int) -> PlanConstantID {
        insert(ConstantKey(sources: [source], packing: .direct(sourceChannels: kernel.sourceChannels)), .kernel(kernel))
    }

    /// The kernel that was inserted unpacked, if it was.
    func kernel(_ id: PlanConstantID) -> ConvolutionKernel? {
        if case .kernel(let kernel) = contents[id.index] { kernel } else { nil }
    }

    mutating func use(_ algorithm: ConvolutionAlgorithm, for id: PlanConstantID) {
        guard var kernel = kernel(id) else { return }
        kernel.algorithm = algorithm
        contents[id.index] = .kernel(kernel)
    }

    /// Stores weights, so far float32, in another type.
    /// - Returns: The largest magnitude of a finite one.
    mutating func narrow(_ id: PlanConstantID, to type: WeightType) -> Float {
        switch contents[id.index] {
        case .kernel(var kernel):
            kernel.weights = type
            kernel.largest = Self.largest(kernel.constant.floats)
            contents[id.index] = .kernel(kernel)
            return kernel.largest
        case .weights(let count, _, let pack):
            contents[id.index] = .weights(count: count, type, pack)
            return Self.largest(pack())
        case .packed(let bytes):
            let floats = Self.floats(bytes)
            contents[id.index] = .packed(Self.littleEndian(floats[...], type))
            return Self.largest(floats)
        case .constant(let bytes):
            let pack = { @Sendable in Self.floats(bytes.withUnsafeBytes { Array($0) }) }
            contents[id.index] = .weights(count: bytes.count / 4, type, pack)
            return Self.largest(pack())
        }
    }

    private static func largest(_ floats: [Float]) -> Float {
        floats.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
    }

    private mutating func insert(_ key: ConstantKey, _ content: @autoclosure () -> Content) -> PlanConstantID {
        if let id = ids[key] { return id }
        let id = PlanConstantID(contents.count)
        contents.append(content())
        ids[key] = id
        return id
    }

    private static func littleEndian(_ floats: ArraySlice<Float>, _ type: WeightType) -> [UInt8] {
        if type == .float32 { return floats.map { $0.bitPattern.littleEndian }.withUnsafeBytes { Array($0) } }
        return floats.map { type.bits($0).littleEndian }.withUnsafeBytes { Array($0) }
    }

    /// What ``littleEndian(_:_:)`` was made of.
    private static func floats(_ bytes: [UInt8]) -> [Float] {
        bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 4).map {
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
            }
        }
    }
}

/// What identifies a packed constant: the constants of the graph that it is made of, and how.
struct ConstantKey: Hashable {
    var sources: [Int]
    var packing: Packing

    enum Packing: Hashable {
        case direct(sourceChannels: [Int])
        case grouped(groups: Int)
        case depthwise
        case transposed(groups: Int)
        case vector(channels: Int)
        case zeros(channels: Int)
        case scale(epsilon: Float)
        case shift(epsilon: Float)
        case rows(image: Int, shape: [Int], leftHalo: Int, rightHalo: Int)
        /// As the graph has it.
        case plain
        /// By its content.
        case words([UInt32])
        case bytes([UInt8])
    }
}
