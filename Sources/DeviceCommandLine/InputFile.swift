import Files
import PlanFormat
import Runtime

/// An array or a picture for an input, of which a run reads the rows that it needs. The file's first bytes tell which.
final class InputFile {
    private enum Content {
        case array(ArrayFile)
        case picture(PictureFile)
    }

    private let entry: EntryPoint
    private let content: Content

    /// - Throws: ``DeviceFailure`` for a file that is neither, is damaged, or does not fit the input.
    init(_ reader: FileReader, _ entry: EntryPoint, _ plan: Plan) throws(DeviceFailure) {
        self.entry = entry
        let head = try attempt { () throws(FileError) in try reader.head(PNMHeader.longest) }
        if PNMHeader.isLikely(head) {
            content = .picture(try PictureFile(reader, head, entry, plan))
        } else {
            let array = try attempt { () throws(ContentError) in try ArrayFile(reader, as: NPYHeader.Element(entry.tensor.element)) }
            try Self.check(array, entry, plan)
            content = .array(array)
        }
    }

    /// What is to be said of the file where it is not taken as it is.
    var note: String? {
        if case .array(let array) = content { array.note } else { nil }
    }

    /// Whether only ``readAll(_:)`` can read it.
    var isReadWhole: Bool {
        if case .array(let array) = content { array.isReadWhole } else { false }
    }

    /// Reads rows of one image of the batch, each `[width][channels]` or `[channels][width]`; of a tensor that is no image
    /// all of it.
    func read(_ rows: EntryRows) throws(DeviceFailure) {
        let bytes = rows.bytes
        switch content {
        case .picture(let picture):
            for index in 0..<rows.rowCount {
                let row = UnsafeMutableRawBufferPointer(rebasing: bytes[(index * entry.rowBytes)..<((index + 1) * entry.rowBytes)])
                try picture.read(row: rows.firstRow + index, row)
            }
        case .array(let array):
            for (part, offset) in EntryFileParts(entry, rows) {
                try attempt { () throws(FileError) in
                    try array.read(from: offset / array.element.byteCount, UnsafeMutableRawBufferPointer(rebasing: bytes[part]))
                }
            }
        }
    }

    /// Reads the whole tensor.
    func readAll(_ bytes: UnsafeMutableRawBufferPointer) throws(DeviceFailure) {
        switch content {
        case .picture(let picture): try picture.readAll(bytes)
        case .array(let array): try attempt { () throws(FileError) in try array.readAll(bytes) }
        }
    }

    private static func check(_ array: ArrayFile, _ entry: EntryPoint, _ plan: Plan) throws(DeviceFailure) {
        let name = printableText(entry.name)
        let shape = plan.shape(of: entry)
        let found = array.header.shape
        // One image needs no batch.
        let isImage = entry.layout != .plain && shape[0] == 1 && found == Array(shape.dropFirst())
        guard found == shape || isImage else {
            throw DeviceFailure(
                .usage, "\(array.path): the shape is \(Tensors.text(found)), input '\(name)' wants \(Tensors.text(shape))")
        }
        guard array.element == NPYHeader.Element(entry.tensor.element) else {
            throw DeviceFailure(
                .usage,
                "\(array.path): the elements are \(array.header.element.name), input '\(name)' wants \(entry.tensor.element.name)")
        }
    }
}

extension Plan {
    /// The whole tensor of an input, read from an array or a picture.
    /// - Parameter note: takes what is to be said of a file that is not taken as it is.
    /// - Throws: for a file that is damaged, or does not fit the input.
    public func readInput(_ index: Int, from reader: FileReader, note: (String) -> Void) throws(DeviceFailure) -> [UInt8] {
        let entry = inputs[index]
        let file = try InputFile(reader, entry, self)
        if let text = file.note { note(text) }
        let buffer = try TensorBuffer(byteCount: entry.byteCount * batch, name: printableText(entry.name))
        try file.readAll(buffer.bytes)
        return Array(buffer.bytes)
    }
}
