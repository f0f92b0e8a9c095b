import Imaging

/// Overlapping patches whose predictions are averaged.
struct PatchAverage {
    let predictor: MapPredictor
    /// Sides of the square patches and steps between them, in pixels.
    let patch: Int
    let stride: Int

    /// - Parameter label: names the photograph beside the progress.
    func map(of picture: Raster, label: String) throws -> (map: Raster, note: String) {
        let grid = PatchGrid(height: picture.height, width: picture.width, patch: patch, stride: stride)
        var average = OverlapAverage(grid)
        var progress = ProgressBar(label: label, total: grid.count)
        var input = Raster(height: patch, width: patch, channels: picture.channels)
        for row in 0..<grid.rows {
            for column in 0..<grid.columns {
                grid.extract(row: row, column: column, from: picture, into: &input.values)
                average.add(try predictor.predict(input).values, column: column)
                progress.update(row * grid.columns + column + 1)
            }
            average.finishRow()
        }
        return (average.average(), "\(Format.grouped(grid.count)) patches of \(patch)x\(patch) at stride \(stride)")
    }
}
