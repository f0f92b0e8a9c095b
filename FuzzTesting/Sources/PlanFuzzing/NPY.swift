@testable import RunCommand

/// Reads the header of an array's file: what is accepted is written and read again.
public func readNPY(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    tally.countExecution()
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard bytes.count >= NPYHeader.fixedBytes + 2,
        let (length, at) = try? NPYHeader.dictionaryBytes(Array(bytes[..<(NPYHeader.fixedBytes + 2)]))
    else { return }
    // A file may end before its header does.
    guard let header = try? NPYHeader(dictionary: Array(bytes[at..<min(at + length, bytes.count)])) else { return }
    tally.countAccepted()
    let again = header.bytes
    let rest = Array(again[NPYHeader.fixedBytes...])
    guard let copy = try? NPYHeader(dictionary: rest), copy.shape == header.shape, copy.element == header.element else {
        preconditionFailure("what is written is not read back")
    }
}
