import PlanFormat

/// Chooses each convolution's algorithm and the heights of all steps together: the quickest by the cost model that fits, or
/// what the goal says instead.
///
/// Heights follow a few patterns. For each of them the algorithms are those that take the least seconds plus a price for
/// their weights' bytes; with several prices that gives the plans worth having between the quickest and the smallest.
struct PlanSearch {
    private let network: Network
    private let options: CompileOptions
    private let model: CostModel
    private let users: [Network.KernelUsers]
    private let tallest: Int
    /// No runtime takes more unless it is told to.
    private let limit: Int
    /// What a run takes, by the heights of the steps; algorithms only change the bytes of weights and scratch.
    private var reports: [[Int]: MemoryReport] = [:]

    private struct Candidate {
        var network: Network
        var heights: StepHeights
        /// Of each operation.
        var rows: [Int]
        /// With weights near.
        var leastSeconds: Double
    }

    static func best(_ network: Network, options: CompileOptions) throws(CompileError) -> (network: Network, memory: MemoryPlan) {
        var search = PlanSearch(network, options)
        let best = try search.run()
        // Made again rather than kept: a long schedule takes hundreds of megabytes.
        return (best.network, MemoryPlan(best.network, heights: best.heights, options: options))
    }

    private init(_ network: Network, _ options: CompileOptions) {
        self.network = network
        self.options = options
        model = CostModel(table: options.costs)
        users = network.kernelUsers()
        tallest = network.tallestImage
        limit = min(options.maxMemory ?? .max, PlanLimits.standard.memoryBytes)
    }

    private mutating func run() throws(CompileError) -> Candidate {
        var tooLong: [String] = []
        let candidates = candidates(&tooLong).sorted { $0.leastSeconds < $1.leastSeconds }
        var best: (candidate: Candidate, score: Double)?
        var smallest: MemoryReport?
        for candidate in candidates {
            // Its weights are the least that it takes.
            let least = options.goal.score(seconds: candidate.leastSeconds, bytes: candidate.network.constants.byteCount)
            if let best, least >= best.score { continue }
            let report = report(of: candidate)
            if report.total < smallest?.total ?? .max { smallest = report }
            if report.total > limit { continue }
            let isNear = model.isNear(arenaBytes: report.arena, weightBytes: report.weights)
            let seconds = isNear ? candidate.leastSeconds : model.seconds(of: candidate.network, rows: candidate.rows, isNear: false)
            let score = options.goal.score(seconds: seconds, bytes: report.total)
            if score < best?.score ?? .infinity { best = (candidate, score) }
        }
        if let best { return best.candidate }
        guard let smallest else { throw .exceedsBounds(tooLong) }
        throw .doesNotFit(MemoryShortage(limit: limit, smallest: smallest))
    }

    /// - Parameter tooLong: Why heights are left out.
    private func candidates(_ tooLong: inout [String]) -> [Candidate] {
        var candidates: [Candidate] = []
        var known = Set<[Int]>()
        for heights in options.stepHeights.map({ [$0] }) ?? Self.patterns(for: network) {
            for choice in choices(heights) {
                let rows = heights.heights(for: choice)
                let algorithms = users.map { choice.constants.kernel($0.constant)?.algorithm ?? .direct }
                guard known.insert(rows + algorithms.map { -1 - Int($0.rawValue) }).inserted else { continue }
                if let problem = choice.scheduleProblem(heights, rows: rows) {
                    if !tooLong.contains(problem) { tooLong.append(problem) }
                    continue
                }
                let seconds = model.seconds(of: choice, rows: rows, isNear: true)
                candidates.append(Candidate(network: choice, heights: heights, rows: rows, leastSeconds: seconds))
            }
        }
        return candidates
    }

    private static func patterns(for network: Network) -> [StepHeights] {
        var patterns: [StepHeights] = [.wholeImage]
        for rows in [1, 2, 4, 8, 16, 32, 64] where rows < network.tallestImage {
            patterns.append(.rows(rows))
            if rows > 1 { patterns += [.scaled(rows), .rising(rows)] }
        }
        return patterns
    }

    /// The network with algorithms for these heights: for several prices of weights, and with tiles of any height or only
    /// those that make no step taller.
    private func choices(_ heights: StepHeights) -> [Network] {
        let possible = users.map { network.possibleAlgorithms($0, allowed: options.algorithms) }
        guard possible.contains(where: { $0.count > 1 }) else { return [chosen(heights, possible, price: 0)] }
        let flat = zip(users, possible).map { users, algorithms in
            let fitting = algorithms.filter { algorithm in
                users.operations.allSatisfy { index in
                    let operation = network.operations[index]
                    let rows = heights.rows(of: operation, index: index, tallest: tallest, in: network.values)
                    let tiled = heights.rows(of: operation.using(algorithm), index: index, tallest: tallest, in: network.values)
                    return rows == tiled
                }
            }
            return fitting.isEmpty ? algorithms : fitting
        }
        let small = possible.map { algorithms in algorithms.count == 1 ? algorithms : algorithms.filter { $0 != .winograd4x4 } }
        return [possible, flat, small].flatMap { possible in prices.map { chosen(heights, possible, price: $0) } }
    }

    /// Seconds for a byte of weights, from nothing to what leaves every convolution direct. The measure is the network with
    /// direct convolutions: its seconds for all of its weights.
    private var prices: [Double] {
        let rows = StepHeights.wholeImage.heights(for: network)
        let unit = model.seconds(of: network, rows: rows, isNear: true) / Double(max(1, network.constants.byteCount))
        var prices = [0, 1024 * unit]
        for exponent in -11...1 { prices.append(unit * Double(sign: .plus, exponent: exponent, significand: 1)) }
        return prices
    }

    /// Each kernel with the algorithm, of those that are possible for it, that costs its users the least.
    private func chosen(_ heights: StepHeights, _ possible: [[ConvolutionAlgorithm]], price: Double) -> Network {
        let isNear = model.isNear(arenaBytes: 0, weightBytes: network.constants.byteCount)
        var choice = network
        for (users, algorithms) in zip(users, possible) {
            guard let kernel = network.constants.kernel(users.constant) else { continue }
            var best = (algorithm: ConvolutionAlgorithm.direct, cost: Double.infinity)
            for algorithm in algorithms {
                let bytes = kernel.byteCount(for: algorithm)
                var cost = price * Double(bytes)
                for index in users.operations {
                    let operation = network.operations[index].using(algorithm)
                    let rows = heights.rows(of: operation, index: index, tallest: tallest, in: network.values)
                    cost += model.seconds(of: operation, rows: rows, weightBytes: bytes, isNear: isNear, in: network.values)
                }
                if cost < best.cost { best = (algorithm, cost) }
            }
            choice.use(best.algorithm, for: users)
        }
        return choice
    }

    private mutating func report(of candidate: Candidate) -> MemoryReport {
        let network = candidate.network
        guard var report = reports[candidate.rows] else {
            let report = MemoryPlan(network, heights: candidate.heights, options: options).report
            reports[candidate.rows] = report
            return report
        }
        // All packings are multiples of 64 bytes, so that nothing else moves.
        let weights = network.constants.byteCount
        report.plan += weights - report.weights
        report.weights = weights
        report.scratch = network.scratchBytesPerThread * options.threads
        return report
    }
}
