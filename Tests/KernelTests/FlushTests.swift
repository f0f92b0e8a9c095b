import Kernels
import PlanFormat
import TestSupport
import Testing

/// What makes zeros of subnormal numbers behind a step, against the rule for one number.
@Suite struct FlushTests {
    /// Both sides of each border, of both signs, and what must stay: 2⁻¹²⁶ and beyond, infinities, every kind of NaN.
    static let patterns: [UInt32] = {
        let magnitudes: [UInt32] = [
            0, 1, 2, 0x0040_0000, 0x007F_FFFE, 0x007F_FFFF, 0x0080_0000, 0x0080_0001, 0x00FF_FFFF, 0x0100_0000, 0x3F80_0000,
            0x7F7F_FFFF, 0x7F80_0000, 0x7F80_0001, 0x7FBF_FFFF, 0x7FC0_0000, 0x7FFF_FFFF,
        ]
        return magnitudes + magnitudes.map { $0 | 0x8000_0000 }
    }()

    private func rule(_ bits: UInt32) -> UInt32 {
        Float(bitPattern: bits).isSubnormal ? bits & 0x8000_0000 : bits
    }

    /// Patterns of the list, with random ones between.
    private func bits(_ count: Int) -> [UInt32] {
        var random = SplitMix64(seed: UInt64(count))
        return (0..<count).map { index in
            let pattern = Self.patterns[random.integer(0...Self.patterns.count - 1)]
            return index % 5 == 4 ? UInt32(truncatingIfNeeded: random.next()) : pattern
        }
    }

    private func flush(_ isa: venule_isa, _ results: [venule_result], _ split: ItemSplit) throws {
        let kernel = try #require(venule_kernel_find(isa, VENULE_FLUSH, 0))
        results.withUnsafeBufferPointer { results in
            var step = venule_step()
            step.results = results.baseAddress
            step.resultCount = UInt32(results.count)
            step.threads = split.threads
            let items = kernel.pointee.count(&step)
            switch split {
            case .together: kernel.pointee.run(&step, 0, items, nil)
            case .oneByOne: for item in 0..<items { kernel.pointee.run(&step, item, item + 1, nil) }
            case .backwards: for item in (0..<items).reversed() { kernel.pointee.run(&step, item, item + 1, nil) }
            }
        }
    }

    /// One and several blocks with halos between, rows of one piece and of several, two results, rows that the step has not
    /// completed.
    @Test(arguments: ItemSplit.allCases) func images(_ split: ItemSplit) throws {
        for (channels, width, rows) in [(3, 5, 2), (16, 1, 1), (40, 21, 3), (20, 700, 4), (96, 129, 2)] {
            for isa in availableSets {
                let images = [0, 1].map { index in
                    let value = PlanValue(
                        channels: channels, width: width, height: rows + 1, leftHalo: 2, rightHalo: index, ringRows: rows + 1,
                        storage: .arena(offset: 0))
                    return GuardedImage(value, seed: UInt64(index))
                }
                let numbers = bits(channels * width * (rows + 1))
                for image in images {
                    image.fill { channel, y, x in Float(bitPattern: numbers[(y * width + x) * channels + channel]) }
                    image.remember()
                }
                let tables = images.map { image in
                    let table = UnsafeMutablePointer<UnsafeMutablePointer<Float>?>.allocate(capacity: rows)
                    for row in 0..<rows { (table + row).initialize(to: image.row(row)) }
                    return table
                }
                defer { for table in tables { table.deallocate() } }
                let results = zip(images, tables).map { image, table in
                    venule_result(layout: image.layout, firstRow: 0, rowCount: UInt32(rows), rows: UnsafePointer(table))
                }
                try flush(isa, results, split)
                for image in images {
                    #expect(image.isUnchanged(everything: false), "a guard value or halo has changed")
                    for y in 0...rows {
                        for x in 0..<width {
                            for channel in 0..<channels {
                                let before = numbers[(y * width + x) * channels + channel]
                                let found = image[channel, y, x].bitPattern
                                guard found != (y < rows ? rule(before) : before) else { continue }
                                Issue.record("set \(isa.rawValue), \(channels)x\(width), row \(y): \(before) became \(found)")
                                return
                            }
                        }
                    }
                }
            }
        }
    }

    /// Plain tensors of every length around a vector and a piece.
    @Test(arguments: ItemSplit.allCases) func tensors(_ split: ItemSplit) throws {
        for count in Array(1...67) + [4095, 4096, 4097, 16_384, 50_001] {
            let numbers = bits(count)
            for isa in availableSets {
                let tensor = UnsafeMutableBufferPointer<Float>.allocate(capacity: count + 2)
                defer { tensor.deallocate() }
                tensor.initialize(repeating: Float(bitPattern: 1))
                for index in 0..<count { tensor[index + 1] = Float(bitPattern: numbers[index]) }
                var rows = [Optional(tensor.baseAddress! + 1)]
                try rows.withUnsafeMutableBufferPointer { rows in
                    let layout = venule_layout(channels: 1, width: 1, height: 1, blockStride: 16, elementCount: UInt32(count), element: 0)
                    try flush(
                        isa, [venule_result(layout: layout, firstRow: 0, rowCount: 1, rows: UnsafePointer(rows.baseAddress))], split)
                }
                let isRight = (0..<count).allSatisfy { tensor[$0 + 1].bitPattern == rule(numbers[$0]) }
                #expect(isRight, "set \(isa.rawValue), \(count) elements")
                #expect(tensor[0].bitPattern == 1 && tensor[count + 1].bitPattern == 1, "beyond the tensor of \(count)")
            }
        }
    }
}
