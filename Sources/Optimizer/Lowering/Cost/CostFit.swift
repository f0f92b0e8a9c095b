import PlanFormat

/// A plan's time on one core of a processor, or the difference of two plans' times.
public struct CostSample: Sendable {
    /// Seconds of one image, greater than 0.
    public var seconds: Double
    fileprivate let plans: [SampledPlan]

    /// - Parameter subtracted: a plan whose time is subtracted, in `seconds` too.
    public init(_ plan: Plan, minus subtracted: Plan? = nil, seconds: Double) {
        plans = [SampledPlan(plan, sign: 1)] + (subtracted.map { [SampledPlan($0, sign: -1)] } ?? [])
        self.seconds = seconds
    }

    /// What the cost model says.
    public func predicted(by table: CostTable) -> Double {
        let model = CostModel(table: table)
        return plans.reduce(0.0) { $0 + $1.sign * $1.seconds(model) }
    }

    /// Arena and weights of the first plan.
    fileprivate var bytes: Double { Double(plans[0].arenaBytes) + Double(plans[0].weightBytes) }
}

/// What the cost model wants to know of a plan, so that a fit need not walk the schedule each time.
private struct SampledPlan {
    let sign: Double
    let operations: [ScheduledOperation]
    let values: [PlanValue]
    let arenaBytes: Int
    let weightBytes: Int

    init(_ plan: Plan, sign: Double) {
        self.sign = sign
        operations = plan.scheduledOperations
        values = plan.values
        arenaBytes = plan.memory.arenaBytes
        weightBytes = plan.constantsSection.byteCount
    }

    func seconds(_ model: CostModel) -> Double {
        let isNear = model.isNear(arenaBytes: arenaBytes, weightBytes: weightBytes)
        return operations.reduce(0.0) { $0 + model.seconds(of: $1, isNear: isNear, in: values) }
    }
}

/// The cost table whose predictions come nearest to samples. It takes the cost model as it is, as a function of its figures.
public struct CostFit {
    /// With the name and origin of the table that the search started from.
    public private(set) var table: CostTable
    /// The sum of the samples' errors.
    private var error: Double
    private let samples: [CostSample]

    /// - Parameter start: where the search starts; a figure that no sample depends on stays as it is.
    public init(_ samples: [CostSample], from start: CostTable = .standard) {
        self.samples = samples
        table = start
        error = Self.error(of: start, samples)
        // Where the near bytes end is a jump, not a slope: each place between the samples is tried.
        let sizes = Set(samples.map(\.bytes)).sorted()
        let places = zip(sizes, sizes.dropFirst()).map { ($0 * $1).squareRoot() }
        for place in places + (sizes.last.map { [2 * $0] } ?? []) {
            var candidate = start
            candidate.nearBytes = place.rounded()
            let fit = CostFit(samples, descendingFrom: candidate)
            if fit.error < error { (table, error) = (fit.table, fit.error) }
        }
    }

    private init(_ samples: [CostSample], descendingFrom start: CostTable) {
        self.samples = samples
        table = start
        error = Self.error(of: start, samples)
        descend()
    }

    /// How far the worst sample's prediction is off: 0.1 where it is 10 % more, or 1/1.1 of what was measured.
    public var largestError: Double {
        samples.map { sample in
            let ratio = sample.predicted(by: table) / sample.seconds
            return max(ratio, 1 / ratio) - 1
        }.max() ?? 0
    }

    /// Changes one figure at a time by ever smaller factors, as long as that helps.
    private mutating func descend() {
        var factor = 2.0
        // A bound only against endless crawling; the search ends far earlier.
        for _ in 0..<20_000 where factor > 1.0005 {
            var improved = false
            for figure in CostTable.figures where figure.path != \.nearBytes {
                for change in [factor, 1 / factor] {
                    var candidate = table
                    candidate[keyPath: figure.path] *= change
                    guard CostTable.figureRange.contains(candidate[keyPath: figure.path]) else { continue }
                    let other = Self.error(of: candidate, samples)
                    guard other < error else { continue }
                    (table, error, improved) = (candidate, other, true)
                    break
                }
            }
            if !improved { factor = factor.squareRoot() }
        }
    }

    /// (r - 1/r)² of each ratio r of prediction and measurement: near 1 four times the square of its logarithm, and as
    /// bad for half as for twice the time.
    private static func error(of table: CostTable, _ samples: [CostSample]) -> Double {
        samples.reduce(0.0) { sum, sample in
            let predicted = sample.predicted(by: table)
            guard predicted > 0 else { return .infinity }
            let ratio = predicted / sample.seconds
            return sum + (ratio - 1 / ratio) * (ratio - 1 / ratio)
        }
    }
}
