import GraphIR
import Optimizer
import PlanFormat
import Reference
import Runtime
import Shapes

/// Gathers whole values of a plan from the rows that its steps complete, since a plan holds only a few rows of an image at a time.
final class InnerValues {
    /// A value of the plan that is being gathered, in all repetitions of the schedule.
    private struct Part {
        let value: PlanValue
        /// Dense: of images `[repetitions, height, width, channels]` of float32, else the tensor's bytes.
        var bytes: [UInt8] = []
        var rowsLeft: Int
        /// The places that are made of it.
        var places: [Int] = []
    }

    private let plan: Plan
    private let places: [PlanPlace]
    private let take: (Int, Tensor) -> Void
    private var parts: [Part] = []
    /// By value of the plan: its part, if anyone wants it.
    private var partOfValue: [Int?]

    /// - Parameter take: is given each place's tensor, by the place's index, when all of its rows are there.
    init(of plan: Plan, _ places: [PlanPlace], take: @escaping (Int, Tensor) -> Void) {
        self.plan = plan
        self.places = places
        self.take = take
        partOfValue = [Int?](repeating: nil, count: plan.values.count)
        for (index, place) in places.enumerated() {
            for id in place.values {
                let part = partOfValue[id.index] ?? parts.count
                if part == parts.count {
                    let value = plan.values[id.index]
                    parts.append(Part(value: value, rowsLeft: value.height * plan.batch))
                    partOfValue[id.index] = part
                }
                parts[part].places.append(index)
            }
        }
    }

    func add(_ row: CompletedRow) {
        let id = plan.operations[row.operation.index].results[row.result]
        guard let part = partOfValue[id.index], parts[part].rowsLeft > 0 else { return }
        let value = parts[part].value
        if parts[part].bytes.isEmpty { parts[part].bytes = [UInt8](repeating: 0, count: denseBytes(of: value)) }
        if value.plain != nil {
            parts[part].bytes.withUnsafeMutableBytes { $0.copyMemory(from: row.bytes) }
        } else {
            let start = (row.repetition * value.height + row.row) * value.width * value.channels
            parts[part].bytes.withUnsafeMutableBytes { dense in
                Self.unblock(row.bytes.bindMemory(to: Float.self), of: value, dense.bindMemory(to: Float.self), from: start)
            }
        }
        parts[part].rowsLeft -= 1
        guard parts[part].rowsLeft == 0 else { return }
        for place in parts[part].places where isWhole(places[place]) { hand(over: place) }
    }

    private func denseBytes(of value: PlanValue) -> Int {
        value.plain?.byteCount ?? value.height * value.width * value.channels * MemoryLayout<Float>.stride * plan.batch
    }

    private func isWhole(_ place: PlanPlace) -> Bool {
        place.values.allSatisfy { id in partOfValue[id.index].map { parts[$0].rowsLeft == 0 } ?? false }
    }

    private func hand(over index: Int) {
        let place = places[index]
        var bytes: [UInt8] = []
        for id in place.values {
            guard let part = partOfValue[id.index] else { continue }
            bytes = place.values.count == 1 ? parts[part].bytes : bytes + parts[part].bytes
            // Of a hundred values of a large image, those that have been taken need no memory any more.
            parts[part].places.removeAll { $0 == index }
            if parts[part].places.isEmpty { parts[part].bytes = [] }
        }
        let first = plan.values[place.values[0].index]
        let element = first.plain.map { ElementType($0.element) } ?? .float32
        guard let axes = place.axes, axes != Array(axes.indices) else {
            return take(index, Tensor(Constant(element: element, shape: place.shape, bytes: .owned(bytes))))
        }
        let images = [place.values.count * plan.batch, first.height, first.width, first.channels]
        let tensor = Tensor(Constant(element: element, shape: images, bytes: .owned(bytes)))
        take(index, tensor.reordered(axes).reshaped(to: place.shape))
    }

    /// Copies a row of blocks of channels, without halos and padded lanes.
    private static func unblock(
        _ row: UnsafeBufferPointer<Float>, of value: PlanValue, _ dense: UnsafeMutableBufferPointer<Float>, from start: Int
    ) {
        for block in 0..<value.blocks {
            let column = block * value.blockStride + value.leftHalo * PlanValue.lanes
            let first = block * PlanValue.lanes
            let count = min(PlanValue.lanes, value.channels - first)
            for x in 0..<value.width {
                for lane in 0..<count {
                    dense[start + x * value.channels + first + lane] = row[column + x * PlanValue.lanes + lane]
                }
            }
        }
    }
}

extension Tensor {
    /// The axes of images with their channels last, in the order in which those with channels second have them.
    static let channelsSecond = [0, 3, 1, 2]
    /// And back.
    static let channelsLast = [0, 2, 3, 1]

    /// The tensor with its axes in another order.
    /// - Parameter axes: for each axis of the result which of this tensor's it is.
    func reordered(_ axes: [Int]) -> Tensor {
        let sides = axes.map { shape[$0] }
        let walk = rowMajorStrides(shape)
        var places = StridedWalk(shape: sides, strides: [axes.map { walk[$0] }])
        func moved<Element>(_ elements: [Element]) -> [Element] {
            (0..<elements.count).map { _ in
                defer { places.advance() }
                return elements[places.offsets[0]]
            }
        }
        return element.isFloat
            ? Tensor(moved(floats), shape: sides, element: element) : Tensor(integers: moved(integers), shape: sides, element: element)
    }
}
