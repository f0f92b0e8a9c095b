import PlanFormat

/// How many rows each operation computes in one step. Heights never change the result, only speed and memory.
public enum StepHeights: Hashable, Sendable {
    /// Every operation makes this many rows.
    case rows(Int)
    /// This many rows at the full height of the image, fewer where it is smaller: half as many rows at half the height.
    case scaled(Int)
    /// Every operation computes its image in one step.
    case wholeImage
    /// By operation, in the order of the network; for tests and experiments.
    case each([Int])

    /// Rows of a step for each operation: at least one, a multiple of what the operation advances by, at most its image and
    /// at most what a kernel can number.
    func heights(for network: Network) -> [Int] {
        let totals = network.operations.map { $0.progressRows(in: network.values) }
        let tallest = totals.max() ?? 1
        return network.operations.indices.map { index in
            let operation = network.operations[index]
            let total = totals[index]
            let wanted =
                switch self {
                case .rows(let rows): rows
                case .scaled(let rows): (min(max(1, rows), tallest) * total + tallest - 1) / tallest
                case .wholeImage: total
                case .each(let rows): index < rows.count ? rows[index] : 1
                }
            let granularity = operation.rowGranularity
            let rounded = (min(max(1, wanted), total) + granularity - 1) / granularity * granularity
            let most = FileLayout.largestStepSize / max(1, Int(operation.rowSize(in: network.values)))
            return min(rounded, total, max(granularity, most / granularity * granularity))
        }
    }
}

extension StepHeights {
    /// From what a user writes: `4` (rows of every step), `scaled-4` (at full size, fewer deeper down) or `whole`.
    public init?(argument: String) {
        let prefix = "scaled-"
        let isScaled = argument.hasPrefix(prefix)
        let digits = isScaled ? argument.dropFirst(prefix.count) : Substring(argument)
        if argument == "whole" {
            self = .wholeImage
        } else if digits.allSatisfy({ $0.isASCII && $0.isNumber }), let rows = Int(digits), rows > 0 {
            self = isScaled ? .scaled(rows) : .rows(rows)
        } else {
            return nil
        }
    }

    /// What ``init(argument:)`` reads; for heights by operation, which no argument gives, a list.
    public var argument: String {
        switch self {
        case .rows(let rows): "\(rows)"
        case .scaled(let rows): "scaled-\(rows)"
        case .wholeImage: "whole"
        case .each(let rows): rows.map { "\($0)" }.joined(separator: ",")
        }
    }
}

extension StepHeights: CustomStringConvertible {
    public var description: String {
        switch self {
        case .rows(let rows): "\(rows)-row steps"
        case .scaled(let rows): "\(rows)-row steps at full size, fewer deeper down"
        case .wholeImage: "whole-image steps"
        case .each: "steps of given heights"
        }
    }
}
