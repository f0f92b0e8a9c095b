import Imaging

/// Passes over the whole picture, each shifted against the network's pooling windows, whose maps are shifted back and averaged.
///
/// A network that pools sees a picture through a lattice: shifted by less than the lattice's period, the same vessel falls into
/// other windows, and the map differs a little. The average no longer depends on where the lattice happens to lie.
struct PhaseAverage: SegmentationMethod {
    private let predictor: MapPredictor
    private let phases: PoolingPhases
    var passes: Int { phases.shifts.count }

    /// - Throws: where the network has fewer phases than that, or takes a camera's frames.
    init(_ predictor: MapPredictor, count: Int) throws {
        self.predictor = predictor
        guard count > 1 else {
            phases = PoolingPhases(count: 1, rows: 1, columns: 1)
            return
        }
        guard predictor.frame == nil else {
            throw CommandFailure(
                .usage, "\(predictor.path): the \(predictor.kind) is for a camera's frames; phases need one for floats, or a model")
        }
        let period = try predictor.poolingPeriod()
        guard count <= period.height * period.width else {
            let reason =
                period.height * period.width == 1
                ? "the network does not pool, and a shifted picture has the same map"
                : "the network pools with a period of \(period) pixels, which has \(period.height * period.width) phases"
            throw CommandFailure(.usage, "--phases \(count): \(reason)")
        }
        phases = PoolingPhases(count: count, rows: period.height, columns: period.width)
    }

    func run(_ picture: any PictureRows, into sinks: [any MapSink], label: String?) throws -> String {
        guard passes > 1 else { return try WholeImage(predictor: predictor).run(picture, into: sinks, label: label) }
        let size = PictureSize(picture)
        // One size that has room for every shift, so that all passes run as one plan.
        let needed = PictureSize(height: size.height + phases.largestRows, width: size.width + phases.largestColumns)
        guard let target = predictor.size(for: needed)?.size, target.height >= needed.height, target.width >= needed.width else {
            let room = predictor.fixedSize.map { "the \(predictor.kind) is for \($0)" } ?? "the network takes no such picture"
            throw CommandFailure(
                .usage,
                """
                --phases \(passes): a picture of \(size) pixels with shifts of up to \(phases.largestColumns)x\(phases.largestRows) takes \
                \(needed); \(room)
                """)
        }
        let runner = try predictor.runner(for: target)
        var progress = label.map { ProgressBar(label: $0, unit: "passes", total: passes) }
        for shift in phases.shifts {
            let rows = shift.rows..<shift.rows + size.height
            let columns = shift.columns..<shift.columns + size.width
            try runner.run(
                picture.placed(top: shift.rows, left: shift.columns, height: target.height, width: target.width),
                into: sinks.map { target.window(rows: rows, columns: columns, into: $0) })
            progress?.advance()
        }
        return "\(passes) passes padded to \(target)"
    }
}
