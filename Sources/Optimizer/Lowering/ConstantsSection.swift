import PlanFormat

/// The packed constants of a plan: little-endian float32, each at a multiple of 64 bytes, equal ones once.
struct ConstantsSection {
    private(set) var bytes: [UInt8] = []
    private(set) var ranges: [ConstantRange] = []
    private var ids: [ConstantKey: PlanConstantID] = [:]

    /// The packed form that `key` names, made by `pack` the first time. Iterations that share weights give equal keys.
    mutating func insert(_ key: ConstantKey, pack: () -> [Float]) -> PlanConstantID {
        if let id = ids[key] { return id }
        let floats = pack()
        bytes.append(contentsOf: repeatElement(0, count: (64 - bytes.count % 64) % 64))
        let id = PlanConstantID(ranges.count)
        ranges.append(ConstantRange(offset: bytes.count, byteCount: floats.count * 4))
        floats.map { $0.bitPattern.littleEndian }.withUnsafeBytes { bytes.append(contentsOf: $0) }
        ids[key] = id
        return id
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
        case rows(shape: [Int], leftHalo: Int, rightHalo: Int)
    }
}
