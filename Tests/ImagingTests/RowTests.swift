import TestSupport
import Testing

@testable import Imaging

/// Pictures whose rows are made when they are asked for, and maps that are taken row by row: the same values, bit for bit, as of
/// whole pictures.
@Suite struct RowTests {
    private func raster(height: Int, width: Int, channels: Int) -> Raster {
        var generator = SplitMix64(seed: UInt64(height * 1000 + 10 * width + channels))
        return Raster(
            height: height, width: width, channels: channels,
            values: (0..<height * width * channels).map { _ in Float.random(in: -1..<1, using: &generator) })
    }

    /// All rows, in an order that goes back and forth.
    private func whole(_ picture: any PictureRows) -> [Float] {
        let count = picture.width * picture.channels
        var values = [Float](repeating: .nan, count: picture.height * count)
        let rows = Array(0..<picture.height)
        for row in rows.filter({ $0 % 3 != 1 }) + rows.filter({ $0 % 3 == 1 }).reversed() {
            picture.read(row: row, columns: 0..<picture.width, into: &values, at: row * count)
        }
        return values
    }

    /// Every row is made of the whole picture, with the weights of ``ResamplingAxis``.
    private func resized(_ picture: Raster, height: Int, width: Int) -> [Float] {
        if height == picture.height, width == picture.width { return picture.values }
        let vertical = ResamplingAxis(from: picture.height, to: height)
        let horizontal = ResamplingAxis(from: picture.width, to: width)
        var result: [Float] = []
        for row in 0..<height {
            var line = [Double](repeating: 0, count: picture.width * picture.channels)
            for (offset, weight) in vertical.taps[row].weights.enumerated() where weight != 0 {
                let first = (vertical.taps[row].first + offset) * line.count
                for index in line.indices { line[index] += weight * Double(picture.values[first + index]) }
            }
            for column in 0..<width {
                for channel in 0..<picture.channels {
                    var sum = 0.0
                    for (offset, weight) in horizontal.taps[column].weights.enumerated() {
                        sum += weight * line[(horizontal.taps[column].first + offset) * picture.channels + channel]
                    }
                    result.append(Float(sum))
                }
            }
        }
        return result
    }

    private static let sizes = [
        (23, 31, 40, 20), (23, 31, 5, 90), (40, 17, 7, 17), (9, 9, 9, 3), (1, 8, 3, 2), (6, 1, 2, 5), (3, 2, 1, 1), (5, 4, 64, 64),
        (64, 3, 2, 3),
    ]

    @Test(arguments: sizes) func resizingByRowsGivesTheSameBits(height: Int, width: Int, newHeight: Int, newWidth: Int) {
        let picture = raster(height: height, width: width, channels: 3)
        let expected = resized(picture, height: newHeight, width: newWidth)
        let rows = RasterRows(picture).resized(height: newHeight, width: newWidth)
        #expect(rows.height == newHeight && rows.width == newWidth && rows.channels == 3)
        #expect(haveEqualBits(whole(rows), expected))
        #expect(haveEqualBits(whole(KeptRows(rows, count: 2)), expected))
        #expect(haveEqualBits(picture.resized(height: newHeight, width: newWidth).values, expected))

        let map = raster(height: height, width: width, channels: 1)
        let collector = MapCollector(height: newHeight, width: newWidth, passes: 2)
        let resizer = MapResizer(height: height, width: width, to: newHeight, newWidth, into: collector)
        // A second map through the same sinks.
        for _ in 0..<2 { for row in 0..<height { resizer.take(Array(map.values[row * width..<(row + 1) * width])) } }
        #expect(haveEqualBits(collector.finish().values, resized(map, height: newHeight, width: newWidth)))
    }

    /// The picture in a larger one, seen through columns that lie in front of it, across its borders and behind it.
    @Test func placedPicturesHaveZerosAroundThem() {
        let picture = raster(height: 3, width: 4, channels: 2)
        let rows = RasterRows(picture).placed(top: 2, left: 3, height: 6, width: 9)
        for (row, columns) in [(0, 0..<9), (2, 0..<9), (3, 0..<2), (4, 2..<5), (4, 6..<9), (4, 4..<6), (2, 8..<9), (5, 0..<9), (3, 4..<4)] {
            var values = [Float](repeating: .nan, count: 2 * columns.count + 2)
            rows.read(row: row, columns: columns, into: &values, at: 1)
            #expect(values[0].isNaN && values[values.count - 1].isNaN)
            for column in columns {
                for channel in 0..<2 {
                    let isInside = (2..<5).contains(row) && (3..<7).contains(column)
                    let expected = isInside ? picture[row - 2, column - 3, channel] : 0
                    #expect(values[1 + 2 * (column - columns.lowerBound) + channel] == expected, "row \(row), column \(column)")
                }
            }
        }
    }

    @Test func photographsAreDividedBy255() {
        let samples: [UInt8] = (0..<60).map { UInt8(4 * $0 + 3) }
        let rows = PhotographRows(Photograph(height: 4, width: 5, samples: samples))
        #expect(whole(rows) == samples.map { Float(Double($0) / 255) })
        let grey = whole(rows.luminance())
        for pixel in 0..<20 {
            let colour = samples[3 * pixel..<3 * pixel + 3].map { Float(Double($0) / 255) }
            #expect(grey[pixel] == 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2])
        }
        #expect(RasterRows(raster(height: 2, width: 2, channels: 1)).luminance() is RasterRows)
    }

    /// Parts, larger ones, and ones that lie across a border; two maps one after the other.
    @Test(arguments: [(0..<5, 0..<7), (0..<3, 0..<4), (2..<5, 3..<7), (-2..<6, -1..<9), (-3..<2, 4..<9), (1..<8, -2..<3)])
    func windowsOfMaps(rows: Range<Int>, columns: Range<Int>) {
        let maps = [raster(height: 5, width: 7, channels: 1), raster(height: 5, width: 7, channels: 1)]
        let collector = MapCollector(height: rows.count, width: columns.count, passes: 2)
        let window = MapWindow(height: 5, width: 7, rows: rows, columns: columns, into: collector)
        for map in maps { for row in 0..<5 { window.take(Array(map.values[7 * row..<7 * row + 7])) } }
        let result = collector.finish()
        for (row, source) in rows.enumerated() {
            for (column, sourceColumn) in columns.enumerated() {
                let isInside = (0..<5).contains(source) && (0..<7).contains(sourceColumn)
                #expect(result[row, column, 0] == (isInside ? maps[0][source, sourceColumn, 0] : 0))
            }
        }
    }

    @Test func mapsAreAveraged() {
        let collector = MapCollector(height: 2, width: 2, passes: 4)
        for pass in 0..<4 { for row in 0..<2 { collector.take([Float(pass), Float(10 * row)]) } }
        #expect(collector.finish().values == [1.5, 0, 1.5, 10])
    }

    /// One map stays as it is, its negative zeros too.
    @Test func oneMapIsItsOwnAverage() {
        let collector = MapCollector(height: 1, width: 3)
        let row: [Float] = [-0.0, .nan, 3]
        collector.take(row)
        #expect(haveEqualBits(collector.finish().values, row))
    }

    /// A grid of 2x2, then of 4x4, and fewer phases among those of more; all of a period that is no power of two.
    @Test func phasesAreSpreadOverThePeriod() {
        func shifts(_ count: Int, _ rows: Int = 16, _ columns: Int = 16) -> [[Int]] {
            PoolingPhases(count: count, rows: rows, columns: columns).shifts.map { [$0.rows, $0.columns] }
        }
        #expect(shifts(1) == [[0, 0]])
        #expect(shifts(4) == [[0, 0], [8, 8], [8, 0], [0, 8]])
        #expect(Set(shifts(16)) == Set([0, 4, 8, 12].flatMap { row in [0, 4, 8, 12].map { [row, $0] } }))
        for count in 1..<40 { #expect(shifts(count) == Array(shifts(40).prefix(count))) }
        #expect(Set(shifts(256)) == Set((0..<16).flatMap { row in (0..<16).map { [row, $0] } }))
        #expect(Set(shifts(15, 3, 5)) == Set((0..<3).flatMap { row in (0..<5).map { [row, $0] } }))
        #expect(PoolingPhases(count: 4, rows: 16, columns: 8).largestColumns == 4)
    }

    /// A file's bytes as they were when a picture was encoded all at once, and nothing under the name before it is published.
    @Test func picturesAreWrittenByRows() throws {
        try withTemporaryDirectory { folder in
            let samples: [UInt8] = (0..<3 * 70 * 90).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
            let photograph = Photograph(height: 70, width: 90, samples: samples)
            let file = try PNGFile("\(folder)/a.png", height: 70, width: 90, channels: 3)
            for row in 0..<70 { try file.write(Array(samples[270 * row..<270 * row + 270])) }
            try file.finish()
            #expect(try !entries(folder).contains("a.png"))
            try file.publish()
            #expect(try entries(folder) == ["a.png"])
            #expect(try ImageFile.read("\(folder)/a.png") == photograph)
            do {
                let abandoned = try PNGFile("\(folder)/b.png", height: 2, width: 1, channels: 1)
                try abandoned.write([7])
            }
            #expect(try entries(folder) == ["a.png"])
        }
    }
}
