/// The blocks of a GIF file, to know how large its frames are before one is decoded.
///
/// Source: the GIF89a specification (CompuServe, 1990), sections 17 to 26.
enum GIFScan {
    /// The widest frame and the rows of all frames together, because the decoder holds every frame at once.
    ///
    /// - Returns: nil where a block runs past the end of the file or there is no frame.
    static func stackedFrames(in bytes: [UInt8]) -> (width: Int, height: Int)? {
        guard bytes.count >= 13 else { return nil }
        var position = 13 + colourTableBytes(bytes[10])
        var width = 0
        var height = 0
        while position < bytes.count {
            switch bytes[position] {
            case 0x3B:
                return height > 0 ? (width, height) : nil
            case 0x21:
                guard let next = endOfSubBlocks(in: bytes, from: position + 2) else { return nil }
                position = next
            case 0x2C:
                guard position + 10 <= bytes.count else { return nil }
                width = max(width, Int(bytes[position + 5]) | Int(bytes[position + 6]) << 8)
                height += Int(bytes[position + 7]) | Int(bytes[position + 8]) << 8
                let data = position + 10 + colourTableBytes(bytes[position + 9])
                // One byte of code size stands before the data.
                guard let next = endOfSubBlocks(in: bytes, from: data + 1) else { return nil }
                position = next
            default:
                return nil
            }
        }
        return nil
    }

    /// - Parameter flags: the packed field of a screen or frame descriptor.
    private static func colourTableBytes(_ flags: UInt8) -> Int {
        flags & 0x80 == 0 ? 0 : 3 << (Int(flags & 7) + 1)
    }

    private static func endOfSubBlocks(in bytes: [UInt8], from start: Int) -> Int? {
        var position = start
        while position < bytes.count {
            if bytes[position] == 0 { return position + 1 }
            position += 1 + Int(bytes[position])
        }
        return nil
    }
}
