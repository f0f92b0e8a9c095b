/// What `segment` has done. Its lines are those at the end; those of the photographs are printed as they are done.
struct SegmentReport: Report {
    struct Totals: Encodable {
        /// All that were given or found in folders.
        var photographs = 0
        var segmented = 0
        var skipped = 0
        var failed = 0
        /// Files in the folders that are no photographs.
        var passedOver = 0
        /// From the first photograph to the last.
        var seconds = 0.0
        /// Of those that were segmented.
        var photographsPerSecond = 0.0
    }

    let network: String
    let `protocol`: String
    let assumptions: [String]
    let photographs: [PhotographRecord]
    let totals: Totals
    /// The largest plan that a model was compiled to; 0 where the network is a plan.
    let planBytes: Int
    let peakResidentBytes: Int

    var lines: [String] {
        var lines: [String] = []
        if totals.photographs > 1 || totals.skipped > 0 {
            var parts = ["\(Format.grouped(totals.segmented)) segmented"]
            if totals.skipped > 0 { parts.append("\(Format.grouped(totals.skipped)) skipped, whose files exist") }
            if totals.failed > 0 { parts.append("\(Format.grouped(totals.failed)) failed") }
            let rate = totals.segmented > 0 ? ", \(Format.rate(totals.photographsPerSecond)) a second" : ""
            lines.append(Format.line("photographs", "\(parts.joined(separator: ", ")), in \(Format.duration(totals.seconds))\(rate)"))
        }
        if planBytes > 0 { lines.append(Format.line("plan in memory", Format.mebibytes(planBytes))) }
        return lines + [Format.line("peak memory", Format.mebibytes(peakResidentBytes))]
    }
}
