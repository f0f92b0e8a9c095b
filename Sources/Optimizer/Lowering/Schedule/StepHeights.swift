import PlanFormat

/// How many rows each operation computes in one step. Heights never change the result, only speed and memory.
public enum StepHeights: Hashable, Sendable {
    /// Every operation makes this many rows.
    case rows(Int)
    /// This many rows at the full height of the image, fewer where it is smaller: half as many rows at half the height.
    case scaled(Int)
    /// One row at the full height of the image, more where it is smaller: twice as many at half the height, up to this many.
    /// The many weights of deep layers are then read less often, and little has to be held where rows are long.
    case rising(Int)
    /// The first at the full height of the image, the second from half of it down, and so on; the last also deeper down.
    case levels([Int])
    /// Every operation computes its image in one step.
    case wholeImage
    /// By operation, in the order of the plan; for tests and experiments.
    case each([Int])

    /// Rows of a step for each operation: at least one, a multiple of what the operation advances by, at most its image and
    /// at most what a kernel can number.
    func heights(for plan: UnscheduledPlan) -> [Int] {
        let tallest = plan.tallestImage
        return plan.operations.indices.map { rows(of: plan.operations[$0], index: $0, tallest: tallest, in: plan) }
    }

    /// The same for one operation.
    /// - Parameters:
    ///   - index: its place in the plan.
    ///   - tallest: the most rows that any operation of the plan makes.
    func rows(of operation: PlanOperation, index: Int, tallest: Int, in plan: UnscheduledPlan) -> Int {
        let values = plan.values
        let total = operation.progressRows(in: values)
        let wanted =
            switch self {
            case .rows(let rows): rows
            case .scaled(let rows): (min(max(1, rows), tallest) * total + tallest - 1) / tallest
            case .rising(let rows): min(rows, tallest / max(1, total))
            case .levels(let rows): Self.rows(atLevelOf: total, tallest: tallest, rows)
            case .wholeImage: total
            case .each(let rows): index < rows.count ? rows[index] : 1
            }
        if case .each = self {
        } else if plan.makesSingleRows[index] {
            return 1
        }
        let granularity = operation.rowGranularity
        let rounded = (min(max(1, wanted), total) + granularity - 1) / granularity * granularity
        let most = FileLayout.largestStepSize / max(1, Int(operation.rowSize(in: values)))
        return min(rounded, total, max(granularity, most / granularity * granularity))
    }
}

extension StepHeights {
    /// - Parameter total: the rows of an image, of which the tallest has `tallest`.
    private static func rows(atLevelOf total: Int, tallest: Int, _ rows: [Int]) -> Int {
        // Halved sizes may be rounded up: a level begins three quarters of the way to the one before.
        let ratio = 4 * tallest / max(1, 3 * total)
        let level = Int.bitWidth - 1 - max(1, ratio).leadingZeroBitCount
        return rows.isEmpty ? 1 : rows[min(level, rows.count - 1)]
    }

    /// From what a user writes: `4` (rows of every step), `4/2/1` (at full size, at half of it, deeper down), `scaled-4` (at
    /// full size, fewer deeper down), `rising-4` (one at full size, up to so many deeper down) or `whole`.
    public init?(argument: String) {
        let levels = argument.split(separator: "/", omittingEmptySubsequences: false)
        if levels.count > 1 {
            let rows = levels.compactMap(Self.rowCount)
            guard rows.count == levels.count else { return nil }
            self = .levels(rows)
            return
        }
        let parts = argument.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let rows = parts.last.flatMap(Self.rowCount) else {
            guard argument == "whole" else { return nil }
            self = .wholeImage
            return
        }
        switch parts.dropLast().first {
        case nil: self = .rows(rows)
        case "scaled": self = .scaled(rows)
        case "rising": self = .rising(rows)
        default: return nil
        }
    }

    private static func rowCount(_ text: Substring) -> Int? {
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let rows = Int(text), rows > 0 else { return nil }
        return rows
    }

    /// What ``init(argument:)`` reads; for heights by operation, which no argument gives, a list.
    public var argument: String {
        switch self {
        case .rows(let rows): "\(rows)"
        case .scaled(let rows): "scaled-\(rows)"
        case .rising(let rows): "rising-\(rows)"
        case .levels(let rows): rows.map { "\($0)" }.joined(separator: "/")
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
        case .rising(let rows): "1-row steps at full size, up to \(rows) rows deeper down"
        case .levels(let rows): "steps of \(rows.map { "\($0)" }.joined(separator: ", ")) rows from full size down, halving by halving"
        case .wholeImage: "whole-image steps"
        case .each: "steps of given heights"
        }
    }
}
