import TestSupport
import Testing

@testable import Optimizer

/// Each packed weight is looked up by the order that Documentation/PlanFormat.md states.
@Suite struct WeightPackingTests {
    @Test(arguments: [[3], [16], [17, 5], [16, 32, 1]], [1, 8, 16, 20])
    func directOrder(sourceChannels: [Int], outputs: Int) {
        let inputs = sourceChannels.reduce(0, +)
        let (kh, kw) = (2, 3)
        let kernel = (0..<kh * kw * inputs * outputs).map { Float($0 + 1) }
        let packed = WeightPacking.direct(kernel, shape: [kh, kw, inputs, outputs], sourceChannels: sourceChannels)
        var position = 0
        for block in 0..<(outputs + 15) / 16 {
            var start = 0
            for channels in sourceChannels {
                for inputBlock in 0..<(channels + 15) / 16 {
                    for y in 0..<kh {
                        for x in 0..<kw {
                            for lane in 0..<min(16, channels - 16 * inputBlock) {
                                for output in 16 * block..<16 * block + 16 {
                                    let input = start + 16 * inputBlock + lane
                                    let expected = output < outputs ? kernel[((y * kw + x) * inputs + input) * outputs + output] : 0
                                    #expect(packed[position] == expected)
                                    position += 1
                                }
                            }
                        }
                    }
                }
                start += channels
            }
        }
        #expect(position == packed.count)
    }

    /// A kernel with one weight is transformed to the product of two columns of G.
    @Test(arguments: [2, 4])
    func winogradOrder(tile: Int) {
        let (inputs, outputs, side) = (19, 20, tile + 2)
        let matrix = WinogradWeights.matrix(tile: tile)
        #expect(matrix.map { $0.count } == [Int](repeating: 3, count: side))
        for (y, x, input, output) in [(0, 0, 0, 0), (2, 1, 18, 19), (1, 2, 16, 15), (2, 2, 3, 16)] {
            var kernel = [Float](repeating: 0, count: 9 * inputs * outputs)
            kernel[((y * 3 + x) * inputs + input) * outputs + output] = 3
            let packed = WinogradWeights.packed(kernel, shape: [3, 3, inputs, outputs], tile: tile)
            #expect(packed.count == 2 * side * side * inputs * 16)
            for (index, weight) in packed.enumerated() {
                let (lane, channel) = (index % 16, index / 16 % inputs)
                let (position, block) = (index / 16 / inputs % (side * side), index / 16 / inputs / (side * side))
                let isThis = channel == input && block * 16 + lane == output
                let expected = isThis ? Float(3 * matrix[position / side][y] * matrix[position % side][x]) : 0
                if abs(weight - expected) > 1e-6 { Issue.record("weight \(index) is \(weight), expected \(expected)") }
            }
        }
    }

    @Test(arguments: [1, 2, 4])
    func transposedOrder(groups: Int) {
        let (kh, kw, groupOutputs, inputs) = (2, 2, 5, 8)
        let kernel = (0..<kh * kw * groupOutputs * inputs).map { Float($0 + 1) }
        let packed = WeightPacking.transposed(kernel, shape: [kh, kw, groupOutputs, inputs], groups: groups)
        let outputs = groupOutputs * groups
        for output in 0..<(outputs + 15) / 16 * 16 {
            for position in 0..<kh * kw {
                for input in 0..<inputs {
                    let index = ((output / 16 * kh * kw + position) * inputs + input) * 16 + output % 16
                    let isConnected = output < outputs && output / groupOutputs == input / (inputs / groups)
                    let expected = isConnected ? kernel[(position * groupOutputs + output % groupOutputs) * inputs + input] : 0
                    #expect(packed[index] == expected)
                }
            }
        }
    }

    @Test func groupedOrder() {
        let (positions, groupInputs, outputs) = (6, 3, 20)
        let kernel = (0..<positions * groupInputs * outputs).map { Float($0 + 1) }
        let packed = WeightPacking.grouped(kernel, shape: [2, 3, groupInputs, outputs])
        for output in 0..<32 {
            for row in 0..<positions * groupInputs {
                let expected = output < outputs ? kernel[row * outputs + output] : 0
                #expect(packed[(output / 16 * positions * groupInputs + row) * 16 + output % 16] == expected)
            }
        }
    }
}
