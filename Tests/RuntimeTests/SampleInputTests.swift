import PlanFormat
import Testing

@testable import Runtime

/// What inputs are filled with for measuring.
@Suite struct SampleInputTests {
    private func sample(_ element: PlanElement, count: Int, seed: UInt64 = 3, from first: Int = 0) -> [UInt8] {
        var bytes = [UInt8](repeating: 0xAA, count: count * element.byteCount)
        bytes.withUnsafeMutableBytes { element.fillSample($0, seed: seed, from: first) }
        return bytes
    }

    /// A photograph of zeros and ones would be black to a network.
    @Test(arguments: [PlanElement.uint8, .int8]) func bytesHaveAllValues(_ element: PlanElement) {
        #expect(Set(sample(element, count: 4096)).count == 256)
    }

    @Test func truthValuesAndIndicesAreZeroAndOne() {
        #expect(Set(sample(.bool, count: 1000)) == [0, 1])
        for element in [PlanElement.int32, .int64] {
            let values = sample(element, count: 1000)
            #expect(Set(stride(from: 0, to: values.count, by: element.byteCount).map { values[$0] }) == [0, 1])
            #expect(values.indices.allSatisfy { $0 % element.byteCount == 0 || values[$0] == 0 })
        }
    }

    @Test func floatsAreFractions() {
        let floats = sample(.float32, count: 1000).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        #expect(floats.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(Set(floats).count > 990)
    }

    /// Rows that are filled one by one are those of the tensor.
    @Test(arguments: [PlanElement.float32, .int32, .int64, .uint8, .int8, .bool]) func partsAreThoseOfTheWhole(_ element: PlanElement) {
        let whole = sample(element, count: 60)
        for first in [0, 1, 17, 59] {
            #expect(sample(element, count: 60 - first, from: first) == Array(whole[(first * element.byteCount)...]))
        }
        #expect(sample(element, count: 60, seed: 4) != whole)
    }
}
