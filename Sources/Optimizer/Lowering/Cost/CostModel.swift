import PlanFormat

/// Predicts how long a plan takes on one core, well enough to rank algorithms and step heights against each other.
///
/// What differs with the heights is how often weights are read: each step reads its operation's again, since those of all
/// the others have passed through the nearer caches in between. Rows cost nothing more, they are fetched while the
/// arithmetic goes on. The figures are a table's; Documentation/CostTables.md says how they are measured.
struct CostModel {
    let table: CostTable

    /// Whether weights come from the last-level cache.
    func isNear(arenaBytes: Int, weightBytes: Int) -> Bool { Double(arenaBytes) + Double(weightBytes) <= table.nearBytes }

    /// Seconds that an operation takes for one image in steps of `rows` rows.
    func seconds(of operation: PlanOperation, rows: Int, weightBytes: Int, isNear: Bool, in values: [PlanValue]) -> Double {
        let total = operation.progressRows(in: values)
        let steps = (total + rows - 1) / rows
        let rate = isNear ? table.nearWeightBytesPerSecond : table.farWeightBytesPerSecond
        return arithmetic(of: operation, rows: rows, steps: steps, in: values)
            + expansion(of: operation, rows: rows, steps: steps, in: values)
            + Double(steps) * (table.secondsPerStep + Double(weightBytes) / rate)
    }

    /// Seconds of one image.
    /// - Parameter rows: the height of each operation's steps.
    func seconds(of plan: UnscheduledPlan, rows: [Int], isNear: Bool) -> Double {
        let ranges = plan.constants.ranges
        return zip(plan.operations, rows).reduce(0.0) { sum, next in
            let (operation, rows) = next
            let bytes = operation.constants.reduce(0) { $0 + ranges[$1.index].byteCount }
            return sum + seconds(of: operation, rows: rows, weightBytes: bytes, isNear: isNear, in: plan.values)
        }
    }

    private func arithmetic(of operation: PlanOperation, rows: Int, steps: Int, in values: [PlanValue]) -> Double {
        let work = Double(operation.work(in: values)) / table.multiplyAccumulatesPerSecond
        guard case .convolution(let p) = operation.kernel else { return work }
        let result = values[operation.results[0].index]
        guard let tile = p.algorithm.tile else {
            // Kernels compute whole blocks of output channels.
            return p.groups == 1 ? work * Double(result.blocks * PlanValue.lanes) / Double(result.channels) : work
        }
        let tileRows = (steps - 1) * (rows / tile) + (p.imageHeight - (steps - 1) * rows + tile - 1) / tile
        let tiles = Double(tileRows) * Double((p.imageWidth + tile - 1) / tile)
        let channels = operation.sources.reduce(0) { $0 + values[$1.index].channels }
        let blocks = operation.sources.reduce(result.blocks) { $0 + values[$1.index].blocks }
        let products = Double((tile + 2) * (tile + 2)) * Double(channels) * Double(result.blocks * PlanValue.lanes)
        let secondsPerTile = tile == 4 ? table.secondsPerTile4x4 : table.secondsPerTile2x2
        return tiles * (products / table.productsPerSecond + Double(blocks) * secondsPerTile)
    }
}
