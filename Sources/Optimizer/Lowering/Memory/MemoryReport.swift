/// What a run of a plan takes, in bytes: the sum is what `--max-memory` limits, and what the peak resident set of
/// `venule-run` stays under.
public struct MemoryReport: Sendable {
    /// The plan file, all of whose pages a run touches.
    public var plan: Int
    /// Of those, the packed weights.
    public var weights: Int
    public var arena: Int
    /// For the declared number of threads.
    public var scratch: Int
    /// What the caller needs for inputs and outputs who hands their rows over; one who holds them whole needs as much more.
    public var entryPoints: Int
    /// The runner's own code, libraries, stacks and tables.
    public var code: Int
    /// No arena of these rings can be smaller.
    public var arenaLowerBound: Int
    /// The rings that are alive at the peak, largest first.
    public var buffersAtPeak: [Buffer]

    public struct Buffer: Sendable {
        public var name: String
        public var rows: Int
        public var byteCount: Int
    }

    public var total: Int { plan + arena + scratch + entryPoints + code }

    /// Rounded up: "17.2 MiB", or "640 KiB" of less than one.
    public static func mebibytes(_ bytes: Int) -> String {
        if bytes < 1 << 20 { return "\((max(bytes, 0) + 1023) >> 10) KiB" }
        // Whole mebibytes apart from the rest, so that ten times the bytes need not be a number.
        let (whole, rest) = (bytes >> 20, bytes & ((1 << 20) - 1))
        let tenths = whole * 10 + ((rest * 10 + (1 << 20) - 1) >> 20)
        return "\(tenths / 10).\(tenths % 10) MiB"
    }
}

extension MemoryReport: CustomStringConvertible {
    public var description: String { lines.joined(separator: "\n") }

    /// One line for each part, then the largest buffers.
    public var lines: [String] {
        let mebibytes = Self.mebibytes
        var lines = [
            "  plan file \(mebibytes(plan)) (weights \(mebibytes(weights))), arena \(mebibytes(arena)), scratch \(mebibytes(scratch)), "
                + "inputs and outputs \(mebibytes(entryPoints)), code \(mebibytes(code))",
            "  buffers at the peak:",
        ]
        for buffer in buffersAtPeak.prefix(8) {
            lines.append("    \(mebibytes(buffer.byteCount))  \(buffer.name), \(buffer.rows) rows")
        }
        if buffersAtPeak.count > 8 {
            let rest = buffersAtPeak.dropFirst(8).reduce(0) { $0 + $1.byteCount }
            lines.append("    \(mebibytes(rest))  in \(buffersAtPeak.count - 8) smaller ones")
        }
        return lines
    }
}
