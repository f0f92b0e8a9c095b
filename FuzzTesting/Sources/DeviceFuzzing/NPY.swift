import PlanFormat

@testable import DeviceCommandLine
@testable import Files

/// Reads the header of an array's file: what is accepted is written and read again, and if it is small the array is read
/// as a run's input.
public func readNPY(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    tally.countExecution()
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard bytes.count >= NPYHeader.prefixBytes,
        let (length, at) = try? NPYHeader.dictionaryBytes(Array(bytes[..<NPYHeader.prefixBytes]))
    else { return }
    // A file may end before its header does.
    guard let header = try? NPYHeader(dictionary: Array(bytes[at..<max(at, min(at + length, bytes.count))])) else { return }
    tally.countAccepted()
    let again = header.bytes
    guard let (_, place) = try? NPYHeader.dictionaryBytes(Array(again[..<NPYHeader.prefixBytes])),
        let copy = try? NPYHeader(dictionary: Array(again[place...])), copy == header
    else { preconditionFailure("what is written is not read back") }
    if at + length <= bytes.count { readArray(bytes, header, from: at + length) }
}

/// Reads an array for an input of its own shape. An even last byte asks for a file of the size that the header promises.
private func readArray(_ bytes: [UInt8], _ header: NPYHeader, from start: Int) {
    guard header.shape.count <= PlainTensor.largestRank, let byteCount = header.byteCount, byteCount <= 1 << 12 else { return }
    var file = bytes
    if bytes.last?.isMultiple(of: 2) == true {
        file = Array(bytes.prefix(start + byteCount))
        file += [UInt8](repeating: 7, count: start + byteCount - file.count)
    }
    file.withUnsafeBytes { memoryFile.set($0) }
    let tensor = PlainTensor(planElement(header.element), header.shape)
    var plan = Plan()
    plan.inputs = [EntryPoint(name: Array("x".utf8), tensor)]
    do throws(DeviceFailure) {
        let reader = try attempt { () throws(FileError) in try FileReader(String(cString: memoryFile.path)) }
        let read = try plan.readInput(0, from: reader) { _ in }
        precondition(read == expectedElements(Array(file[start...]), header), "the elements are others")
        tally.countRun(families: [])
    } catch {
        precondition(!error.message.isEmpty)
    }
}

private func planElement(_ element: NPYHeader.Element) -> PlanElement {
    switch element {
    case .float32, .float64: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .int64: .int64
    case .int32: .int32
    case .int16: .int16
    case .int8: .int8
    case .uint64: .uint64
    case .uint32: .uint32
    case .uint16: .uint16
    case .uint8: .uint8
    case .bool: .bool
    }
}

/// Element by element, from each one's index.
private func expectedElements(_ stored: [UInt8], _ header: NPYHeader) -> [UInt8] {
    let width = header.element.byteCount
    var result: [UInt8] = []
    for number in 0..<(stored.count / width) {
        var (rest, place, step) = (number, number, 1)
        if header.isFortranOrder {
            var index: [Int] = []
            for side in header.shape.reversed() {
                index.insert(rest % side, at: 0)
                rest /= side
            }
            place = 0
            for (axis, side) in header.shape.enumerated() {
                place += index[axis] * step
                step *= side
            }
        }
        let bytes = Array(stored[(place * width)..<((place + 1) * width)])
        guard header.element == .float64 else {
            result += bytes
            continue
        }
        let bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        withUnsafeBytes(of: Float(Double(bitPattern: bits)).bitPattern.littleEndian) { result += $0 }
    }
    return result
}
