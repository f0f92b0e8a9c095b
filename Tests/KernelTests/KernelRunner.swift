import Foundation
import Kernels
import PlanFormat
import TestSupport
import Testing

/// How a step's items are handed out; the result may not depend on it.
enum ItemSplit: CaseIterable {
    case together, oneByOne, backwards

    /// What the kernel is told of the threads.
    var threads: UInt32 {
        switch self {
        case .together: 1
        case .oneByOne: 2
        case .backwards: 5
        }
    }
}

/// One operation with its images, run step by step as the runtime would: with the rows that PlanFormat's geometry says a
/// step touches, and no others.
struct KernelRunner {
    var operation: PlanOperation
    let values: [PlanValue]
    let sources: [GuardedImage]
    /// The first, if it is of weights, is given to the kernel in their type.
    var constants: [[Float]]
    /// Indices of `values` that are dense rows of an entry point, for input and output.
    var denseResult: PlanValue?

    /// Runs all rows in steps of `stepRows` and returns the results' images.
    func run(_ isa: venule_isa, stepRows: Int, split: ItemSplit) -> [GuardedImage] {
        var results = operation.results.enumerated().map { GuardedImage(values[$1.index], seed: UInt64($0) + 99) }
        if let denseResult { results = [GuardedImage(denseResult, isDense: true, seed: 99)] }
        for image in sources + results { image.remember() }
        let rows = operation.progressRows(in: values)
        let height = (stepRows + operation.rowGranularity - 1) / operation.rowGranularity * operation.rowGranularity
        for first in stride(from: 0, to: rows, by: height) {
            runStep(isa, RowRange(first: first, count: min(height, rows - first)), split, results)
        }
        for image in sources { #expect(image.isUnchanged(everything: true), "a source has changed") }
        for image in results {
            #expect(image.isUnchanged(everything: false), "a guard value or halo has changed")
            #expect(image.paddedLanesAreFinite)
        }
        return results
    }

    private func runStep(_ isa: venule_isa, _ rows: RowRange, _ split: ItemSplit, _ results: [GuardedImage]) {
        let zeroRow = [Float](repeating: 0, count: 1 << 16)
        zeroRow.withUnsafeBufferPointer { zeros in
            var tables: [UnsafeMutablePointer<UnsafePointer<Float>?>] = []
            var resultTables: [UnsafeMutablePointer<UnsafeMutablePointer<Float>?>] = []
            defer {
                for table in tables { (table - Self.margin).deallocate() }
                for table in resultTables { table.deallocate() }
            }
            let cSources = sources.enumerated().map { index, image in
                source(index, image, rows, zeros.baseAddress! + 4096, &tables)
            }
            let cResults = results.enumerated().map { result($0, $1, rows, &resultTables) }
            operation.kernel.withStruct(channels: values[0].channels) { parameters in
                call(isa, parameters, cSources, cResults, rows, split)
            }
        }
    }

    /// Null pointers before and after the rows of a step, so that a kernel that reads more rows crashes.
    private static let margin = 16

    private func source(
        _ index: Int, _ image: GuardedImage, _ rows: RowRange, _ zeroRow: UnsafePointer<Float>,
        _ tables: inout [UnsafeMutablePointer<UnsafePointer<Float>?>]
    ) -> venule_source {
        let range = operation.sources.isEmpty ? rows : operation.sourceRows(index, for: rows, in: values)
        let base = UnsafeMutablePointer<UnsafePointer<Float>?>.allocate(capacity: range.count + 2 * Self.margin)
        base.initialize(repeating: nil, count: range.count + 2 * Self.margin)
        let table = base + Self.margin
        for offset in 0..<range.count {
            let y = range.first + offset
            if y >= 0 && y < image.value.height {
                table[offset] = UnsafePointer(image.row(y))
            } else if case .zeros = operation.rowsOutside {
                table[offset] = zeroRow
            }
        }
        tables.append(table)
        return venule_source(
            layout: image.layout, firstRow: Int32(range.first), rowCount: UInt32(range.count),
            rows: UnsafePointer(table))
    }

    private func result(
        _ index: Int, _ image: GuardedImage, _ rows: RowRange,
        _ tables: inout [UnsafeMutablePointer<UnsafeMutablePointer<Float>?>]
    ) -> venule_result {
        var range = operation.results.isEmpty ? rows : operation.resultRows(index, for: rows, in: values)
        if case .globalPooling = operation.kernel { range = RowRange(first: 0, count: 1) }
        let table = UnsafeMutablePointer<UnsafeMutablePointer<Float>?>.allocate(capacity: range.count + 1)
        table.initialize(repeating: nil, count: range.count + 1)
        for offset in 0..<range.count { table[offset] = image.row(range.first + offset) }
        tables.append(table)
        return venule_result(
            layout: image.layout, firstRow: Int32(range.first), rowCount: UInt32(range.count),
            rows: UnsafePointer(table))
    }

    private func call(
        _ isa: venule_isa, _ parameters: UnsafeRawPointer?, _ sources: [venule_source], _ results: [venule_result],
        _ rows: RowRange, _ split: ItemSplit
    ) {
        var algorithm: UInt32 = 0
        if case .convolution(let p) = operation.kernel { algorithm = p.algorithm.rawValue }
        guard let kernel = venule_kernel_find(isa, operation.kernel.family, algorithm) else {
            Issue.record("no kernel for \(operation.kernel)")
            return
        }
        let aligned = constants.enumerated().map { position, constant in
            let bytes = (position == 0 ? operation.kernel.weights : .float32).bytes(constant)
            let copy = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 64)
            copy.copyMemory(from: bytes, byteCount: bytes.count)
            return UnsafePointer(copy.assumingMemoryBound(to: Float.self))
        }
        defer { for pointer in aligned { pointer.deallocate() } }
        let scratchFloats = operation.scratchBytes(in: values) / 4
        let scratch = UnsafeMutablePointer<Float>.allocate(capacity: scratchFloats + 16)
        scratch.initialize(repeating: 54321, count: scratchFloats + 16)
        defer { scratch.deallocate() }
        let pointers: [UnsafePointer<Float>?] = aligned
        pointers.withUnsafeBufferPointer { constants in
            sources.withUnsafeBufferPointer { sources in
                results.withUnsafeBufferPointer { results in
                    var step = venule_step(
                        parameters: parameters, sources: sources.baseAddress, results: results.baseAddress,
                        sourceCount: UInt32(sources.count), resultCount: UInt32(results.count),
                        constants: constants.baseAddress, firstRow: UInt32(rows.first), rowCount: UInt32(rows.count),
                        threads: split.threads)
                    let items = kernel.pointee.count(&step)
                    switch split {
                    case .together: kernel.pointee.run(&step, 0, items, scratch)
                    case .oneByOne: for item in 0..<items { kernel.pointee.run(&step, item, item + 1, scratch) }
                    case .backwards:
                        for item in (0..<items).reversed() { kernel.pointee.run(&step, item, item + 1, scratch) }
                    }
                }
            }
        }
        for index in scratchFloats..<(scratchFloats + 16) { #expect(scratch[index] == 54321, "scratch overrun") }
    }
}

/// The sets that this machine can run.
let availableSets: [venule_isa] = {
    var sets: [venule_isa] = []
    for isa in [VENULE_ISA_PORTABLE, VENULE_ISA_AVX2, VENULE_ISA_AVX512, VENULE_ISA_NEON] {
        if venule_isa_available(isa) == 1 {
            sets.append(isa)
        } else if isa != VENULE_ISA_NEON {
            print("note: this machine cannot run \(String(cString: venule_isa_name(isa))); its kernels are not tested")
        }
    }
    return sets
}()

/// Runs an operation with every instruction set, several step heights and item splits. All must give the same bits for
/// a set; AVX2 and AVX-512 must agree in every bit; and each must be within `tolerance` (of `1 + |expected|`) of
/// `expected`, one NHWC list for each result.
func check(
    _ runner: KernelRunner, expected: [[Double]], tolerance: Double, stepRows: [Int] = [1, 3, 1000],
    _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
    var fusedBits: [[Float]]?
    for isa in availableSets {
        var first: [[Float]]?
        for rows in stepRows {
            for split in rows == 1 ? [ItemSplit.together] : ItemSplit.allCases {
                let found = runner.run(isa, stepRows: rows, split: split).map(\.elements)
                if let first {
                    for (a, b) in zip(first, found) {
                        let isSame = haveSameBits(a, b)
                        #expect(isSame, "\(comment()): steps of \(rows), \(split)", sourceLocation: sourceLocation)
                    }
                } else {
                    first = found
                }
            }
        }
        guard let first else { continue }
        let name = String(cString: venule_isa_name(isa))
        for (found, wanted) in zip(first, expected) {
            #expect(found.count == wanted.count, sourceLocation: sourceLocation)
            let worst = zip(found, wanted).enumerated().map { ($0, relativeDistance(Double($1.0), $1.1)) }
                .max { $0.1 < $1.1 }
            if let worst, worst.1 > tolerance {
                Issue.record(
                    "\(name), \(comment()): element \(worst.0) is \(found[worst.0]), expected \(wanted[worst.0])",
                    sourceLocation: sourceLocation)
            }
        }
        if isa == VENULE_ISA_PORTABLE { continue }
        if let fusedBits {
            for (a, b) in zip(fusedBits, first) {
                let isSame = haveSameBits(a, b)
                #expect(isSame, "\(comment()): \(name) differs", sourceLocation: sourceLocation)
            }
        } else {
            fusedBits = first
        }
    }
}

func haveSameBits(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && memcmp(a, b, a.count * 4) == 0
}

private func relativeDistance(_ a: Double, _ b: Double) -> Double {
    if a == b || (a.isNaN && b.isNaN) { return 0 }
    let distance = (a - b).magnitude / (1 + b.magnitude)
    return distance.isFinite ? distance : .infinity
}
