import CVenule
import PlanFormat
import Testing
import VenuleC

@testable import Runtime

/// The functions of venule.h, called as C calls them. scripts/test-embedded.sh compiles and runs a program in C.
@Suite struct CInterfaceTests {
    /// Calls the body with the bytes of a plan at a multiple of 64.
    private func withPlan(_ network: SmallNetwork, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        let bytes = PlanWriter.bytes(of: network.plan, constants: network.constants)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
        defer { memory.deallocate() }
        memory.copyBytes(from: bytes)
        try body(UnsafeRawBufferPointer(memory))
    }

    private func text(_ failure: venule_failure) -> String {
        withUnsafeBytes(of: failure.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    @Test func loadsDescribesAndRuns() throws {
        let network = SmallNetwork(height: 6, width: 8, stepRows: 2)
        try withPlan(network) { plan in
            var failure = venule_failure()
            var model: OpaquePointer?
            try #require(venule_model_borrow(plan.baseAddress, plan.count, nil, &model, &failure) == 0)
            #expect(venule_model_input_count(model) == 1)
            #expect(venule_model_output_count(model) == 2)
            var tensor = venule_tensor()
            #expect(venule_model_output(model, 1, &tensor, &failure) == 0)
            let name = UnsafeRawBufferPointer(start: tensor.name, count: tensor.nameByteCount)
            #expect(String(decoding: name, as: UTF8.self) == "map")
            let shape = withUnsafeBytes(of: tensor.shape) { Array($0.bindMemory(to: UInt32.self)) }
            #expect(tensor.rank == 4 && shape == [1, 6, 8, 2, 0, 0, 0, 0])
            #expect(tensor.element == Int32(VENULE_ELEMENT_FLOAT32.rawValue) && tensor.layout == Int32(VENULE_LAYOUT_NHWC.rawValue))
            #expect(tensor.byteCount == 6 * 8 * 2 * 4)

            var session: OpaquePointer?
            var options = venule_options(threads: 2, memory: nil)
            try #require(venule_session_create(model, &options, &session, &failure) == 0)
            // A session keeps what it needs of its model.
            venule_model_free(model)
            let input = network.input(seed: 4)
            let expected = network.expected(input)
            var deep = [Float](repeating: .nan, count: 3 * 4 * 17)
            var map = [Float](repeating: .nan, count: 6 * 8 * 2)
            let floats = input.floats
            let status = floats.withUnsafeBytes { input in
                deep.withUnsafeMutableBytes { deep in
                    map.withUnsafeMutableBytes { map in
                        venule_session_run(
                            session, [input.baseAddress], [input.count], [deep.baseAddress, map.baseAddress],
                            [deep.count, map.count], &failure)
                    }
                }
            }
            #expect(status == 0)
            #expect(deep == expected.deep.floats)
            #expect(map == expected.map.floats)
            venule_session_free(session)
        }
    }

    /// An input of int64 and an output of bool, of other ranks than images have.
    @Test func tensorsOfOtherTypes() throws {
        var plan = Plan()
        plan.inputs = [EntryPoint(name: Array("numbers".utf8), PlainTensor(.int64, [2, 3]))]
        plan.outputs = [EntryPoint(name: Array("flags".utf8), PlainTensor(.bool, [6]))]
        plan.values = [
            PlanValue(PlainTensor(.int64, [2, 3]), storage: .arena(offset: 0)),
            PlanValue(PlainTensor(.bool, [6]), storage: .arena(offset: 64)),
        ]
        plan.operations = [
            PlanOperation(.plainInput(entry: 0), sources: [], results: [PlanValueID(0)]),
            PlanOperation(.plain(.cast(PlainCast())), sources: [PlanValueID(0)], results: [PlanValueID(1)]),
            PlanOperation(.plainOutput(entry: 0), sources: [PlanValueID(1)], results: []),
        ]
        plan.schedule = (0..<3).map { Step(PlanOperationID($0), firstRow: 0, rowCount: 1) }
        plan.memory.arenaBytes = 128
        let bytes = PlanWriter.bytes(of: plan, constants: [])
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
        defer { memory.deallocate() }
        memory.copyBytes(from: bytes)
        var failure = venule_failure()
        var model: OpaquePointer?
        var session: OpaquePointer?
        try #require(venule_model_borrow(memory.baseAddress, memory.count, nil, &model, &failure) == 0, "\(text(failure))")
        defer { venule_model_free(model) }
        var tensor = venule_tensor()
        #expect(venule_model_input(model, 0, &tensor, &failure) == 0)
        #expect(tensor.rank == 2 && tensor.shape.0 == 2 && tensor.shape.1 == 3 && tensor.byteCount == 48)
        #expect(tensor.element == Int32(VENULE_ELEMENT_INT64.rawValue) && tensor.layout == Int32(VENULE_LAYOUT_PLAIN.rawValue))
        #expect(venule_model_output(model, 0, &tensor, &failure) == 0)
        #expect(tensor.rank == 1 && tensor.element == Int32(VENULE_ELEMENT_BOOL.rawValue) && tensor.byteCount == 6)
        try #require(venule_session_create(model, nil, &session, &failure) == 0)
        defer { venule_session_free(session) }
        let numbers: [Int64] = [0, -1, 1 << 40, 0, 7, 256]
        var flags = [UInt8](repeating: 9, count: 6)
        let statuses = numbers.withUnsafeBytes { input in
            flags.withUnsafeMutableBytes { output in
                [0, 4].map { shift in
                    venule_session_run(session, [input.baseAddress! + shift], [48], [output.baseAddress], [6], &failure)
                }
            }
        }
        // Elements of 8 bytes begin at multiples of 8.
        #expect(statuses == [0, 1])
        #expect(text(failure) == "input 'numbers': the buffer must begin at a multiple of 8 bytes")
        #expect(flags == [0, 1, 1, 0, 1, 1])
    }

    @Test func failuresHaveStatusAndText() throws {
        let network = SmallNetwork(height: 4, width: 4, stepRows: 1)
        try withPlan(network) { plan in
            var failure = venule_failure()
            var model: OpaquePointer?
            #expect(venule_model_open("/nowhere.plan", nil, &model, &failure) == 1)
            #expect(text(failure) == "/nowhere.plan: cannot be opened: No such file or directory")
            #expect(model == nil)
            #expect(venule_model_borrow(plan.baseAddress, plan.count - 1, nil, &model, &failure) == 3)
            #expect(!text(failure).isEmpty)
            #expect(venule_model_borrow(nil, 0, nil, &model, nil) == 1)
            try #require(venule_model_borrow(plan.baseAddress, plan.count, nil, &model, nil) == 0)
            defer { venule_model_free(model) }
            var tensor = venule_tensor()
            #expect(venule_model_input(model, 1, &tensor, &failure) == 1)
            #expect(text(failure) == "input 1: the plan has 1")

            var session: OpaquePointer?
            var options = venule_options(threads: 5000, memory: nil)
            #expect(venule_session_create(model, &options, &session, &failure) == 1)
            #expect(text(failure) == "threads: 5000, expected 1 through 1024")
            #expect(session == nil)
            try #require(venule_session_create(model, nil, &session, &failure) == 0)
            #expect(venule_session_run(session, nil, nil, nil, nil, &failure) == 1)
            venule_session_free(session)
            venule_session_free(nil)
            venule_model_free(nil)
        }
    }

    @Test func anAllocatorOfTheCallersIsUsed() throws {
        let network = SmallNetwork(height: 4, width: 4, stepRows: 1)
        try withPlan(network) { plan in
            var failure = venule_failure()
            var model: OpaquePointer?
            try #require(venule_model_borrow(plan.baseAddress, plan.count, nil, &model, nil) == 0)
            defer { venule_model_free(model) }
            var memory = venule_memory(allocate: { _, _, _ in nil }, deallocate: { _, _, _ in }, context: nil)
            var session: OpaquePointer?
            let status = withUnsafePointer(to: &memory) { memory in
                var options = venule_options(threads: 1, memory: memory)
                return venule_session_create(model, &options, &session, &failure)
            }
            #expect(status == 4)
            #expect(text(failure) == "out of memory: \(network.plan.memory.arenaBytes) bytes for the arena")
        }
    }

    /// A message is cut between characters.
    @Test func longMessagesAreCutWhole() {
        var failure = venule_failure()
        var model: OpaquePointer?
        let path = "/" + String(repeating: "ä", count: 400)
        #expect(venule_model_open(path, nil, &model, &failure) == 1)
        #expect(text(failure) == "/" + String(repeating: "ä", count: 253))
        #expect(venule_model_open("//" + path.dropFirst(), nil, &model, &failure) == 1)
        #expect(text(failure) == "//" + String(repeating: "ä", count: 252))
    }
}
