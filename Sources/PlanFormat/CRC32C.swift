/// CRC-32C (Castagnoli; RFC 3720, appendix B.4), eight bytes at a time.
public struct CRC32C: Sendable {
    private static let tables: [[UInt32]] = {
        var tables = [[UInt32]](repeating: [UInt32](repeating: 0, count: 256), count: 8)
        for byte in 0..<256 {
            var remainder = UInt32(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0x82F6_3B78 : remainder >> 1 }
            tables[0][byte] = remainder
        }
        for slice in 1..<8 {
            for byte in 0..<256 {
                let previous = tables[slice - 1][byte]
                tables[slice][byte] = previous >> 8 ^ tables[0][Int(previous & 0xFF)]
            }
        }
        return tables
    }()

    private var remainder: UInt32 = 0xFFFF_FFFF

    public init() {}

    public var value: UInt32 { ~remainder }

    public mutating func update(_ bytes: borrowing RawSpan) {
        let tables = Self.tables
        var crc = remainder
        var position = 0
        while position + 8 <= bytes.byteCount {
            let low = crc ^ bytes.littleEndian32(at: position)
            let high = bytes.littleEndian32(at: position + 4)
            crc = tables[7][Int(low & 0xFF)] ^ tables[6][Int(low >> 8 & 0xFF)]
            crc ^= tables[5][Int(low >> 16 & 0xFF)] ^ tables[4][Int(low >> 24)]
            crc ^= tables[3][Int(high & 0xFF)] ^ tables[2][Int(high >> 8 & 0xFF)]
            crc ^= tables[1][Int(high >> 16 & 0xFF)] ^ tables[0][Int(high >> 24)]
            position += 8
        }
        while position < bytes.byteCount {
            crc = crc >> 8 ^ tables[0][Int((crc ^ UInt32(bytes.byte(at: position))) & 0xFF)]
            position += 1
        }
        remainder = crc
    }

    public static func checksum(_ bytes: borrowing RawSpan) -> UInt32 {
        var crc = CRC32C()
        crc.update(bytes)
        return crc.value
    }
}
