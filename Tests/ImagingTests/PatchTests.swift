import TestSupport
import Testing

@testable import Imaging

/// The reference's steps on whole arrays: paint the border, cut out every patch, predict, add up, divide.
private func naiveAverage(_ picture: Raster, patch: Int, stride: Int, predict: ([Float]) -> [Float]) -> [Float] {
    func painted(_ side: Int) -> Int {
        if side <= patch { return patch }
        let leftover = (side - patch) % stride
        return leftover == 0 ? side : side + stride - leftover
    }
    let full = picture.padded(height: painted(picture.height), width: painted(picture.width))
    var sums = [Double](repeating: 0, count: full.height * full.width)
    var counts = sums
    for top in Swift.stride(from: 0, through: full.height - patch, by: stride) {
        for left in Swift.stride(from: 0, through: full.width - patch, by: stride) {
            var values: [Float] = []
            for row in top..<top + patch {
                for column in left..<left + patch {
                    for channel in 0..<picture.channels { values.append(full[row, column, channel]) }
                }
            }
            let prediction = predict(values)
            for row in 0..<patch {
                for column in 0..<patch {
                    sums[(top + row) * full.width + left + column] += Double(prediction[row * patch + column])
                    counts[(top + row) * full.width + left + column] += 1
                }
            }
        }
    }
    return (0..<picture.height).flatMap { row in
        (0..<picture.width).map { column in
            Float(sums[row * full.width + column] / counts[row * full.width + column])
        }
    }
}

@Suite struct PatchTests {
    @Test(arguments: [
        (20, 20, 8, 3), (21, 17, 8, 8), (8, 8, 8, 1), (5, 3, 8, 3), (9, 30, 8, 5), (16, 8, 8, 7), (11, 11, 4, 1),
    ])
    func equalsTheReferencesSteps(height: Int, width: Int, patch: Int, stride: Int) {
        var generator = SplitMix64(seed: UInt64(height * 100 + width))
        let picture = Raster(
            height: height, width: width, channels: 3,
            values: (0..<height * width * 3).map { _ in Float.random(in: 0..<1, using: &generator) })
        // Depends on the place inside the patch and on all channels, so that a shifted patch shows.
        let predict: ([Float]) -> [Float] = { values in
            (0..<patch * patch).map { pixel in
                values[3 * pixel] + 2 * values[3 * pixel + 1] - values[3 * pixel + 2] + Float(pixel % 7)
            }
        }

        let grid = PatchGrid(height: height, width: width, patch: patch, stride: stride)
        var average = OverlapAverage(grid)
        let collector = MapCollector(height: height, width: width)
        var values = [Float](repeating: .nan, count: patch * patch * 3)
        for row in 0..<grid.rows {
            for column in 0..<grid.columns {
                grid.extract(row: row, column: column, from: RasterRows(picture), into: &values)
                average.add(predict(values), column: column)
            }
            average.finishRow(into: collector)
        }
        #expect(collector.finish().values == naiveAverage(picture, patch: patch, stride: stride, predict: predict))
    }

    @Test func countsAreThoseOfThePaper() {
        let drive = PatchGrid(height: 576, width: 576, patch: 128, stride: 3)
        #expect(drive.rows == 151 && drive.count == 22801 && drive.paintedHeight == 578)
        let whole = PatchGrid(height: 128, width: 128, patch: 128, stride: 128)
        #expect(whole.count == 1 && whole.paintedWidth == 128)
    }

    @Test func paddingAndCroppingAreInverse() {
        let picture = Raster(height: 3, width: 5, channels: 2, values: (0..<30).map(Float.init))
        let padded = picture.padded(toMultipleOf: 16)
        #expect(padded.height == 16 && padded.width == 16)
        #expect(padded[2, 4, 1] == 29 && padded[2, 5, 0] == 0 && padded[3, 0, 0] == 0)
        #expect(padded.cropped(height: 3, width: 5) == picture)
    }

    @Test func stretchingReachesBothEnds() {
        let map = Raster(height: 1, width: 3, channels: 1, values: [0.2, 0.4, 0.3])
        #expect(map.range == 0.2...0.4)
        let stretched = map.stretched().values
        #expect(stretched[0] == 0 && stretched[1] == 1 && abs(stretched[2] - 0.5) < 1e-6)
        let flat = Raster(height: 1, width: 2, channels: 1, repeating: 0.3)
        #expect(flat.stretched() == flat)
    }

    @Test func overlayBlendsTowardsGreen() {
        let photograph = Photograph(height: 1, width: 3, samples: [200, 100, 50, 200, 100, 50, 200, 100, 50])
        let map = Raster(height: 1, width: 3, channels: 1, values: [0, 1, 0.5])
        #expect(photograph.overlaid(with: map).samples == [200, 100, 50, 0, 255, 0, 100, 178, 25])
    }

    @Test func luminanceWeighsTheChannels() {
        let picture = Raster(height: 1, width: 2, channels: 3, values: [1, 1, 1, 1, 0, 0])
        let grey = picture.luminance()
        #expect(abs(grey.values[0] - 1) < 1e-6 && grey.values[1] == 0.299)
    }
}
