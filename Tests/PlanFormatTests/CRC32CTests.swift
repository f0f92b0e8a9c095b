import PlanFormat
import Testing

@Test func checksumsAgreeWithRFC3720() {
    #expect(checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(checksum((0..<32).map { UInt8($0) }) == 0x46DD_794E)
    #expect(checksum([UInt8]()) == 0)
}

/// Outside `#expect`, whose expansion cannot hold a span.
func checksum(_ bytes: [UInt8]) -> UInt32 { CRC32C.checksum(bytes.span.bytes) }
