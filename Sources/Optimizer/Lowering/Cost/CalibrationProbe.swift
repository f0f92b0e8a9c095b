import GraphIR
import PlanFormat

/// A small network whose times on a processor say what the parts of a plan cost there: a chain of equal convolutions, compiled
/// with one algorithm for given step heights.
///
/// Where a probe is for what steps cost, it is compiled for tall steps too, and the difference of the two times counts:
/// the arithmetic is the same.
public struct CalibrationProbe: Hashable, Sendable {
    public let name: String
    let algorithm: ConvolutionAlgorithm
    /// Of the window: 1 or 3.
    let side: Int
    let channels: Int
    let height: Int, width: Int
    /// Convolutions in the chain, each with a kernel of its own.
    let count: Int
    let heights: StepHeights
    /// Whether the time of whole-image steps is subtracted.
    public let isDifference: Bool

    init(
        _ name: String, _ algorithm: ConvolutionAlgorithm = .direct, side: Int = 3, channels: Int, height: Int = 32, width: Int,
        count: Int = 2, rows: Int, isDifference: Bool = false
    ) {
        self.name = name
        self.algorithm = algorithm
        self.side = side
        self.channels = channels
        self.height = height
        self.width = width
        self.count = count
        heights = .rows(rows)
        self.isDifference = isDifference
    }

    /// Every figure of a table decides the time of at least one of them.
    public static let all: [CalibrationProbe] = arithmetic + tiles(.winograd4x4, rows: 4) + tiles(.winograd2x2, rows: 2) + steps + weights

    private static let arithmetic = [
        CalibrationProbe("direct, 32 channels", channels: 32, width: 160, rows: 4),
        CalibrationProbe("direct, 64 channels", channels: 64, width: 96, rows: 8),
        CalibrationProbe("direct, 128 channels", channels: 128, width: 48, rows: 16),
    ]

    /// From those where transforming tiles takes most of the time to those where their products do. Wide rows and long chains,
    /// so that rows come from beyond the nearer caches, as in a network.
    private static func tiles(_ algorithm: ConvolutionAlgorithm, rows: Int) -> [CalibrationProbe] {
        [(32, 592, 12), (64, 296, 12), (128, 148, 4), (256, 74, 2)].map { channels, width, count in
            CalibrationProbe(
                "\(algorithm), \(channels) channels", algorithm, channels: channels, width: width, count: count, rows: rows)
        }
    }

    private static let steps = [
        CalibrationProbe("steps", side: 1, channels: 16, height: 1024, width: 16, rows: 1, isDifference: true)
    ]

    /// 9 MiB of weights for each convolution, as deep in a network: from what the nearer caches hold to what none does. Reading
    /// them overlaps with arithmetic, so that only rows like a network's say what it costs.
    private static let weights = [1, 2, 3, 4, 6, 8].map { count in
        CalibrationProbe("weights, \(count) times 9 MiB", channels: 512, height: 8, width: 24, count: count, rows: 1, isDifference: true)
    }

    /// - Throws: ``CompileError`` only where the compiler itself is at fault.
    public func compiled() throws -> CompiledPlan { try compiled(heights) }

    /// For whole-image steps.
    public func compiledTall() throws -> CompiledPlan { try compiled(.wholeImage) }

    private func compiled(_ heights: StepHeights) throws -> CompiledPlan {
        try Compiler.compile(try graph(), options: CompileOptions(stepHeights: heights, algorithms: [algorithm]))
    }

    private func graph() throws(GraphError) -> Graph {
        var constants = ConstantTable()
        var builder = FunctionBuilder(name: "probe")
        var value = builder.input("image", TensorType([1, height, width, channels].map { Dimension($0) }))
        let window = Window(size: Spatial(side, side), padding: .same)
        for index in 0..<count {
            let kernel = builder.constant(weights(index), into: &constants, name: "kernel\(index)")
            let convolution = Convolution(window: window, hasBias: false, activation: .relu)
            value = try builder.append(.convolution(convolution), [value, kernel], name: "convolution\(index)")[0]
        }
        builder.output("result", value)
        return Graph(main: builder.finish(), constants: constants)
    }

    /// Small numbers of both signs that keep the chain's values from growing; times do not depend on them.
    private func weights(_ index: Int) -> Constant {
        let shape = [side, side, channels, channels]
        let scale = 2 / Float(side * side * channels)
        var state = UInt32(truncatingIfNeeded: 2 * index + 1)
        let floats = (0..<shape.reduce(1, *)).map { _ in
            // Numerical Recipes' linear congruential generator: equal kernels would be stored once.
            state = state &* 1_664_525 &+ 1_013_904_223
            return scale * (Float(state >> 8) / Float(1 << 23) - 0.75)
        }
        return Constant(floats, shape: shape)
    }
}
