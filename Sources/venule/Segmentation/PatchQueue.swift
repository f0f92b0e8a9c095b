import Dispatch
import Imaging
import Synchronization

/// The patches of a picture on their way to threads, and the predictions on their way back.
///
/// Threads take patches in order and never wait for each other at the end of a row of patches. Predictions are added in the
/// order of the patches, whoever made them, so that the sums do not depend on the threads; one that comes too early waits here.
/// Only so many patches are under way that what waits stays small.
final class PatchQueue: @unchecked Sendable {
    private let grid: PatchGrid
    let mapCount: Int
    let channels: Int
    /// Whoever has it may touch what follows.
    private let lock = Mutex(())
    private let picture: any PictureRows
    private let sinks: [any MapSink]
    private var averages: [OverlapAverage]
    /// The patch that is handed out next, and the one whose prediction is added next.
    private var next = 0
    private var awaited = 0
    /// Predictions that came before an earlier one, for each map.
    private var early: [Int: [[Float]]] = [:]
    private var progress: ProgressBar?
    private var firstFailure: CommandFailure?
    /// Counts the patches that may still be handed out before earlier ones are back.
    private let room = DispatchSemaphore(value: 0)

    init(_ grid: PatchGrid, of picture: any PictureRows, into sinks: [any MapSink], workers: Int, label: String?) {
        self.grid = grid
        self.sinks = sinks
        mapCount = sinks.count
        channels = picture.channels
        // A row of a photograph is cheap to make again; one of a resized picture is not, and the next patch wants it too.
        self.picture = picture is PhotographRows ? picture : KeptRows(picture, count: grid.patch)
        averages = sinks.map { _ in OverlapAverage(grid) }
        progress = label.map { ProgressBar(label: $0, unit: "patches", total: grid.count) }
        // Signalled here and not given as the initial value: a semaphore may not end with less than it began with.
        for _ in 0..<Self.patchesForWorker * workers { room.signal() }
    }

    private static let patchesForWorker = 4

    /// What went wrong first, when all workers are done.
    var failure: CommandFailure? { firstFailure }

    /// Waits until a patch may be handed out.
    ///
    /// - Parameter values: gets the patch's values.
    /// - Returns: its number; nil if none is left.
    func take(into values: inout [Float]) -> Int? {
        room.wait()
        let number: Int? = lock.withLock { _ in
            guard firstFailure == nil, next < grid.count else { return nil }
            grid.extract(row: next / grid.columns, column: next % grid.columns, from: picture, into: &values)
            next += 1
            return next - 1
        }
        // The next one who waits is to learn it too.
        if number == nil { room.signal() }
        return number
    }

    /// - Parameter maps: what was predicted for a patch, for each map.
    func put(_ number: Int, _ maps: [[Float]]) {
        let added = lock.withLock { _ in
            early[number] = maps
            let first = awaited
            while let maps = early.removeValue(forKey: awaited) { add(maps) }
            return awaited - first
        }
        for _ in 0..<added { room.signal() }
    }

    func fail(_ failure: CommandFailure) {
        lock.withLock { _ in firstFailure = firstFailure ?? failure }
        room.signal()
    }

    private func add(_ maps: [[Float]]) {
        let column = awaited % grid.columns
        for (index, map) in maps.enumerated() {
            averages[index].add(map, column: column)
            if column == grid.columns - 1 { averages[index].finishRow(into: sinks[index]) }
        }
        awaited += 1
        progress?.advance()
    }
}
