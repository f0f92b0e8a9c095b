import PlanFormat

/// Chooses each convolution's algorithm and the heights of all steps together: the quickest by the cost model that fits, or
/// what the goal says instead.
///
/// Heights follow a few patterns. For each of them the algorithms are those that take the least seconds plus a price for
/// their weights' bytes; with several prices that gives the plans worth having between the quickest and the smallest.
struct PlanSearch {
    private let plan: UnscheduledPlan
    private let options: CompileOptions
    private let model: CostModel
    private let users: [UnscheduledPlan.KernelUsers]
    private let tallest: Int
    /// No runtime takes more unless it is told to.
    private let limit: Int
    private let prices: [Double]
    /// What a run takes, by the heights of the steps; algorithms only change the bytes of weights and scratch.
    private var reports: [[Int]: MemoryReport] = [:]

    /// Of thousands none keeps its plan: that is made from the algorithms of the kernels in ``users``.
    private struct Candidate {
        var algorithms: [ConvolutionAlgorithm]
        var weightBytes: Int
        var heights: StepHeights
        /// Of each operation.
        var rows: [Int]
        /// With weights near.
        var leastSeconds: Double
    }

    static func best(_ plan: UnscheduledPlan, options: CompileOptions) throws(CompileError) -> (plan: UnscheduledPlan, memory: MemoryPlan) {
        var search = PlanSearch(plan, options)
        let best = try search.run()
        // Made again rather than kept: a long schedule takes hundreds of megabytes.
        let chosen = search.plan(with: best.algorithms)
        return (chosen, MemoryPlan(chosen, heights: best.heights, options: options))
    }

    private init(_ plan: UnscheduledPlan, _ options: CompileOptions) {
        self.plan = plan
        self.options = options
        model = CostModel(table: options.costs)
        users = plan.kernelUsers()
        tallest = plan.tallestImage
        prices = Self.prices(for: plan, model)
        limit = min(options.maxMemory ?? .max, PlanLimits.standard.memoryBytes)
    }

    private mutating func run() throws(CompileError) -> Candidate {
        var tooLong: [String] = []
        let candidates = candidates(&tooLong).sorted { $0.leastSeconds < $1.leastSeconds }
        var best: (candidate: Candidate, score: Double)?
        var smallest: MemoryReport?
        /// Heights that do not fit with these bytes of weights.
        var failures: [(rows: [Int], weightBytes: Int)] = []
        for candidate in candidates {
            // Its weights are the least that it takes.
            let least = options.goal.score(seconds: candidate.leastSeconds, bytes: candidate.weightBytes)
            if let best, least >= best.score { continue }
            // Taller steps with as many weights take no less.
            if failures.contains(where: { $0.weightBytes <= candidate.weightBytes && isTaller(candidate.rows, $0.rows) }) {
                continue
            }
            let plan = plan(with: candidate.algorithms)
            let report = report(of: candidate, plan)
            if report.total < smallest?.total ?? .max { smallest = report }
            if report.total > limit {
                failures.append((candidate.rows, candidate.weightBytes))
                continue
            }
            let isNear = model.isNear(arenaBytes: report.arena, weightBytes: report.weights)
            let seconds = isNear ? candidate.leastSeconds : model.seconds(of: plan, rows: candidate.rows, isNear: false)
            let score = options.goal.score(seconds: seconds, bytes: report.total)
            if score < best?.score ?? .infinity { best = (candidate, score) }
        }
        if let best { return best.candidate }
        guard let smallest else { throw .exceedsBounds(tooLong) }
        throw .doesNotFit(MemoryShortage(limit: limit, smallest: smallest))
    }

    private func isTaller(_ rows: [Int], _ others: [Int]) -> Bool { zip(rows, others).allSatisfy { $0 >= $1 } }

    /// - Parameter tooLong: Why heights are left out.
    private func candidates(_ tooLong: inout [String]) -> [Candidate] {
        var candidates: [Candidate] = []
        var known = Set<[Int]>()
        for heights in options.stepHeights.map({ [$0] }) ?? Self.patterns(for: plan) {
            for algorithms in choices(heights) {
                let choice = plan(with: algorithms)
                let rows = heights.heights(for: choice)
                guard known.insert(rows + algorithms.map { -1 - Int($0.rawValue) }).inserted else { continue }
                if let problem = choice.scheduleProblem(heights, rows: rows) {
                    if !tooLong.contains(problem) { tooLong.append(problem) }
                    continue
                }
                let seconds = model.seconds(of: choice, rows: rows, isNear: true)
                candidates.append(
                    Candidate(
                        algorithms: algorithms, weightBytes: choice.constants.byteCount, heights: heights, rows: rows,
                        leastSeconds: seconds))
            }
        }
        return candidates
    }

    private static func patterns(for plan: UnscheduledPlan) -> [StepHeights] {
        var patterns: [StepHeights] = [.wholeImage]
        for rows in [1, 2, 4, 8, 16, 32, 64] where rows < plan.tallestImage {
            patterns.append(.rows(rows))
            if rows > 1 { patterns += [.scaled(rows), .rising(rows)] }
        }
        return patterns + levels(for: plan).map { .levels($0) }
    }

    /// Heights that fall from level to level: tall steps cost least memory at full size, where a row more in each ring is all
    /// that they take; a row more deep down is many at full size.
    private static func levels(for plan: UnscheduledPlan) -> [[Int]] {
        let heights = plan.operations.map { $0.progressRows(in: plan.values) }
        let ratio = plan.tallestImage / max(1, heights.min() ?? 1)
        let count = min(5, Int.bitWidth - max(1, ratio).leadingZeroBitCount)
        guard count > 1 else { return [] }
        var levels: [[Int]] = [[]]
        for _ in 0..<count {
            levels = levels.flatMap { above in
                [1, 2, 4, 8].filter { $0 <= above.last ?? 8 && $0 < plan.tallestImage }.map { above + [$0] }
            }
        }
        return levels
    }

    /// One kernel with one of its algorithms at given heights: what its users take together.
    private struct Variant {
        var algorithm: ConvolutionAlgorithm
        var bytes: Int
        var seconds: Double
        /// Whether its tiles make no step taller.
        var isFlat: Bool
    }

    /// Algorithms for these heights: for several prices of weights, and with tiles of any height or only
    /// those that make no step taller.
    private func choices(_ heights: StepHeights) -> [[ConvolutionAlgorithm]] {
        let variants = users.map { self.variants(of: $0, heights) }
        guard variants.contains(where: { $0.count > 1 }) else { return [variants.map { $0[0].algorithm }] }
        let flat = variants.map { all in all.contains(where: \.isFlat) ? all.filter(\.isFlat) : all }
        let small = variants.map { all in all.count == 1 ? all : all.filter { $0.algorithm != .winograd4x4 } }
        var known = Set<[ConvolutionAlgorithm]>()
        return [variants, flat, small].flatMap { variants in
            prices.compactMap { price in
                let algorithms = variants.map { Self.cheapest($0, price: price).algorithm }
                return known.insert(algorithms).inserted ? algorithms : nil
            }
        }
    }

    private func variants(of users: UnscheduledPlan.KernelUsers, _ heights: StepHeights) -> [Variant] {
        guard let kernel = plan.constants.kernel(users.constant) else {
            return [Variant(algorithm: .direct, bytes: 0, seconds: 0, isFlat: true)]
        }
        let isNear = model.isNear(arenaBytes: 0, weightBytes: plan.constants.byteCount)
        return plan.possibleAlgorithms(users, allowed: options.algorithms).map { algorithm in
            var variant = Variant(algorithm: algorithm, bytes: kernel.byteCount(for: algorithm), seconds: 0, isFlat: true)
            for index in users.operations {
                let plain = plan.operations[index]
                let operation = plain.using(algorithm)
                let rows = heights.rows(of: operation, index: index, tallest: tallest, in: plan)
                if rows != heights.rows(of: plain, index: index, tallest: tallest, in: plan) { variant.isFlat = false }
                variant.seconds += model.seconds(
                    of: operation, rows: rows, weightBytes: variant.bytes, isNear: isNear, in: plan.values)
            }
            return variant
        }
    }

    /// Of the variants of a kernel, the direct one first, the one that takes the least seconds plus a price for its bytes.
    private static func cheapest(_ variants: [Variant], price: Double) -> Variant {
        func cost(_ variant: Variant) -> Double { variant.seconds + price * Double(variant.bytes) }
        return variants.dropFirst().reduce(variants[0]) { cost($1) < cost($0) ? $1 : $0 }
    }

    private func plan(with algorithms: [ConvolutionAlgorithm]) -> UnscheduledPlan {
        var choice = plan
        for (users, algorithm) in zip(users, algorithms) { choice.use(algorithm, for: users) }
        return choice
    }

    /// Seconds for a byte of weights, from nothing to what leaves every convolution direct. The measure is the plan with
    /// direct convolutions: its seconds for all of its weights.
    private static func prices(for plan: UnscheduledPlan, _ model: CostModel) -> [Double] {
        let rows = StepHeights.wholeImage.heights(for: plan)
        let unit = model.seconds(of: plan, rows: rows, isNear: true) / Double(max(1, plan.constants.byteCount))
        return [0, 1024 * unit] + (-11...1).map { unit * Double(sign: .plus, exponent: $0, significand: 1) }
    }

    private mutating func report(of candidate: Candidate, _ plan: UnscheduledPlan) -> MemoryReport {
        guard var report = reports[candidate.rows] else {
            let report = MemoryPlan(plan, heights: candidate.heights, options: options).report
            reports[candidate.rows] = report
            return report
        }
        // All packings are multiples of 64 bytes, so that nothing else moves.
        let weights = plan.constants.byteCount
        report.plan += weights - report.weights
        report.weights = weights
        report.scratch = plan.scratchBytesPerThread * options.threads
        return report
    }
}
