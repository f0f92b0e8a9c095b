import PlanFormat

/// Packs weights in blocks of 16 output channels, in the orders that PlanFormat's `ConvolutionAlgorithm` states.
/// Kernels are in the graph's order: `[kh, kw, Ci / groups, Co]`, for transposed convolutions `[kh, kw, Co / groups, Ci]`.
enum WeightPacking {
    private static let lanes = PlanValue.lanes

    /// Floats that a kernel has when it is packed, whatever the order.
    /// - Parameters:
    ///   - positions: of the kernel, times the input channels of each output channel.
    ///   - outputs: channels.
    static func count(positions: Int, outputs: Int) -> Int { blockCount(outputs) * positions * lanes }

    /// `[output block][source][input block][kh][kw][lanes of the block][16]`
    static func direct(_ kernel: [Float], shape: [Int], sourceChannels: [Int]) -> [Float] {
        let (positions, inputs, outputs) = (shape[0] * shape[1], shape[2], shape[3])
        let blocks = blockCount(outputs)
        var packed = [Float](repeating: 0, count: blocks * positions * inputs * lanes)
        var target = 0
        for block in 0..<blocks {
            let first = block * lanes
            let count = min(lanes, outputs - first)
            var sourceStart = 0
            for channels in sourceChannels {
                for inputStart in stride(from: 0, to: channels, by: lanes) {
                    for position in 0..<positions {
                        for lane in inputStart..<min(inputStart + lanes, channels) {
                            let row = (position * inputs + sourceStart + lane) * outputs + first
                            for output in 0..<count { packed[target + output] = kernel[row + output] }
                            target += lanes
                        }
                    }
                }
                sourceStart += channels
            }
        }
        return packed
    }

    /// `[output block][kh][kw][channels of a group][16]`; the order of the graph, cut into blocks.
    static func grouped(_ kernel: [Float], shape: [Int]) -> [Float] {
        direct(kernel, shape: [shape[0] * shape[1] * shape[2], 1, 1, shape[3]], sourceChannels: [1])
    }

    /// `[block][kh][kw][16]` from `[kh, kw, 1, C]`.
    static func depthwise(_ kernel: [Float], shape: [Int]) -> [Float] { grouped(kernel, shape: shape) }

    /// `[output block][kh][kw][input channel][16]`; channels of other groups get zeros.
    static func transposed(_ kernel: [Float], shape: [Int], groups: Int) -> [Float] {
        let (positions, groupOutputs, inputs) = (shape[0] * shape[1], shape[2], shape[3])
        let outputs = groupOutputs * groups
        let groupInputs = inputs / groups
        let blocks = blockCount(outputs)
        var packed = [Float](repeating: 0, count: blocks * positions * inputs * lanes)
        for output in 0..<outputs {
            let group = output / groupOutputs
            let base = output / lanes * positions * inputs
            for position in 0..<positions {
                let row = (position * groupOutputs + output % groupOutputs) * inputs
                for input in group * groupInputs..<(group + 1) * groupInputs {
                    packed[(base + position * inputs + input) * lanes + output % lanes] = kernel[row + input]
                }
            }
        }
        return packed
    }

    /// One float a channel, filled up with zeros to whole blocks.
    static func vector(_ values: [Float]) -> [Float] {
        values + [Float](repeating: 0, count: blockCount(values.count) * lanes - values.count)
    }

    /// An image `[H, W, C]` as blocked rows.
    static func rows(_ image: [Float], shape: [Int], layout: PlanValue) -> [Float] {
        let (height, width, channels) = (shape[0], shape[1], shape[2])
        let rowFloats = layout.rowBytes / 4
        var packed = [Float](repeating: 0, count: height * rowFloats)
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<channels {
                    let column = (layout.leftHalo + x) * lanes + c % lanes
                    packed[y * rowFloats + c / lanes * layout.blockStride + column] = image[(y * width + x) * channels + c]
                }
            }
        }
        return packed
    }

    private static func blockCount(_ channels: Int) -> Int { (channels + lanes - 1) / lanes }
}
