import Foundation
import PlanFormat
import Platform
import RuntimeTestSupport
import Testing

@testable import Runtime

@Suite struct SessionErrorTests {
    private func failure(_ body: () throws -> Void) -> RuntimeError? {
        do {
            try body()
            return nil
        } catch {
            return error as? RuntimeError
        }
    }

    @Test func wrongBuffersAreNamed() throws {
        let network = SmallNetwork(height: 4, width: 4, stepRows: 1)
        let session = try Session(try network.model(), options: SessionOptions(threads: 1))
        var memory = [Float](repeating: 0, count: 4096)
        try memory.withUnsafeMutableBytes { bytes in
            let input = UnsafeRawBufferPointer(rebasing: bytes[0..<192])
            let deep = UnsafeMutableRawBufferPointer(rebasing: bytes[1024..<(1024 + 272)])
            let map = UnsafeMutableRawBufferPointer(rebasing: bytes[2048..<(2048 + 128)])
            try session.run(inputs: [input], outputs: [deep, map])

            let short = failure { try session.run(inputs: [UnsafeRawBufferPointer(rebasing: input[..<188])], outputs: [deep, map]) }
            #expect(short?.description == "input 'photo': the buffer has 188 bytes, expected 192")
            let swapped = failure { try session.run(inputs: [input], outputs: [map, deep]) }
            #expect(swapped?.description == "output 'deep': the buffer has 128 bytes, expected 272")
            let missing = failure { try session.run(inputs: [], outputs: [deep, map]) }
            #expect(missing?.description == "0 input buffers, expected 1")
            let odd = UnsafeRawBufferPointer(rebasing: bytes[2..<194])
            let misaligned = failure { try session.run(inputs: [odd], outputs: [deep, map]) }
            #expect(misaligned?.description == "input 'photo': the buffer must begin at a multiple of 4 bytes")
            #expect(misaligned?.status == .usage)
        }
    }

    @Test func threadCountsAreBounded() throws {
        let model = try SmallNetwork(height: 2, width: 2, stepRows: 1).model()
        for count in [0, -1, 1025] {
            let error = failure { _ = try Session(model, options: SessionOptions(threads: count)) }
            #expect(error?.description == "threads: \(count), expected 1 through 1024")
        }
        #expect(try Session(model).threads == Int(venule_allowed_processors()))
    }

    @Test func instructionSetsByName() throws {
        #expect(try InstructionSet.named("portable") == .portable)
        #expect(
            failure { _ = try InstructionSet.named("sse9") }?.description
                == "instruction set 'sse9' is not known: expected portable, avx2, avx512, neon or rvv")
        #expect(failure { _ = try InstructionSet.named("avx") } != nil)
        for set in InstructionSet.allCases where !set.isAvailable {
            let error = failure { _ = try InstructionSet.named(set.name) }
            #expect(error?.description.contains("'\(set.name)' cannot be used on this CPU") == true)
        }
    }

    @Test func kernelsThatAreMissingAreNamed() throws {
        let model = try SmallNetwork(height: 2, width: 2, stepRows: 1).model()
        let none = KernelTable { _, _, _ in nil }
        let error = failure {
            _ = try Session(model, options: SessionOptions(threads: 1, instructionSet: .portable), kernels: none)
        }
        #expect(error?.description == "operation 'input': this runtime has no portable kernel for it")
        #expect(error?.status == .unsupported)
    }

    /// Every allocation of a session fails once: an error each time, everything before it is given back, and the model and
    /// its other sessions work as before.
    @Test(arguments: [1, 3]) func outOfMemoryIsAnError(threads: Int) throws {
        let network = SmallNetwork(height: 4, width: 4, stepRows: 1)
        let model = try network.model()
        let input = network.input(seed: 9).values.map { Float($0) }
        let other = try Session(model, options: SessionOptions(threads: 1))
        let expected = try other.outputs(of: input)
        var failing = 0
        while true {
            var left = failing
            let allocator = WatchedAllocator {
                left -= 1
                return left >= 0
            }
            let error = failure {
                _ = try Session(model, options: SessionOptions(threads: threads, allocator: allocator.hooks))
            }
            #expect(allocator.live == 0)
            guard let error else { break }
            #expect(error.status == .doesNotFit)
            #expect(try other.outputs(of: input) == expected)
            failing += 1
        }
        #expect(try Session(model, options: SessionOptions(threads: threads)).outputs(of: input) == expected)
        #expect(failing == (threads == 1 ? 4 : 5))
    }

    @Test func arenaThatNobodyHasIsAnError() throws {
        var network = SmallNetwork(height: 4, width: 4, stepRows: 1)
        network.plan.memory.arenaBytes = 1 << 47
        let model = try network.constants.withUnsafeBytes {
            try Model(plan: network.plan, constants: $0, limits: PlanLimits(memoryBytes: .max, work: .max))
        }
        let error = failure { _ = try Session(model, options: SessionOptions(threads: 1)) }
        #expect(error?.description == "out of memory: \(1 << 47) bytes for the arena")
        network.plan.memory.arenaBytes = 1 << 58
        let refused = failure {
            _ = try network.constants.withUnsafeBytes {
                try Model(plan: network.plan, constants: $0, limits: PlanLimits(memoryBytes: .max, work: .max))
            }
        }
        #expect(refused?.status == .doesNotFit && refused?.description.contains("expected less than 2^48") == true)
    }

    @Test func plansOutsideTheirLimitsOrFilesAreRefused() throws {
        let network = SmallNetwork(height: 4, width: 4, stepRows: 1)
        let small = failure {
            _ = try network.constants.withUnsafeBytes {
                try Model(plan: network.plan, constants: $0, limits: PlanLimits(memoryBytes: 100, work: .max))
            }
        }
        #expect(small?.status == .doesNotFit)
        let cut = failure {
            _ = try network.constants.dropLast().withUnsafeBytes { try Model(plan: network.plan, constants: $0) }
        }
        #expect(cut?.status == .corrupt)
        let absent = failure { _ = try Model(path: "/nowhere/at/all.plan") }
        #expect(absent?.description == "/nowhere/at/all.plan: cannot be opened: No such file or directory")
        #expect(failure { _ = try Model(path: "/") } != nil)
        let empty = failure { _ = try Model(copying: UnsafeRawBufferPointer(start: nil, count: 0)) }
        #expect(empty?.status == .corrupt)
    }
}
