import TestSupport
import Testing

/// The tests' own tools.
@Suite struct SupportTests {
    @Test func differencesNameTheirPosition() {
        let distance = difference([1, 2, 3], [1, 2.5, 2.75])
        #expect(distance.largest == 0.5 && distance.position == 1 && distance.mean == 0.25)
        #expect(difference([.nan], [.nan]).largest == 0 && difference([.infinity], [.infinity]).largest == 0)
        #expect(difference([.nan], [1]).largest == .infinity && difference([1], [1, 2]).largest == .infinity)
    }

    /// The first numbers of the published generator for the seed 1234567.
    @Test func generatorIsSplitMix64() {
        var random = SplitMix64(seed: 1_234_567)
        #expect((0..<3).map { _ in random.next() } == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    }

    @Test func programsReturnStatusAndText() throws {
        let result = try runProcess("/bin/sh", ["-c", "echo out; echo err >&2; exit 3"])
        #expect(result.status == 3 && result.standardOutput == "out\n" && result.standardError == "err\n")
        #expect(try runProcess("/bin/sh", ["-c", "kill -9 $$"]).status == 128 + 9)
    }
}
