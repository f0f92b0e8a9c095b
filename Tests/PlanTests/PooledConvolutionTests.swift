import GraphIR
import Testing

/// Max pooling fused behind convolutions of every kind, also where a window or a step is incomplete at the border.
@Suite struct PooledConvolutionTests {
    static let sizes = [Spatial(2, 2), Spatial(3, 3), Spatial(1, 2), Spatial(2, 1), Spatial(4, 3), Spatial(1, 1)]

    /// Grouped and depthwise.
    @Test(arguments: sizes, [(4, 4, 4), (17, 17, 17), (8, 16, 2), (12, 6, 3), (16, 48, 16)])
    func groups(size: Spatial, channels: (inputs: Int, outputs: Int, groups: Int)) throws {
        for keepsUnpooled in [false, true] {
            try sweep("groups \(channels) pooled \(size)", [11, 13, channels.inputs]) { network, image in
                try pooled(&network, [image], channels.outputs, same3x3, size, keepsUnpooled, groups: channels.groups)
            }
        }
    }

    @Test(arguments: sizes, [[3, 5], [16, 16], [8, 17, 1]])
    func sources(size: Spatial, channels: [Int]) throws {
        for keepsUnpooled in [false, true] {
            try sweep("sources \(channels) pooled \(size)", [11, 13, 4]) { network, image in
                var sources: [ValueID] = []
                for count in channels { sources.append(try network.convolution([image], count, Window(size: .one))) }
                return try pooled(&network, sources, 20, same3x3, size, keepsUnpooled)
            }
        }
    }

    @Test(arguments: sizes, [1, 2, 4])
    func stridesAndDilations(size: Spatial, groups: Int) throws {
        for window in [
            Window(size: Spatial(3, 3), strides: Spatial(2, 2), padding: .same),
            Window(size: Spatial(2, 3), strides: Spatial(3, 1), padding: .explicit(top: 2, left: 0, bottom: 1, right: 3)),
            Window(size: Spatial(3, 2), strides: Spatial(1, 2), dilations: Spatial(2, 3), padding: .sameLower),
        ] {
            for keepsUnpooled in [false, true] {
                try sweep("\(window) pooled \(size)", [19, 23, 4]) { network, image in
                    try pooled(&network, [image], 8, window, size, keepsUnpooled, groups: groups)
                }
            }
        }
    }

    private var same3x3: Window { Window(size: Spatial(3, 3), padding: .same) }

    /// The pooled image; with `keepsUnpooled` the other one is an output too.
    private func pooled(
        _ network: inout NetworkUnderTest, _ sources: [ValueID], _ outputs: Int, _ window: Window, _ size: Spatial,
        _ keepsUnpooled: Bool, groups: Int = 1
    ) throws -> ValueID {
        let results = try network.convolutions(
            sources, outputs, window, groups: groups, activation: .leakyRelu(slope: 0.1),
            pooling: PoolingEpilogue(size: size, keepsUnpooled: keepsUnpooled))
        if keepsUnpooled { network.builder.output("unpooled", results[0]) }
        return results[results.count - 1]
    }
}
