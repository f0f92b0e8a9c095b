import GraphIR
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

    /// A kernel is packed for the algorithm that is chosen last, and the constants behind it move.
    @Test func kernelsArePackedLast() throws {
        let kernel = ConvolutionKernel(constant: Constant((0..<9 * 3 * 2).map { Float($0) }, shape: [3, 3, 3, 2]), sourceChannels: [3])
        var section = ConstantsSection()
        let first = section.insert(kernel, of: 7)
        #expect(section.insert(kernel, of: 7) == first)
        _ = section.insert(ConstantKey(sources: [0], packing: .vector(channels: 1))) { [1] }
        let direct = 16 * 3 * 9 * 4
        #expect(section.ranges == [ConstantRange(offset: 0, byteCount: direct), ConstantRange(offset: direct, byteCount: 4)])
        #expect(section.bytes.count == section.byteCount)
        for (algorithm, positions) in [(ConvolutionAlgorithm.winograd4x4, 36), (.winograd2x2, 16), (.direct, 9)] {
            section.use(algorithm, for: first)
            let bytes = 16 * 3 * positions * 4
            #expect(section.ranges == [ConstantRange(offset: 0, byteCount: bytes), ConstantRange(offset: bytes, byteCount: 4)])
            let floats = try #require(section.kernel(first)).packed()
            #expect(section.bytes.count == bytes + 4)
            let bits = floats.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) } }
            #expect(Array(section.bytes[..<bytes]) == bits)
        }
    }
}

extension ConstantsSection {
    /// The whole section.
    fileprivate var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write { bytes += $0 }
        return bytes
    }
}
