import Kernels
import TestSupport
import Testing

@testable import PlanFormat

/// A plain tensor with its elements as bytes.
struct PlainData: Equatable {
    var tensor: PlainTensor
    var bytes: [UInt8]

    init<Number>(_ element: PlanElement, _ numbers: [Number], shape: [Int]? = nil) {
        tensor = PlainTensor(element, shape ?? [numbers.count])
        bytes = numbers.withUnsafeBytes { Array($0) }
        precondition(bytes.count == tensor.byteCount, "elements of another type or number")
    }

    static func floats(_ numbers: [Float], shape: [Int]? = nil) -> PlainData { PlainData(.float32, numbers, shape: shape) }

    func numbers<Number>(_: Number.Type) -> [Number] { bytes.withUnsafeBytes { Array($0.bindMemory(to: Number.self)) } }
}

/// One operation on plain tensors, run as the runtime would with every instruction set and several ways of sharing its items.
struct PlainRunner {
    var kernel: KernelParameters
    var sources: [PlainData]
    var result: PlainTensor
    var constants: [[UInt8]] = []

    init(_ kernel: PlainKernel, _ sources: [PlainData], to result: PlainTensor, constants: [[UInt8]] = []) {
        self.kernel = .plain(kernel)
        self.sources = sources
        self.result = result
        self.constants = constants
    }

    /// Why the verifier refuses the operation; nil if it does not.
    var refusal: String? {
        guard case .plain(let plain) = kernel else { return nil }
        do throws(PlanError) {
            try plain.verify(PlainOperands(sources: sources.map(\.tensor), result: result))
            return nil
        } catch { return error.message }
    }

    /// The result's bytes, which are the same however the items are shared, and for all sets with fused multiply-add.
    func run(sourceLocation: SourceLocation = #_sourceLocation) -> PlainData {
        #expect(refusal == nil, sourceLocation: sourceLocation)
        var fused: [UInt8]?
        var last = PlainData.floats([])
        for isa in availableSets {
            var bits: [UInt8]?
            for split in ItemSplit.allCases {
                let found = run(isa, split, sourceLocation)
                if let bits { #expect(found == bits, "items \(split)", sourceLocation: sourceLocation) }
                bits = found
            }
            if isa != VENULE_ISA_PORTABLE {
                if let fused { #expect(bits == fused, "sets differ", sourceLocation: sourceLocation) }
                fused = bits
            }
            last.tensor = result
            last.bytes = bits ?? []
        }
        return last
    }

    private static let guardBytes = 64

    private func run(_ isa: venule_isa, _ split: ItemSplit, _ sourceLocation: SourceLocation) -> [UInt8] {
        let buffers = sources.map { Self.buffer($0.bytes) } + constants.map { Self.buffer($0) }
        let output = Self.buffer([UInt8](repeating: 0xCD, count: result.byteCount))
        defer { for buffer in buffers + [output] { buffer.deallocate() } }
        func row(_ buffer: UnsafeMutableRawBufferPointer) -> UnsafeMutablePointer<Float>? {
            (buffer.baseAddress! + Self.guardBytes).assumingMemoryBound(to: Float.self)
        }
        let rows = buffers.prefix(sources.count).map { UnsafePointer(row($0)) }
        let tables = buffers.dropFirst(sources.count).map { UnsafePointer(row($0)) }
        rows.withUnsafeBufferPointer { rows in
            [row(output)].withUnsafeBufferPointer { results in
                let inputs = sources.indices.map { index in
                    venule_source(
                        layout: Self.layout(sources[index].tensor), firstRow: 0, rowCount: 1, rows: rows.baseAddress! + index)
                }
                let outputs = [venule_result(layout: Self.layout(result), firstRow: 0, rowCount: 1, rows: results.baseAddress)]
                kernel.withStruct(channels: 1) { parameters in
                    call(isa, split, parameters, inputs, outputs, tables)
                }
            }
        }
        #expect(
            zip(buffers, sources).allSatisfy { Array($0[Self.guardBytes...].prefix($1.bytes.count)) == $1.bytes },
            sourceLocation: sourceLocation)
        let all = Array(output)
        let outside = all.prefix(Self.guardBytes) + all.suffix(Self.guardBytes)
        #expect(outside.allSatisfy { $0 == 0xAB }, "a guard byte has changed", sourceLocation: sourceLocation)
        return Array(all.dropFirst(Self.guardBytes).dropLast(Self.guardBytes))
    }

    private func call(
        _ isa: venule_isa, _ split: ItemSplit, _ parameters: UnsafeRawPointer?, _ inputs: [venule_source], _ outputs: [venule_result],
        _ tables: [UnsafePointer<Float>?]
    ) {
        guard let kernel = venule_kernel_find(isa, kernel.family, 0) else {
            Issue.record("no kernel for \(kernel)")
            return
        }
        inputs.withUnsafeBufferPointer { inputs in
            outputs.withUnsafeBufferPointer { outputs in
                tables.withUnsafeBufferPointer { tables in
                    var step = venule_step(
                        parameters: parameters, sources: inputs.baseAddress, results: outputs.baseAddress,
                        sourceCount: UInt32(inputs.count),
                        resultCount: 1, constants: tables.baseAddress, firstRow: 0, rowCount: 1, threads: split.threads)
                    let items = kernel.pointee.count(&step)
                    var scratch: Float = 0
                    switch split {
                    case .together: if items > 0 { kernel.pointee.run(&step, 0, items, &scratch) }
                    case .oneByOne: for item in 0..<items { kernel.pointee.run(&step, item, item + 1, &scratch) }
                    case .backwards: for item in (0..<items).reversed() { kernel.pointee.run(&step, item, item + 1, &scratch) }
                    }
                }
            }
        }
    }

    private static func buffer(_ bytes: [UInt8]) -> UnsafeMutableRawBufferPointer {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + 2 * guardBytes, alignment: 64)
        buffer.initializeMemory(as: UInt8.self, repeating: 0xAB)
        UnsafeMutableRawBufferPointer(rebasing: buffer[guardBytes..<(guardBytes + bytes.count)]).copyBytes(from: bytes)
        return buffer
    }

    private static func layout(_ tensor: PlainTensor) -> venule_layout {
        venule_layout(
            channels: 1, width: 1, height: 1, blockStride: 16,
            elementCount: UInt32(
                tensor.elementCount), element: tensor.element.rawValue)
    }
}
