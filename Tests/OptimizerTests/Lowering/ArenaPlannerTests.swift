import TestSupport
import Testing

@testable import Optimizer

@Suite struct ArenaPlannerTests {
    @Test(arguments: 0..<20 as Range<UInt64>)
    func ringsThatLiveAtOnceNeverOverlap(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let rings = (0..<random.integer(1...60)).map { _ in
            let start = random.integer(0...100)
            return ArenaPlanner.Ring(byteCount: 64 * random.integer(1...50), lifetime: start...(start + random.integer(0...40)))
        }
        let (offsets, arenaBytes) = ArenaPlanner.offsets(of: rings)
        for a in rings.indices {
            #expect(offsets[a] % 64 == 0)
            #expect(offsets[a] + rings[a].byteCount <= arenaBytes)
            for b in 0..<a where rings[a].lifetime.overlaps(rings[b].lifetime) {
                #expect(offsets[a] + rings[a].byteCount <= offsets[b] || offsets[b] + rings[b].byteCount <= offsets[a])
            }
        }
        #expect(ArenaPlanner.lowerBound(of: rings).byteCount <= arenaBytes)
    }

    @Test func ringsThatFollowEachOtherShareBytes() {
        let rings = [0...1, 2...3, 4...5].map { ArenaPlanner.Ring(byteCount: 640, lifetime: $0) }
        #expect(ArenaPlanner.offsets(of: rings).arenaBytes == 640)
        #expect(ArenaPlanner.lowerBound(of: rings).byteCount == 640)
    }

    @Test func theBoundIsWhatLivesAtOneStep() {
        let rings = [
            ArenaPlanner.Ring(byteCount: 64, lifetime: 0...9), ArenaPlanner.Ring(byteCount: 128, lifetime: 2...4),
            ArenaPlanner.Ring(byteCount: 256, lifetime: 4...6), ArenaPlanner.Ring(byteCount: 192, lifetime: 7...9),
        ]
        let bound = ArenaPlanner.lowerBound(of: rings)
        #expect(bound.byteCount == 448)
        #expect(bound.step == 4)
    }
}
