import Files
import Testing

@testable import Imaging

/// Thresholds beside those of `skimage.filters.threshold_otsu`: `Fixtures/make_masks.py` wrote them.
@Suite struct OtsuThresholdTests {
    @Test(arguments: ["two-levels", "one-level", "normal", "mixture", "uniform", "gap", "ends"])
    func levelsAreDividedAsByScikitImage(name: String) throws {
        let numbers = try NPYArray(contentsOf: Fixture.path("masks/otsu-\(name).npy")).integers.map(Int.init)
        #expect(OtsuThreshold.of(histogram: Array(numbers[1...])) == numbers[0])
    }

    @Test(arguments: ["floats", "wide-floats", "equal-floats", "few-floats"])
    func floatsAreDividedAsByScikitImage(name: String) throws {
        let numbers = try NPYArray(contentsOf: Fixture.path("masks/otsu-\(name).npy")).floats
        #expect(OtsuThreshold.of(Array(numbers[1...])) == numbers[0])
    }

    @Test func nothingHasNoThreshold() {
        #expect(OtsuThreshold.of(histogram: [0, 0, 0]) == nil)
        #expect(OtsuThreshold.of(histogram: []) == nil)
        #expect(OtsuThreshold.of([] as [Float]) == nil)
        #expect(OtsuThreshold.of([0.5, .nan] as [Float]) == nil)
        #expect(OtsuThreshold.of([0.5, .infinity] as [Float]) == nil)
        // Their difference is no float.
        let largest = Float.greatestFiniteMagnitude
        #expect(OtsuThreshold.of([-largest, largest] as [Float]) == nil)
    }
}
