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

    /// Rows of a step for each operation: at least one, a multiple of what the operation advances by, at most its image.
    func heights(for network: Network) -> [Int] {
        let totals = network.operations.map { $0.progressRows(in: network.values) }
        let tallest = totals.max() ?? 1
        return network.operations.indices.map { index in
            let operation = network.operations[index]
            let wanted =
                switch self {
                case .rows(let rows): rows
                case .scaled(let rows): (rows * totals[index] + tallest - 1) / tallest
                case .wholeImage: totals[index]
                case .each(let rows): index < rows.count ? rows[index] : 1
                }
            let granularity = operation.rowGranularity
            let rounded = (max(1, wanted) + granularity - 1) / granularity * granularity
            return min(rounded, totals[index])
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
