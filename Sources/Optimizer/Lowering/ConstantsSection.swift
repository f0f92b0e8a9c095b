import PlanFormat

/// The packed constants of a plan: little-endian, each at a multiple of 64 bytes, equal ones once.
struct ConstantsSection {
    private enum Content {
        case packed([UInt8])
        case kernel(ConvolutionKernel)

        var byteCount: Int {
            switch self {
            case .packed(let bytes): bytes.count
            case .kernel(let kernel): kernel.byteCount
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

    /// The whole section, packed now.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        for content in contents {
            bytes.append(contentsOf: repeatElement(0, count: (64 - bytes.count % 64) % 64))
            switch content {
            case .packed(let packed): bytes.append(contentsOf: packed)
            case .kernel(let kernel): bytes.append(contentsOf: Self.littleEndian(kernel.packed(), kernel.weights))
            }
        }
        return bytes
    }

    /// The packed form that `key` names, made by `pack` the first time. Iterations that share weights give equal keys.
    mutating func insert(_ key: ConstantKey, pack: () -> [Float]) -> PlanConstantID {
        insertBytes(key, { Self.littleEndian(pack()) })
    }

    /// The same for constants of any element type.
    mutating func insertBytes(_ key: ConstantKey, _ content: () -> [UInt8]) -> PlanConstantID {
        insert(key, .packed(content()))
    }

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
            kernel.largest = Self.largest(kernel.floats)
            contents[id.index] = .kernel(kernel)
            return kernel.largest
        case .packed(let bytes):
            let floats = Self.floats(bytes)
            contents[id.index] = .packed(Self.littleEndian(floats, type))
            return Self.largest(floats)
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

    private static func littleEndian(_ floats: [Float]) -> [UInt8] {
        floats.map { $0.bitPattern.littleEndian }.withUnsafeBytes { Array($0) }
    }

    private static func littleEndian(_ floats: [Float], _ type: WeightType) -> [UInt8] {
        if type == .float32 { return littleEndian(floats) }
        return floats.map { type.bits($0).littleEndian }.withUnsafeBytes { Array($0) }
    }

    /// What ``littleEndian(_:)`` was made of.
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
