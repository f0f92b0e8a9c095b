import PlanFormat
import Testing

@testable import Optimizer

@Suite struct ConstantsSectionTests {
    @Test func constantsAreLittleEndianAlignedAndStoredOnce() {
        var section = ConstantsSection()
        let first = section.insert(ConstantKey(sources: [0], packing: .vector(channels: 1))) { [1, -2.5] }
        let second = section.insert(ConstantKey(sources: [1], packing: .vector(channels: 1))) { [0x1p-149] }
        #expect(section.insert(ConstantKey(sources: [0], packing: .vector(channels: 1))) { [] } == first)
        #expect(section.ranges == [ConstantRange(offset: 0, byteCount: 8), ConstantRange(offset: 64, byteCount: 4)])
        #expect(second.index == 1)
        #expect(section.bytes[..<8] == [0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0])
        #expect(section.bytes[8..<64].allSatisfy { $0 == 0 })
        #expect(section.bytes[64...] == [1, 0, 0, 0])
    }

    /// Many small constants must not each move all that is there.
    @Test func theBytesMoveRarely() {
        var section = ConstantsSection()
        var capacities = Set<Int>()
        for source in 0..<4000 {
            let key = ConstantKey(sources: [source], packing: .vector(channels: 16))
            _ = section.insert(key) { [Float](repeating: 1, count: 16) }
            capacities.insert(section.bytes.capacity)
        }
        #expect(section.bytes.count == 4000 * 64)
        #expect(capacities.count < 64)
    }
}
