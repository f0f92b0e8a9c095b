import Files
import Testing

@testable import Imaging

@Suite struct ResizeTests {
    private func picture(_ name: String) throws -> Raster {
        let array = try NPYArray(contentsOf: Fixture.path(name))
        return Raster(height: array.shape[0], width: array.shape[1], channels: array.shape[2], values: array.floats)
    }

    /// Results of scikit-image 0.17.2, written by `Fixtures/make.py`.
    @Test(arguments: [(23, 40), (46, 31), (16, 24), (30, 20), (5, 4), (1, 1)])
    func equalsScikitImage(height: Int, width: Int) throws {
        let resized = try picture("resize-input.npy").resized(height: height, width: width)
        let expected = try picture("resize-\(height)x\(width).npy")
        try #require(resized.height == height && resized.width == width)
        let difference = zip(resized.values, expected.values).map { abs($0 - $1) }.max() ?? .infinity
        #expect(difference <= 1e-6)
    }

    @Test func theSameSizeChangesNothing() throws {
        let original = try picture("resize-input.npy")
        #expect(original.resized(height: 23, width: 31) == original)
    }

    @Test func constantsStayConstant() {
        let flat = Raster(height: 7, width: 9, channels: 2, repeating: 0.25)
        for (height, width) in [(3, 2), (20, 31), (7, 1)] {
            for value in flat.resized(height: height, width: width).values { #expect(abs(value - 0.25) < 1e-6) }
        }
    }

    @Test func singleRowsAndColumnsStretch() {
        let line = Raster(height: 1, width: 2, channels: 1, values: [0, 1])
        let stretched = line.resized(height: 2, width: 4)
        #expect(stretched.values == [0.25, 0.25, 0.75, 0.75, 0.25, 0.25, 0.75, 0.75])
    }
}
