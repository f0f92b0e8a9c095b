import Files
import PlanFormat

@testable import DeviceCommandLine
@testable import Runtime

/// Reads a picture for an input, all at once and a few rows at a time: it is refused with a reason, or both give the same.
///
/// The first byte says which input: layout, channels, element, whether its sides are those that the header asks for, and
/// how many rows are read at a time; and whether samples of 0 are added where the header promises more than there are.
public func readPNM(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    tally.countExecution()
    guard count > 0 else { return }
    let choice = Int(start![0])
    var file = Array(UnsafeBufferPointer(start: start! + 1, count: count - 1))
    var (height, width) = (3, 5)
    let head = Array(file.prefix(PNMHeader.longest))
    if choice & 0x88 != 0x88, PNMHeader.isLikely(head), let header = try? PNMHeader(head) {
        // The samples of larger ones cannot be there.
        (height, width) = (min(header.height, 1 << 12), min(header.width, 1 << 12))
        let missing = header.byteCount + header.height * header.rowBytes - file.count
        if choice & 64 == 0, (1...1 << 12).contains(missing) { file += [UInt8](repeating: 0, count: missing) }
    }
    let channels = choice & 1 == 0 ? 3 : 1
    let isPlanar = choice & 2 != 0
    let element: PlanElement = choice & 4 == 0 ? .float32 : .uint8
    var plan = Plan()
    plan.inputs = [
        EntryPoint(
            name: Array("x".utf8), PlainTensor(element, isPlanar ? [1, channels, height, width] : [1, height, width, channels]),
            layout: isPlanar ? .nchw : .nhwc)
    ]
    file.withUnsafeBytes { memoryFile.set($0) }
    do throws(DeviceFailure) {
        let reader = try attempt { () throws(FileError) in try FileReader(String(cString: memoryFile.path)) }
        let picture = try InputFile(reader, plan.inputs[0], plan)
        // Such as begins with P and a digit is a picture, and the others are arrays.
        if PNMHeader.isLikely(head) { tally.countAccepted() }
        try compareReadings(picture, plan.inputs[0], rowsAtATime: choice >> 4 & 3 + 1)
        if PNMHeader.isLikely(head) { tally.countRun(families: []) }
    } catch {
        precondition(!error.message.isEmpty)
    }
}

/// Reads all of an input, and again a few rows at a time.
private func compareReadings(_ file: InputFile, _ entry: EntryPoint, rowsAtATime: Int) throws(DeviceFailure) {
    let whole = try TensorBuffer(byteCount: entry.byteCount, name: "x")
    try file.readAll(whole.bytes)
    let element = entry.tensor.element.byteCount
    if entry.tensor.element == .float32 {
        for value in whole.bytes.bindMemory(to: Float.self) { precondition(value >= 0 && value <= 1.00001, "no fraction") }
    }
    let strides = entry.strides(ofImage: 0)
    for first in stride(from: 0, to: entry.height, by: rowsAtATime) {
        let count = min(rowsAtATime, entry.height - first)
        let rows = try TensorBuffer(byteCount: count * entry.rowBytes, name: "rows")
        try file.read(
            EntryRows(entry: 0, image: 0, firstRow: first, rowCount: count, rowBytes: entry.rowBytes, bytes: rows.bytes))
        for row in 0..<count {
            for index in 0..<(entry.width * entry.channels) {
                // A row of planes has one channel after the other.
                let position =
                    entry.layout == .nchw
                    ? index / entry.width * strides.channel + index % entry.width : index
                let (one, other) = ((first + row) * strides.row + position, row * entry.width * entry.channels + index)
                for byte in 0..<element {
                    precondition(whole.bytes[one * element + byte] == rows.bytes[other * element + byte], "readings differ")
                }
            }
        }
    }
}
