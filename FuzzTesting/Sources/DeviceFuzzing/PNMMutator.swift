import Files
import FuzzSupport

/// Changes a picture's file behind its first byte: in half of all cases its bytes as they are; else it becomes another
/// picture, or gets other samples.
///
/// - Parameter data: The file, and room for `capacity` bytes.
/// - Returns: The new size.
public func mutatePNM(_ data: UnsafeMutablePointer<UInt8>, _ count: Int, capacity: Int, seed: UInt32) -> Int {
    var random = Randomness(seed: UInt64(seed))
    if random.once(in: 2) { return mutateBytes(data, count, capacity) }
    let file = Array(UnsafeBufferPointer(start: data, count: count))
    var bytes = random.once(in: 4) ? [UInt8(truncatingIfNeeded: random.next())] : Array(file.prefix(1))
    let behind = Array(file.dropFirst())
    if random.once(in: 2), PNMHeader.isLikely(behind), let header = try? PNMHeader(behind) {
        bytes += behind[..<header.byteCount]
        appendSamples(&bytes, header, atMost: capacity, &random)
    } else {
        let text = pictureHeader(&random)
        bytes += text
        if let header = try? PNMHeader(text) { appendSamples(&bytes, header, atMost: capacity, &random) }
    }
    guard !bytes.isEmpty, bytes.count <= capacity else { return mutateBytes(data, count, capacity) }
    bytes.withUnsafeBufferPointer { data.update(from: $0.baseAddress!, count: $0.count) }
    return bytes.count
}

/// Of a small picture, with whatever may stand between the numbers.
private func pictureHeader(_ random: inout Randomness) -> [UInt8] {
    let sides = (random.within(1...7), random.within(1...7))
    let largest = random.element(of: [255, 255, 255, 1, 254, 256, 1000, 65535, random.within(1...65535)])
    var bytes = Array("P\(random.element(of: [5, 6]))".utf8)
    for number in [sides.0, sides.1, largest] {
        bytes += Array(random.element(of: [" ", "\n", "\t", "\r\n", " # 1 2\n", "\n#\r ", "\u{B}\u{C}"]).utf8)
        bytes += Array("\(number)".utf8)
    }
    return bytes + [random.element(of: [10, 32, 9, 13])]
}

/// Mostly such as the header allows, and as many as it promises.
private func appendSamples(_ bytes: inout [UInt8], _ header: PNMHeader, atMost capacity: Int, _ random: inout Randomness) {
    let promised = min(header.height * header.rowBytes, max(capacity - bytes.count, 0)) / header.sampleBytes
    let count = random.once(in: 8) ? random.below(promised + 1) : promised
    let bound = random.once(in: 8) ? 1 << 16 : header.largest + 1
    for _ in 0..<count {
        let sample = random.below(bound)
        if header.sampleBytes == 2 { bytes.append(UInt8(truncatingIfNeeded: sample >> 8)) }
        bytes.append(UInt8(truncatingIfNeeded: sample))
    }
}
