import Kernels
import PlanFormat
import TestSupport
import Testing

/// Kernels that move or mix pixels: resizing, padding, joining, converting.
@Suite struct LayoutTests {
    static let resizes: [(from: (Int, Int), to: (Int, Int), axis: String)] = [
        ((3, 5), (6, 10), "half"), ((7, 9), (3, 4), "half"), ((3, 5), (6, 10), "asymmetric"),
        ((4, 5), (7, 13), "corners"), ((1, 1), (3, 2), "half"), ((2, 40), (5, 150), "half"),
    ]

    func sampling(_ input: Int, _ output: Int, _ kind: String) -> AxisSampling {
        switch kind {
        case "half": AxisSampling(scale: 2 * input, offset: input - output, divisor: 2 * output)
        case "corners" where output > 1: AxisSampling(scale: input - 1, offset: 0, divisor: output - 1)
        case "corners": AxisSampling(scale: 0, offset: 0, divisor: 1)
        default: AxisSampling(scale: input, offset: 0, divisor: output)
        }
    }

    @Test(arguments: resizes.indices, ResizeParameters.Interpolation.allCases)
    func resize(_ index: Int, _ interpolation: ResizeParameters.Interpolation) {
        let (from, to, kind) = Self.resizes[index]
        let p = ResizeParameters(
            interpolation, rows: sampling(from.0, to.0, kind), columns: sampling(from.1, to.1, kind))
        /// Positions inside the image and the share of the second.
        func positions(_ axis: AxisSampling, _ at: Int, _ size: Int) -> (Int, Int, Double) {
            let position = axis.scale * at + axis.offset
            func clamp(_ p: Int) -> Int { min(max(p, 0), size - 1) }
            switch interpolation {
            case .nearestFloor: return (clamp(floored(position, axis.divisor)), 0, 0)
            case .nearestRoundHalfDown:
                return (clamp(-floored(axis.divisor - 2 * position, 2 * axis.divisor)), 0, 0)
            case .linear:
                let low = floored(position, axis.divisor)
                return (clamp(low), clamp(low + 1), Double(position - low * axis.divisor) / Double(axis.divisor))
            }
        }
        let (runner, expected) = makeCase(
            .resize(p), sources: [(17, from.0, from.1)], result: (17, to.0, to.1)
        ) { sources in
            { channel, y, x in
                let rows = positions(p.rows, y, from.0)
                let columns = positions(p.columns, x, from.1)
                func line(_ row: Int) -> Double {
                    (1 - columns.2) * sources[0](channel, row, columns.0) + columns.2 * sources[0](channel, row, columns.1)
                }
                return (1 - rows.2) * line(rows.0) + rows.2 * line(rows.1)
            }
        }
        check(runner, expected: expected, tolerance: interpolation == .linear ? 1e-6 : 0, "\(from) \(to) \(kind)")
    }

    /// Windows of five taps, of which some lie outside of the image and one in four has no weight.
    @Test(arguments: ResamplingParameters.Axis.allCases, [(from: 9, to: 4), (3, 7), (1, 3), (40, 150)])
    func resampling(_ axis: ResamplingParameters.Axis, _ sides: (from: Int, to: Int)) {
        let taps = 5
        let positions = AxisSampling(scale: 2 * sides.from, offset: sides.from - 3 * sides.to, divisor: 2 * sides.to)
        var random = SplitMix64(seed: 5)
        let weights = (0..<(sides.to * taps)).map { $0 % 4 == 1 ? 0 : random.float(from: -1, to: 1) }
        let (other, isRows) = (70, axis == .rows)
        let (runner, expected) = makeCase(
            .resampling(ResamplingParameters(axis, positions, taps: taps)),
            sources: [(17, isRows ? sides.from : 3, isRows ? other : sides.from)],
            result: (17, isRows ? sides.to : 3, isRows ? other : sides.to), constants: [weights]
        ) { sources in
            { channel, y, x in
                let element = isRows ? y : x
                let first = floored(positions.scale * element + positions.offset, positions.divisor)
                return (0..<taps).reduce(0.0) { sum, tap in
                    let at = first + tap
                    guard (0..<sides.from).contains(at) else { return sum }
                    let pixel = isRows ? sources[0](channel, at, x) : sources[0](channel, y, at)
                    return sum + Double(weights[element * taps + tap]) * pixel
                }
            }
        }
        check(runner, expected: expected, tolerance: 1e-6, "\(axis) \(sides)")
    }

    @Test(arguments: [PaddingParameters.Mode.constant, .edge, .reflect], [(2, 3), (-1, -2), (0, 1)])
    func padding(_ mode: PaddingParameters.Mode, _ amounts: (Int, Int)) {
        let p = PaddingParameters(mode, value: -.infinity, top: amounts.0, left: amounts.1)
        let height = 6 + amounts.0 + 2
        let width = 8 + amounts.1 + 1
        let (runner, expected) = makeCase(
            .padding(p), sources: [(20, 6, 8)], result: (20, height, width)
        ) { sources in
            { channel, y, x in
                var (row, column) = (y - amounts.0, x - amounts.1)
                if mode == .constant && !((0..<6).contains(row) && (0..<8).contains(column)) { return -.infinity }
                if mode == .reflect {
                    if row < 0 { row = -row }
                    if row > 5 { row = 10 - row }
                    if column < 0 { column = -column }
                    if column > 7 { column = 14 - column }
                }
                return sources[0](channel, min(max(row, 0), 5), min(max(column, 0), 7))
            }
        }
        check(runner, expected: expected, tolerance: 0, "\(mode) \(amounts)")
    }

    static let joins: [[Int]] = [[16, 16], [3], [3, 5], [8, 8, 17], [17, 30, 1], [1, 1, 1], [12, 48], [15, 2, 15, 33]]

    @Test(arguments: joins) func concatenation(_ counts: [Int]) {
        let all = counts.reduce(0, +)
        let (runner, expected) = makeCase(
            .concatenation, sources: counts.map { ($0, 3, 5) }, result: (all, 3, 5)
        ) { sources in
            { channel, y, x in
                var channel = channel
                for (index, count) in counts.enumerated() {
                    if channel < count { return sources[index](channel, y, x) }
                    channel -= count
                }
                return .nan
            }
        }
        check(runner, expected: expected, tolerance: 0, "\(counts)")
    }

    @Test(arguments: [1, 3, 16, 17, 48], [1, 7, 130]) func conversion(_ channels: Int, _ width: Int) {
        let value = PlanValue(channels, 3, width, halo: (1, 1))
        var random = SplitMix64(seed: 11)
        let dense = GuardedImage(value, isDense: true, seed: 1)
        dense.fill { _, _, _ in random.float() }
        let blocked = GuardedImage(value, seed: 2)
        blocked.fill { dense[$0, $1, $2] }
        let expected = [dense.elements.map(Double.init)]
        let input = PlanOperation(.input(entry: 0), sources: [], results: [PlanValueID(0)])
        check(
            KernelRunner(operation: input, values: [value], sources: [dense], constants: []), expected: expected,
            tolerance: 0, "input \(channels)")
        let output = PlanOperation(.output(entry: 0), sources: [PlanValueID(0)], results: [])
        check(
            KernelRunner(
                operation: output, values: [value], sources: [blocked], constants: [], denseResult: value),
            expected: expected, tolerance: 0, "output \(channels)")
    }
}
