/// The text of a name or of provenance for a terminal or a log: control characters, which could move the cursor or
/// forge lines, and bytes that are no UTF-8 become U+FFFD.
public func printableText(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
        let byte = bytes[index]
        // C0 and DEL; C1 is C2 80 through C2 9F in UTF-8.
        let isTwoByteControl = byte == 0xC2 && index + 1 < bytes.count && bytes[index + 1] >= 0x80 && bytes[index + 1] < 0xA0
        if byte < 0x20 || byte == 0x7F || isTwoByteControl {
            result += [0xEF, 0xBF, 0xBD]
        } else {
            result.append(byte)
        }
        index += isTwoByteControl ? 2 : 1
    }
    return String(decoding: result, as: UTF8.self)
}
