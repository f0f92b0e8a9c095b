/// Takes the rows of maps, which have one channel, one after the other: from the first row to the last, and then those of the
/// next map.
public protocol MapSink: AnyObject {
    func take(_ row: [Float])
}

/// A part of maps, or maps inside larger ones with zeros around them, for another sink.
public final class MapWindow: MapSink {
    private let next: any MapSink
    private let height: Int
    private let width: Int
    private let rows: Range<Int>
    private let columns: Range<Int>
    private var taken = 0
    /// What `next` gets; what is outside of the maps stays zero.
    private var row: [Float]

    /// - Parameters: the maps' sides, and the rows and columns that `next` gets, counted in those of the maps; they may
    ///   lie outside.
    public init(height: Int, width: Int, rows: Range<Int>, columns: Range<Int>, into next: any MapSink) {
        self.height = height
        self.width = width
        self.rows = rows
        self.columns = columns
        self.next = next
        row = [Float](repeating: 0, count: columns.count)
    }

    public func take(_ values: [Float]) {
        if taken == 0 { zeros(rows.clamped(to: Int.min..<0).count) }
        if rows.contains(taken) {
            let inside = columns.clamped(to: 0..<width)
            for column in inside { row[column - columns.lowerBound] = values[column] }
            next.take(row)
        }
        taken += 1
        guard taken == height else { return }
        zeros(rows.clamped(to: height..<Int.max).count)
        taken = 0
    }

    private func zeros(_ count: Int) {
        guard count > 0 else { return }
        let zeros = [Float](repeating: 0, count: columns.count)
        for _ in 0..<count { next.take(zeros) }
    }
}

/// Maps at another size, see ``Raster/resized(height:width:)``, for another sink.
public final class MapResizer: MapSink {
    private let next: any MapSink
    private var resampler: RowResampler
    private let height: Int
    private let newHeight: Int
    private var taken = 0
    private var made = 0
    private var row: [Float]

    public init(height: Int, width: Int, to newHeight: Int, _ newWidth: Int, into next: any MapSink) {
        self.next = next
        self.height = height
        self.newHeight = newHeight
        resampler = RowResampler(height: height, width: width, channels: 1, to: newHeight, newWidth)
        row = [Float](repeating: 0, count: newWidth)
    }

    public func take(_ values: [Float]) {
        resampler.hold(taken) { $0 = values }
        taken += 1
        while made < newHeight, resampler.sources(of: made).upperBound <= taken {
            resampler.make(made, into: &row, at: 0)
            next.take(row)
            made += 1
        }
        guard taken == height else { return }
        taken = 0
        made = 0
    }
}

/// Puts the rows of maps of one size together to their average.
public final class MapCollector: MapSink {
    private let passes: Int
    private var map: Raster
    private var rows = 0

    /// - Parameter passes: how many maps come.
    public init(height: Int, width: Int, passes: Int = 1) {
        precondition(passes >= 1, "an average needs maps")
        self.passes = passes
        map = Raster(height: height, width: width, channels: 1)
    }

    public func take(_ row: [Float]) {
        precondition(row.count == map.width && rows < passes * map.height, "the row is none of these maps")
        let start = rows % map.height * map.width
        let isFirst = rows < map.height
        map.values.withUnsafeMutableBufferPointer { sums in
            for column in row.indices { sums[start + column] = isFirst ? row[column] : sums[start + column] + row[column] }
        }
        rows += 1
    }

    /// The average, which this object has no longer afterwards.
    ///
    /// - Precondition: all maps have come.
    public func finish() -> Raster {
        precondition(rows == passes * map.height, "rows of the maps are missing")
        var result = Raster(height: 0, width: 0, channels: 1)
        swap(&result, &map)
        guard passes > 1 else { return result }
        for index in result.values.indices { result.values[index] /= Float(passes) }
        return result
    }
}
