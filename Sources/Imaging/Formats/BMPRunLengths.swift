/// The run lengths of bitmaps of 4 and 8 bits.
///
/// Source: Microsoft, "Bitmap Compression".
struct BMPRunLengths {
    private let bytes: UnsafeRawBufferPointer
    private let layout: BMPLayout
    private var position: Int
    private var row = 0
    private var column = 0
    private var decoded: [UInt8]

    init(_ bytes: UnsafeRawBufferPointer, _ layout: BMPLayout) {
        self.bytes = bytes
        self.layout = layout
        position = layout.pixels
        decoded = [UInt8](repeating: 0, count: layout.height * layout.width)
    }

    /// Rows in the order of the file; pixels that are jumped over have index 0.
    func indices() throws(DecodingFailure) -> [UInt8] {
        var reader = self
        while try reader.readCommand() {}
        return reader.decoded
    }

    private mutating func nextByte() throws(DecodingFailure) -> Int {
        guard position < bytes.count else { throw .damaged("its run lengths are cut short") }
        defer { position += 1 }
        return Int(bytes[position])
    }

    /// - Returns: false at the end.
    private mutating func readCommand() throws(DecodingFailure) -> Bool {
        let count = try nextByte()
        let value = try nextByte()
        if count > 0 {
            try write((0..<count).map { _ in value }, isRun: true)
            return true
        }
        switch value {
        case 0:
            row += 1
            column = 0
        case 1: return false
        case 2:
            column += try nextByte()
            row += try nextByte()
        default:
            let byteCount = layout.bits == 8 ? value : (value + 1) / 2
            var stored: [Int] = []
            for _ in 0..<byteCount { stored.append(try nextByte()) }
            try write(layout.bits == 8 ? stored : (0..<value).map { stored[$0 / 2] }, isRun: false)
            // Literal pixels end at an even byte.
            if byteCount % 2 == 1 { _ = try nextByte() }
        }
        return true
    }

    /// - Parameter stored: for each pixel its byte, of which each second pixel of a file of 4 bits has the lower half.
    private mutating func write(_ stored: [Int], isRun: Bool) throws(DecodingFailure) {
        for (offset, byte) in stored.enumerated() {
            guard row < layout.height, column < layout.width else {
                // Programs pad runs beyond the end of a row, and those pixels are dropped; beyond the last row there is nothing.
                guard row < layout.height else { throw .damaged("its run lengths make more rows than its header announces") }
                continue
            }
            let index = layout.bits == 8 ? byte : offset % 2 == 0 ? byte >> 4 : byte & 15
            decoded[row * layout.width + column] = UInt8(index)
            column += 1
        }
    }
}
