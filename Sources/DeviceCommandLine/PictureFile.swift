import Files
import PlanFormat
import Runtime

/// A PGM or PPM of an input's size, whose samples become fractions of the largest one, or for an input of bytes stay as they are.
final class PictureFile {
    private let reader: FileReader
    private let header: PNMHeader
    private let entry: EntryPoint
    /// A row of the file.
    private var samples: [UInt8]

    /// - Parameter head: the beginning of the file.
    /// - Throws: ``DeviceFailure`` for a file that is damaged, or does not fit the input.
    init(_ reader: FileReader, _ head: [UInt8], _ entry: EntryPoint, _ plan: Plan) throws(DeviceFailure) {
        let path = reader.path
        let header: PNMHeader
        do {
            header = try PNMHeader(head)
        } catch {
            throw DeviceFailure(ContentError(path: path, error))
        }
        try Self.check(header, path, entry, plan)
        let expected = header.byteCount + header.height * header.rowBytes
        guard reader.byteCount >= UInt64(expected) else {
            throw DeviceFailure(.corrupt, "\(path): has \(reader.byteCount) bytes, its header promises \(expected)")
        }
        self.reader = reader
        self.header = header
        self.entry = entry
        samples = [UInt8](repeating: 0, count: header.rowBytes)
    }

    private static func check(_ header: PNMHeader, _ path: String, _ entry: EntryPoint, _ plan: Plan) throws(DeviceFailure) {
        let name = printableText(entry.name)
        let isOneImage = entry.layout != .plain && entry.images * plan.batch == 1
        let element = entry.tensor.element
        guard isOneImage, entry.channels == 1 || entry.channels == 3, element == .float32 || element == .uint8 else {
            throw DeviceFailure(
                .usage, "\(path): is a picture, input '\(name)' wants \(element.name) \(Tensors.text(plan.shape(of: entry)))")
        }
        guard header.width == entry.width, header.height == entry.height else {
            throw DeviceFailure(
                .usage,
                "\(path): has \(header.width)x\(header.height) pixels, input '\(name)' wants \(entry.width)x\(entry.height)")
        }
        guard element == .uint8 else { return }
        // Its bytes are taken as they are.
        guard header.largest == 255, header.channels <= entry.channels else {
            throw DeviceFailure(
                .usage,
                "\(path): has \(header.channels) channels of samples up to \(header.largest), input '\(name)' wants "
                    + "\(entry.channels) up to 255")
        }
    }

    /// Reads the whole tensor.
    func readAll(_ bytes: UnsafeMutableRawBufferPointer) throws(DeviceFailure) {
        let row = try TensorBuffer(byteCount: entry.rowBytes, name: "a row")
        let element = entry.tensor.element.byteCount
        let strides = entry.strides(ofImage: 0)
        for y in 0..<entry.height {
            try read(row: y, row.bytes)
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

    /// Reads a row: `[width][channels]`, of an NCHW tensor `[channels][width]`.
    func read(row: Int, _ bytes: UnsafeMutableRawBufferPointer) throws(DeviceFailure) {
        // The array's own method would lose the type of an error that its body throws.
        var failure: FileError?
        samples.withUnsafeMutableBytes { samples in
            do throws(FileError) { try reader.read(header.byteCount + row * header.rowBytes, samples) } catch { failure = error }
        }
        if let failure { throw DeviceFailure(failure) }
        let channels = entry.channels
        let isPlanar = entry.layout == .nchw
        for x in 0..<entry.width {
            let pixel = try pixel(x, row: row)
            for channel in 0..<channels {
                let index = isPlanar ? channel * entry.width + x : x * channels + channel
                if entry.tensor.element == .uint8 {
                    bytes[index] = UInt8(truncatingIfNeeded: pixel[channel])
                } else {
                    let value = channels == 1 && header.channels == 3 ? luminance(pixel) : fraction(pixel[channel])
                    bytes.storeBytes(of: value, toByteOffset: 4 * index, as: Float.self)
                }
            }
        }
    }

    /// Red, green and blue of a pixel; thrice the same of a grey one.
    private func pixel(_ x: Int, row: Int) throws(DeviceFailure) -> SIMD3<Int32> {
        var pixel = SIMD3<Int32>()
        for channel in 0..<3 {
            let index = x * header.channels + (header.channels == 3 ? channel : 0)
            let sample =
                header.sampleBytes == 1
                ? Int32(samples[index]) : Int32(samples[2 * index]) << 8 | Int32(samples[2 * index + 1])
            guard sample <= Int32(header.largest) else {
                throw DeviceFailure(
                    .corrupt, "\(reader.path): row \(row), column \(x): the sample \(sample) is above \(header.largest)")
            }
            pixel[channel] = sample
        }
        return pixel
    }

    private func fraction(_ sample: Int32) -> Float { Float(Double(sample) / Double(header.largest)) }

    private func luminance(_ pixel: SIMD3<Int32>) -> Float {
        Luminance.of(red: fraction(pixel[0]), green: fraction(pixel[1]), blue: fraction(pixel[2]))
    }
}
