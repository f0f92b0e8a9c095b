import Dispatch
import Imaging

/// Overlapping patches whose predictions are averaged.
struct PatchAverage: SegmentationMethod {
    /// Sides of the square patches and steps between them, in pixels.
    let patch: Int
    let stride: Int
    /// One for each thread: patches are independent, so each thread works on its own instead of waiting for the others.
    private let workers: [PatchWorker]
    var passes: Int { 1 }

    init(_ predictor: MapPredictor, patch: Int, stride: Int) throws {
        self.patch = patch
        self.stride = stride
        workers = try predictor.singleThreadedRunners(for: PictureSize(height: patch, width: patch)).map {
            PatchWorker($0, patch: patch)
        }
    }

    func run(_ picture: any PictureRows, into sinks: [any MapSink], label: String?) throws -> String {
        let grid = PatchGrid(height: picture.height, width: picture.width, patch: patch, stride: stride)
        let queue = PatchQueue(grid, of: picture, into: sinks, workers: workers.count, label: label)
        DispatchQueue.concurrentPerform(iterations: workers.count) { workers[$0].work(on: queue) }
        if let failure = queue.failure { throw failure }
        return "\(Format.grouped(grid.count)) patches of \(patch)x\(patch) at stride \(stride)"
    }
}

/// Predicts one patch at a time. `PatchAverage` gives each worker to one thread only.
private final class PatchWorker: @unchecked Sendable {
    private let runner: MapRunner
    private let patch: Int

    init(_ runner: MapRunner, patch: Int) {
        self.runner = runner
        self.patch = patch
    }

    /// Predicts patches until none are left.
    func work(on queue: PatchQueue) {
        let picture = RasterRows(Raster(height: patch, width: patch, channels: queue.channels))
        while let number = queue.take(into: &picture.raster.values) {
            let maps = (0..<queue.mapCount).map { _ in MapCollector(height: patch, width: patch) }
            do {
                try runner.run(picture, into: maps)
                queue.put(number, maps.map { $0.finish().values })
            } catch {
                queue.fail(error as? CommandFailure ?? CommandFailure(.unsupported, "\(error)"))
            }
        }
    }
}
