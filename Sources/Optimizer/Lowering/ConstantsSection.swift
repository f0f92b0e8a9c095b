import PlanFormat

/// The packed constants of a plan: little-endian, each at a multiple of 64 bytes, equal ones once.
struct ConstantsSection {
    private(set) var bytes: [UInt8] = []
    private(set) var ranges: [ConstantRange] = []
    private var ids: [ConstantKey: PlanConstantID] = [:]

    /// The packed form that `key` names, made by `pack` the first time. Iterations that share weights give equal keys.
    mutating func insert(_ key: ConstantKey, pack: () -> [Float]) -> PlanConstantID {
        insertBytes(key, { pack().map { $0.bitPattern.littleEndian }.withUnsafeBytes { Array($0) } })
    }

    /// The same for constants of any element type.
    mutating func insertBytes(_ key: ConstantKey, _ content: () -> [UInt8]) -> PlanConstantID {
        if let id = ids[key] { return id }
        let content = content()
        bytes.append(contentsOf: repeatElement(0, count: (64 - bytes.count % 64) % 64))
        let id = PlanConstantID(ranges.count)
        ranges.append(ConstantRange(offset: bytes.count, byteCount: content.count))
        bytes.append(contentsOf: content)
        ids[key] = id
        return id
    }

    /// A table that the compiler made.
    mutating func insert(_ words: [UInt32]) -> PlanConstantID {
        insertBytes(ConstantKey(sources: [], packing: .words(words)), { words.map(\.littleEndian).withUnsafeBytes { Array($0) } })
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
