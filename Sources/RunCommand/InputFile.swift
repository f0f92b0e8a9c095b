import PlanFormat
import Runtime

/// Which file is for which input, by name or in order.
func assign(_ files: [CArgument], to plan: Plan) throws(CommandFailure) -> [CArgument?] {
    var assigned = [CArgument?](repeating: nil, count: plan.inputs.count)
    var unnamed: [CArgument] = []
    for file in files {
        guard let (index, path) = named(file, plan) else {
            unnamed.append(file)
            continue
        }
        guard assigned[index] == nil else {
            throw CommandFailure(.usage, "--input \(file.text): this input is given twice")
        }
        assigned[index] = path
    }
    for path in unnamed {
        guard let free = assigned.indices.first(where: { assigned[$0] == nil }) else {
            throw CommandFailure(.usage, "--input \(path.text): the plan has \(plan.inputs.count) inputs")
        }
        assigned[free] = path
    }
    return assigned
}

private func named(_ argument: CArgument, _ plan: Plan) -> (Int, CArgument)? {
    for (index, entry) in plan.inputs.enumerated() {
        if let path = argument.value(after: entry.name) { return (index, path) }
    }
    return nil
}

/// An array or a picture for an input, of which a run reads the rows that it needs. The file's first bytes tell which.
final class InputFile {
    private enum Content {
        case array(offset: Int)
        case picture(PNMHeader)
    }

    private let reader: FileReader
    private let entry: EntryPoint
    private let batch: Int
    private let content: Content
    /// A row of a picture.
    private var samples: [UInt8] = []

    /// - Throws: ``CommandFailure`` for a file that is neither, is damaged, or does not fit the input.
    init(_ path: CArgument, _ entry: EntryPoint, _ plan: Plan) throws(CommandFailure) {
        reader = try FileReader(path)
        self.entry = entry
        batch = plan.batch
        let head = try reader.head(PNMHeader.longest)
        let name = printableText(entry.name)
        if PNMHeader.isLikely(head) {
            let header = try Self.picture(head, reader, entry, plan, name: name)
            content = .picture(header)
            samples = [UInt8](repeating: 0, count: header.rowBytes)
        } else {
            content = .array(offset: try Self.array(head, reader, entry, plan, name: name))
        }
    }

    /// Reads rows of one image of the batch, each `[width][channels]` or `[channels][width]`; of a tensor that is no image
    /// all of it.
    func read(_ rows: EntryRows) throws(CommandFailure) {
        let bytes = rows.bytes
        switch content {
        case .picture(let header):
            for index in 0..<rows.rowCount {
                let row = UnsafeMutableRawBufferPointer(rebasing: bytes[(index * entry.rowBytes)..<((index + 1) * entry.rowBytes)])
                try read(row: rows.firstRow + index, header, row)
            }
        case .array(let start):
            for (part, offset) in EntryFileParts(entry, rows) {
                try reader.read(start + offset, UnsafeMutableRawBufferPointer(rebasing: bytes[part]))
            }
        }
    }

    /// Reads the whole tensor.
    func readAll(_ bytes: UnsafeMutableRawBufferPointer) throws(CommandFailure) {
        guard case .picture(let header) = content else {
            if case .array(let offset) = content { try reader.read(offset, bytes) }
            return
        }
        let row = try TensorBuffer(byteCount: entry.rowBytes, name: "a row")
        let element = entry.tensor.element.byteCount
        let strides = entry.strides(ofImage: 0)
        for y in 0..<entry.height {
            try read(row: y, header, row.bytes)
            // Of an NCHW tensor a channel's part of the row at a time, else all of it.
            let parts = entry.layout == .nchw ? entry.channels : 1
            let count = entry.rowBytes / parts
            for part in 0..<parts {
                let target = (y * strides.row + part * strides.channel) * element
                UnsafeMutableRawBufferPointer(rebasing: bytes[target..<(target + count)])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: row.bytes[(part * count)..<((part + 1) * count)]))
            }
        }
    }

    // MARK: Arrays

    /// - Returns: Where the elements begin.
    private static func array(
        _ head: [UInt8], _ reader: FileReader, _ entry: EntryPoint, _ plan: Plan, name: String
    ) throws(CommandFailure) -> Int {
        let path = reader.path
        let (header, offset) = try header(of: head, reader)
        let shape = plan.shape(of: entry)
        // One image needs no batch.
        let isImage = entry.layout != .plain && shape[0] == 1 && header.shape == Array(shape.dropFirst())
        guard header.shape == shape || isImage else {
            throw CommandFailure(
                .usage, "\(path): the shape is \(Tensors.text(header.shape)), input '\(name)' wants \(Tensors.text(shape))")
        }
        guard header.element == entry.tensor.element else {
            throw CommandFailure(
                .usage, "\(path): the elements are \(header.element.name), input '\(name)' wants \(entry.tensor.element.name)")
        }
        let expected = offset + entry.byteCount * plan.batch
        guard reader.byteCount == UInt64(expected) else {
            throw CommandFailure(.corrupt, "\(path): has \(reader.byteCount) bytes, its header promises \(expected)")
        }
        return offset
    }

    private static func header(of head: [UInt8], _ reader: FileReader) throws(CommandFailure) -> (NPYHeader, Int) {
        let (count, at) = try explained(reader) { () throws(NPYHeader.Problem) in
            try NPYHeader.dictionaryBytes(Array(head.prefix(NPYHeader.fixedBytes + 2)))
        }
        var dictionary = [UInt8](repeating: 0, count: count)
        let code = dictionary.withUnsafeMutableBytes { reader.code(at, $0) }
        guard code == 0 else { throw .file(reader.path, "read", code: code) }
        let header = try explained(reader) { () throws(NPYHeader.Problem) in try NPYHeader(dictionary: dictionary) }
        return (header, at + count)
    }

    private static func explained<Result>(
        _ reader: FileReader, _ body: () throws(NPYHeader.Problem) -> Result
    ) throws(CommandFailure) -> Result {
        do {
            return try body()
        } catch {
            throw CommandFailure(.corrupt, "\(reader.path): \(error.message)")
        }
    }

    // MARK: Pictures

    private static func picture(
        _ head: [UInt8], _ reader: FileReader, _ entry: EntryPoint, _ plan: Plan, name: String
    ) throws(CommandFailure) -> PNMHeader {
        let path = reader.path
        let header: PNMHeader
        do {
            header = try PNMHeader(head)
        } catch {
            throw CommandFailure(.corrupt, "\(path): \(error.message)")
        }
        let isOneImage = entry.layout != .plain && entry.images * plan.batch == 1
        let element = entry.tensor.element
        guard isOneImage, entry.channels == 1 || entry.channels == 3, element == .float32 || element == .uint8 else {
            throw CommandFailure(
                .usage, "\(path): is a picture, input '\(name)' wants \(element.name) \(Tensors.text(plan.shape(of: entry)))")
        }
        guard header.width == entry.width, header.height == entry.height else {
            throw CommandFailure(
                .usage,
                "\(path): has \(header.width)x\(header.height) pixels, input '\(name)' wants \(entry.width)x\(entry.height)")
        }
        if element == .uint8 {
            // Its bytes are taken as they are.
            guard header.largest == 255, header.channels <= entry.channels else {
                throw CommandFailure(
                    .usage,
                    "\(path): has \(header.channels) channels of samples up to \(header.largest), input '\(name)' wants "
                        + "\(entry.channels) up to 255")
            }
        }
        let expected = header.byteCount + header.height * header.rowBytes
        guard reader.byteCount >= UInt64(expected) else {
            throw CommandFailure(.corrupt, "\(path): has \(reader.byteCount) bytes, its header promises \(expected)")
        }
        return header
    }

    private func read(row: Int, _ header: PNMHeader, _ bytes: UnsafeMutableRawBufferPointer) throws(CommandFailure) {
        let code = samples.withUnsafeMutableBytes { reader.code(header.byteCount + row * header.rowBytes, $0) }
        guard code == 0 else { throw .file(reader.path, "read", code: code) }
        let channels = entry.channels
        let isPlanar = entry.layout == .nchw
        for x in 0..<entry.width {
            let pixel = try pixel(x, row: row, header)
            for channel in 0..<channels {
                let index = isPlanar ? channel * entry.width + x : x * channels + channel
                if entry.tensor.element == .uint8 {
                    bytes[index] = UInt8(truncatingIfNeeded: pixel[channel])
                } else {
                    let value = channels == 1 && header.channels == 3 ? luminance(pixel, header) : fraction(pixel[channel], header)
                    bytes.storeBytes(of: value, toByteOffset: 4 * index, as: Float.self)
                }
            }
        }
    }

    /// Red, green and blue of a pixel; thrice the same of a grey one.
    private func pixel(_ x: Int, row: Int, _ header: PNMHeader) throws(CommandFailure) -> SIMD3<Int32> {
        var pixel = SIMD3<Int32>()
        for channel in 0..<3 {
            let index = x * header.channels + (header.channels == 3 ? channel : 0)
            let sample =
                header.sampleBytes == 1
                ? Int32(samples[index]) : Int32(samples[2 * index]) << 8 | Int32(samples[2 * index + 1])
            guard sample <= Int32(header.largest) else {
                throw CommandFailure(
                    .corrupt, "\(reader.path): row \(row), column \(x): the sample \(sample) is above \(header.largest)")
            }
            pixel[channel] = sample
        }
        return pixel
    }

    private func fraction(_ sample: Int32, _ header: PNMHeader) -> Float { Float(Double(sample) / Double(header.largest)) }

    /// With the weights of ITU-R BT.601, as `venule segment` has it.
    private func luminance(_ pixel: SIMD3<Int32>, _ header: PNMHeader) -> Float {
        let (red, green, blue) = (fraction(pixel[0], header), fraction(pixel[1], header), fraction(pixel[2], header))
        return 0.299 * red + 0.587 * green + 0.114 * blue
    }
}
