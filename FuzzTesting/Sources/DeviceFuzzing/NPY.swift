import PlanFormat

@testable import RunCommand

/// Reads the header of an array's file: what is accepted is written and read again, and if it is small the array is read
/// as a run's input.
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
    if at + length <= bytes.count { readArray(bytes, header, from: at + length) }
}

/// Reads an array for an input of its own shape. An even last byte asks for a file of the size that the header promises.
private func readArray(_ bytes: [UInt8], _ header: NPYHeader, from start: Int) {
    let tensor = PlainTensor(header.element, header.shape)
    guard tensor.shape.count <= PlainTensor.largestRank, tensor.byteCount <= 1 << 12 else { return }
    var file = bytes
    if bytes.last?.isMultiple(of: 2) == true {
        file = Array(bytes.prefix(start + tensor.byteCount))
        file += [UInt8](repeating: 7, count: start + tensor.byteCount - file.count)
    }
    file.withUnsafeBytes { memoryFile.set($0) }
    var plan = Plan()
    plan.inputs = [EntryPoint(name: Array("x".utf8), tensor)]
    do throws(CommandFailure) {
        let array = try InputFile(CArgument(start: memoryFile.path), plan.inputs[0], plan)
        let read = try TensorBuffer(byteCount: tensor.byteCount, name: "x")
        try array.readAll(read.bytes)
        precondition(read.bytes.elementsEqual(file[start...]), "the elements are others")
        tally.countRun(families: [])
    } catch {
        precondition(!error.message.isEmpty)
    }
}
