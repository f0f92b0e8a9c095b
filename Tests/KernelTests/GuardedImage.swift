import Foundation
import Kernels
import PlanFormat
import TestSupport

/// An image in blocked rows, or in dense NHWC rows, whose rows lie in arbitrary order with guard values around each.
final class GuardedImage {
    let value: PlanValue
    let isDense: Bool
    private let storage: UnsafeMutableBufferPointer<Float>
    private var before: [Float] = []
    private let rowFloats: Int
    private let slots: [Int]
    private static let guardFloats = 64
    private static let guardValue: Float = 12345

    init(_ value: PlanValue, isDense: Bool = false, seed: UInt64) {
        self.value = value
        self.isDense = isDense
        rowFloats = isDense ? value.width * value.channels : value.blocks * value.blockStride
        var random = SplitMix64(seed: seed)
        var slots = Array(0..<value.height)
        // Not a plain shuffle of a ring, but no order may matter.
        for index in slots.indices.reversed() { slots.swapAt(index, random.integer(0...index)) }
        self.slots = slots
        storage = .allocate(capacity: value.height * (rowFloats + Self.guardFloats) + Self.guardFloats)
        storage.initialize(repeating: Self.guardValue)
    }

    deinit { storage.deallocate() }

    /// Column 0 of block 0.
    func row(_ y: Int) -> UnsafeMutablePointer<Float> {
        storage.baseAddress! + Self.guardFloats + slots[y] * (rowFloats + Self.guardFloats)
            + (isDense ? 0 : value.leftHalo * PlanValue.lanes)
    }

    private func offset(_ channel: Int, _ x: Int) -> Int {
        isDense ? x * value.channels + channel : channel / 16 * value.blockStride + x * 16 + channel % 16
    }

    subscript(channel: Int, y: Int, x: Int) -> Float {
        get { row(y)[offset(channel, x)] }
        set { row(y)[offset(channel, x)] = newValue }
    }

    /// Fills the image; halo columns become 0 and padded lanes numbers that no kernel may use.
    func fill(_ element: (_ channel: Int, _ y: Int, _ x: Int) -> Float) {
        for y in 0..<value.height {
            let start = row(y) - (isDense ? 0 : value.leftHalo * PlanValue.lanes)
            for index in 0..<rowFloats { start[index] = 0 }
            for x in 0..<value.width {
                if !isDense { for lane in value.channels..<(value.blocks * 16) { self[lane, y, x] = 777 } }
                for channel in 0..<value.channels { self[channel, y, x] = element(channel, y, x) }
            }
        }
    }

    /// Keeps what `isUnchanged` compares with.
    func remember() { before = Array(storage) }

    /// Whether guards and halos are as they were, and with `everything` the image too.
    func isUnchanged(everything: Bool) -> Bool {
        var allowed = before
        if !everything {
            for y in 0..<value.height {
                for block in 0..<(isDense ? 1 : value.blocks) {
                    let start = row(y) + (isDense ? 0 : block * value.blockStride) - storage.baseAddress!
                    let count = value.width * (isDense ? value.channels : PlanValue.lanes)
                    allowed.replaceSubrange(start..<start + count, with: storage[start..<start + count])
                }
            }
        }
        return memcmp(allowed, storage.baseAddress!, allowed.count * 4) == 0
    }

    /// The channels, without padded lanes, in the order NHWC; every NaN has the same bits.
    var elements: [Float] {
        var all = [Float](repeating: 0, count: value.height * value.width * value.channels)
        var index = 0
        for y in 0..<value.height {
            let start = row(y)
            for x in 0..<value.width {
                for channel in 0..<value.channels {
                    let element = start[offset(channel, x)]
                    all[index] = element.isNaN ? .nan : element
                    index += 1
                }
            }
        }
        return all
    }

    var paddedLanesAreFinite: Bool {
        if isDense { return true }
        for y in 0..<value.height {
            for x in 0..<value.width {
                for lane in value.channels..<(value.blocks * 16) where !self[lane, y, x].isFinite { return false }
            }
        }
        return true
    }

    var layout: venule_layout {
        venule_layout(
            channels: UInt32(value.channels), width: UInt32(value.width), height: UInt32(value.height),
            blockStride: UInt32(isDense ? 0 : value.blockStride), elementCount: 0, element: 0)
    }
}

extension PlanValue {
    init(_ channels: Int, _ height: Int, _ width: Int, halo: (left: Int, right: Int) = (0, 0)) {
        self.init(
            channels: channels, width: width, height: height, leftHalo: halo.left, rightHalo: halo.right,
            ringRows: height, storage: .arena(offset: 0))
    }
}
