import ImageCodecs

/// A JPEG 2000 picture that OpenJPEG decodes whole, four bytes a sample: that of a file, or of a part of a TIFF file.
final class JPEG2000Picture {
    /// Samples of one component, which may be fewer than the picture has pixels.
    struct Component {
        fileprivate let stored: venule_jpeg2000_component
        /// 0 is a colour.
        var alpha: Int { Int(stored.alpha) }
        var bits: Int { Int(stored.bits) }

        /// - Returns: 0…2^bits - 1; signed samples are moved there.
        func sample(row: Int, column: Int) -> Int {
            let storedRow = min(row / Int(stored.row_step), Int(stored.height) - 1)
            let storedColumn = min(column / Int(stored.column_step), Int(stored.width) - 1)
            let value = Int(stored.samples[storedRow * Int(stored.width) + storedColumn])
            return min(max(stored.is_signed ? value + 1 << (bits - 1) : value, 0), 1 << bits - 1)
        }
    }

    let height: Int
    let width: Int
    private let handle: CodecHandle
    private(set) var components: [Component] = []
    private(set) var colours = VENULE_JPEG2000_UNKNOWN

    /// Reads the header.
    ///
    /// - Parameter bytes: of a JP2 file or a codestream; they stay at their address as long as the picture lives.
    init(_ bytes: UnsafeBufferPointer<UInt8>, pixelLimit: Int) throws(DecodingFailure) {
        let isCodestream = bytes.first == 0xFF
        try JPEG2000Size(bytes, isCodestream: isCodestream).check(pixelLimit: pixelLimit)
        handle = try CodecHandle(venule_jpeg2000_open(bytes.baseAddress, bytes.count, isCodestream)) { venule_jpeg2000_close($0) }
        var found = venule_jpeg2000_header()
        guard venule_jpeg2000_read_header(handle.pointer, &found) else {
            throw .damaged("its header cannot be read", Self.message(handle))
        }
        height = Int(found.height)
        width = Int(found.width)
    }

    /// Decodes all samples.
    func decode() throws(DecodingFailure) {
        var found = venule_jpeg2000_header()
        guard venule_jpeg2000_decode(handle.pointer, &found, &colours) else {
            throw .damaged("its pixels cannot be decoded", Self.message(handle))
        }
        components = (0..<found.components).map { Component(stored: venule_jpeg2000_component_at(handle.pointer, $0)) }
        for component in components {
            let stored = component.stored
            guard stored.samples != nil, stored.width > 0, stored.height > 0, stored.column_step > 0, stored.row_step > 0 else {
                throw .damaged("a component has no samples")
            }
            guard (1...31).contains(component.bits) else { throw .unsupported("\(component.bits)-bit JPEG 2000") }
        }
    }

    /// The largest sample that rows of these components have: what the bits declare, or 65535 where they differ or are more than 16.
    static func maximum(of components: [Component]) -> Int {
        let bits = components.first?.bits ?? 8
        return components.allSatisfy { $0.bits == bits } && bits <= 16 ? 1 << bits - 1 : 65535
    }

    private static func message(_ handle: CodecHandle) -> String {
        String(cString: venule_codec_text(venule_jpeg2000_report(handle.pointer)))
    }
}
