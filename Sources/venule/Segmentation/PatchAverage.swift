import Dispatch
import Imaging
import Synchronization

/// Overlapping patches whose predictions are averaged.
struct PatchAverage {
    /// Sides of the square patches and steps between them, in pixels.
    let patch: Int
    let stride: Int
    /// One for each thread: patches are independent, so each thread works on its own instead of waiting for the others.
    private let workers: [PatchWorker]

    init(_ predictor: MapPredictor, patch: Int, stride: Int) throws {
        self.patch = patch
        self.stride = stride
        workers = try predictor.singleThreadedRunners(for: PictureSize(height: patch, width: patch)).map(PatchWorker.init)
    }

    /// - Parameter label: names the photograph beside the progress; without one no progress is shown.
    func map(of picture: Raster, label: String?) throws -> (map: Raster, note: String) {
        let grid = PatchGrid(height: picture.height, width: picture.width, patch: patch, stride: stride)
        var average = OverlapAverage(grid)
        let progress = Mutex(label.map { ProgressBar(label: $0, unit: "patches", total: grid.count) })
        for row in 0..<grid.rows {
            // Added in the order of the columns, so that the sums do not depend on the threads.
            for (column, prediction) in try predict(row: row, of: grid, picture, progress).enumerated() {
                average.add(prediction, column: column)
            }
            average.finishRow()
        }
        return (average.average(), "\(Format.grouped(grid.count)) patches of \(patch)x\(patch) at stride \(stride)")
    }

    /// The predictions for a row of patches, from left to right.
    private func predict(
        row: Int, of grid: PatchGrid, _ picture: Raster, _ progress: borrowing Mutex<ProgressBar?>
    ) throws -> [[Float]] {
        let results = Mutex([Result<[Float], CommandFailure>?](repeating: nil, count: grid.columns))
        DispatchQueue.concurrentPerform(iterations: workers.count) { worker in
            for column in Swift.stride(from: worker, to: grid.columns, by: workers.count) {
                let result = workers[worker].predict(row: row, column: column, of: grid, picture)
                results.withLock { $0[column] = result }
                progress.withLock { $0?.advance() }
            }
        }
        return try results.withLock { try $0.compactMap { try $0?.get() } }
    }
}

/// Predicts one patch at a time. `PatchAverage` gives each worker to one thread only.
private final class PatchWorker: @unchecked Sendable {
    private let runner: MapRunner

    init(_ runner: MapRunner) {
        self.runner = runner
    }

    func predict(row: Int, column: Int, of grid: PatchGrid, _ picture: Raster) -> Result<[Float], CommandFailure> {
        var patch = Raster(height: grid.patch, width: grid.patch, channels: picture.channels)
        grid.extract(row: row, column: column, from: picture, into: &patch.values)
        do {
            return .success(try runner.map(of: .raster(patch)).values)
        } catch {
            return .failure(error as? CommandFailure ?? CommandFailure(.unsupported, "\(error)"))
        }
    }
}
