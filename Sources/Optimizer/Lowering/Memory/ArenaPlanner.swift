import PlanFormat

/// Gives every ring its place in the arena: rings whose lifetimes do not meet may share bytes.
///
/// The largest first, each at the lowest offset that is free over its whole life (the "greedy by size" of Pisarchyk and Lee,
/// "Efficient Memory Management for Deep Neural Net Inference", 2020).
enum ArenaPlanner {
    struct Ring {
        var byteCount: Int
        var lifetime: ClosedRange<Int>
    }

    /// - Returns: the offset of each ring, multiples of 64, and the bytes of the arena.
    static func offsets(of rings: [Ring]) -> (offsets: [Int], arenaBytes: Int) {
        var offsets = [Int](repeating: 0, count: rings.count)
        var placed: [Int] = []
        var arenaBytes = 0
        // Ties are broken by the index, so that the same model gives the same plan everywhere.
        let order = rings.indices.sorted { (rings[$1].byteCount, $0) < (rings[$0].byteCount, $1) }
        for index in order {
            let ring = rings[index]
            let neighbours = placed.filter { rings[$0].lifetime.overlaps(ring.lifetime) }.sorted { offsets[$0] < offsets[$1] }
            var offset = 0
            for neighbour in neighbours {
                if offset + ring.byteCount <= offsets[neighbour] { break }
                offset = max(offset, aligned(offsets[neighbour] + rings[neighbour].byteCount))
            }
            offsets[index] = offset
            placed.append(index)
            arenaBytes = max(arenaBytes, offset + ring.byteCount)
        }
        return (offsets, aligned(arenaBytes))
    }

    /// No arena can be smaller than the rings that are alive at one step. Also says at which step that is.
    static func lowerBound(of rings: [Ring]) -> (byteCount: Int, step: Int) {
        var changes: [(step: Int, bytes: Int)] = []
        for ring in rings {
            changes.append((ring.lifetime.lowerBound, ring.byteCount))
            changes.append((ring.lifetime.upperBound + 1, -ring.byteCount))
        }
        changes.sort { ($0.step, $0.bytes) < ($1.step, $1.bytes) }
        var alive = 0
        var most = (byteCount: 0, step: 0)
        for change in changes {
            alive += change.bytes
            if alive > most.byteCount { most = (alive, change.step) }
        }
        return most
    }

    static func aligned(_ offset: Int) -> Int { (offset + 63) / 64 * 64 }
}
