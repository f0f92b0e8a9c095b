import CVenule
import Foundation
import PlanFormat
import RuntimeTestSupport
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

    /// What C's functions for rows are called with.
    private final class Caller {
        let bytes: [UInt8]
        let failsAtRow: UInt32?
        private(set) var outputs: [[UInt8]] = [[], []]
        private(set) var newest: UInt32 = 9

        init(_ bytes: [UInt8], failsAtRow: UInt32? = nil) {
            self.bytes = bytes
            self.failsAtRow = failsAtRow
        }

        /// Runs one input and two outputs by these functions.
        /// - Returns: Status and text.
        func run(
            _ session: OpaquePointer?, second: venule_output? = nil, _ change: (inout venule_run) -> Void = { _ in }
        ) -> (Int32, String) {
            var failure = venule_failure()
            // C holds this object without owning it.
            let status = withExtendedLifetime(self) {
                withRun([input], [output, second ?? output]) { run in
                    change(&run)
                    return venule_session_run(session, &run, &newest, &failure)
                }
            }
            return (status, text(failure))
        }

        private var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

        private var input: venule_input {
            venule_input(
                bytes: nil, byteCount: 0,
                pull: { context, rows in
                    let caller = Unmanaged<Caller>.fromOpaque(context!).takeUnretainedValue()
                    let rows = rows!.pointee
                    if rows.firstRow == caller.failsAtRow { return 5 }
                    let memory = UnsafeMutableRawBufferPointer(start: rows.bytes, count: Int(rows.rowCount) * rows.rowByteCount)
                    memory.copyBytes(from: caller.bytes[(Int(rows.firstRow) * rows.rowByteCount)...].prefix(memory.count))
                    return 0
                }, context: context)
        }

        private var output: venule_output {
            venule_output(
                bytes: nil, byteCount: 0,
                push: { context, rows in
                    let caller = Unmanaged<Caller>.fromOpaque(context!).takeUnretainedValue()
                    let rows = rows!.pointee
                    let memory = UnsafeRawBufferPointer(start: rows.bytes, count: Int(rows.rowCount) * rows.rowByteCount)
                    caller.outputs[Int(rows.entry)] += Array(memory)
                    return 0
                }, context: context)
        }
    }

    /// What C's log is told: a level and a text a line.
    private final class Told {
        var lines: [String] = []
    }

    private func withOptional(_ memory: venule_memory?, _ body: (UnsafePointer<venule_memory>?) -> Void) {
        guard let memory else { return body(nil) }
        withUnsafePointer(to: memory) { body($0) }
    }

    /// A session of one thread, and what its log was told.
    private func withSession(_ network: SmallNetwork, _ body: (OpaquePointer?, Told) throws -> Void) throws {
        try withPlan(network) { plan in
            let told = Told()
            let log = venule_log(
                write: { context, level, text in
                    Unmanaged<Told>.fromOpaque(context!).takeUnretainedValue().lines.append("\(level) \(String(cString: text))")
                }, context: Unmanaged.passUnretained(told).toOpaque())
            var model: OpaquePointer?
            var session: OpaquePointer?
            let status = withUnsafePointer(to: log) { log in
                var options = modelOptions()
                options.log = log
                return venule_model_borrow(plan.baseAddress, plan.count, &options, &model, nil)
            }
            try #require(status == 0)
            defer { venule_model_free(model) }
            var options = sessionOptions(threads: 1)
            try #require(venule_session_create(model, &options, &session, nil) == 0)
            defer { venule_session_free(session) }
            try withExtendedLifetime(told) { try body(session, told) }
        }
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
            var options = sessionOptions(threads: 2)
            try #require(venule_session_create(model, &options, &session, &failure) == 0)
            // A session keeps what it needs of its model.
            venule_model_free(model)
            let input = network.input(seed: 4)
            let expected = network.expected(input)
            var deep = [Float](repeating: .nan, count: 3 * 4 * 17)
            var map = [Float](repeating: .nan, count: 6 * 8 * 2)
            let floats = input.floats
            var newest: UInt32 = 9
            let status = floats.withUnsafeBytes { input in
                deep.withUnsafeMutableBytes { deep in
                    map.withUnsafeMutableBytes { map in
                        let inputs = [venule_input(bytes: input.baseAddress, byteCount: input.count, pull: nil, context: nil)]
                        let outputs = [deep, map].map {
                            venule_output(bytes: $0.baseAddress, byteCount: $0.count, push: nil, context: nil)
                        }
                        return withRun(inputs, outputs) { venule_session_run(session, &$0, &newest, &failure) }
                    }
                }
            }
            #expect(status == 0)
            #expect(newest == 1)
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
                    withRun(
                        [venule_input(bytes: input.baseAddress! + shift, byteCount: 48, pull: nil, context: nil)],
                        [venule_output(bytes: output.baseAddress, byteCount: 6, push: nil, context: nil)]
                    ) { venule_session_run(session, &$0, nil, &failure) }
                }
            }
        }
        // Elements of 8 bytes begin at multiples of 8.
        #expect(statuses == [0, 1])
        #expect(text(failure) == "input 'numbers': the buffer must begin at a multiple of 8 bytes")
        #expect(flags == [0, 1, 1, 0, 1, 1])
    }

    /// Whatever argument is null, the status is that of the caller's mistake, and what a function would have made is null.
    @Test func nullArgumentsAreMistakes() throws {
        let network = SmallNetwork(height: 4, width: 4, stepRows: 1)
        try withPlan(network) { plan in
            var failure = venule_failure()
            // What a variable that was never set may hold.
            func fails(_ expected: String, _ call: (UnsafeMutablePointer<OpaquePointer?>) -> Int32) {
                var made = OpaquePointer(bitPattern: 16)
                #expect(call(&made) == 1 && text(failure) == expected && made == nil, "\(expected)")
            }
            fails("path: is null") { venule_model_open(nil, nil, $0, &failure) }
            fails("bytes: is null") { venule_model_borrow(nil, 10, nil, $0, &failure) }
            fails("bytes: is null") { venule_model_copy(nil, 10, nil, $0, &failure) }
            fails("model: is null") { venule_session_create(nil, nil, $0, &failure) }
            #expect(venule_model_open("/nowhere.plan", nil, nil, &failure) == 1 && text(failure) == "model: is null")
            #expect(venule_model_open_descriptor(0, nil, nil, &failure) == 1 && text(failure) == "model: is null")
            #expect(venule_model_borrow(plan.baseAddress, plan.count, nil, nil, &failure) == 1 && text(failure) == "model: is null")
            #expect(venule_model_copy(plan.baseAddress, plan.count, nil, nil, &failure) == 1 && text(failure) == "model: is null")
            venule_model_free(nil)
            venule_session_free(nil)
            venule_session_cancel(nil)
            #expect(venule_model_input_count(nil) == 0 && venule_model_output_count(nil) == 0)

            var model: OpaquePointer?
            var session: OpaquePointer?
            try #require(venule_model_copy(plan.baseAddress, plan.count, nil, &model, nil) == 0)
            defer { venule_model_free(model) }
            #expect(venule_session_create(model, nil, nil, &failure) == 1 && text(failure) == "session: is null")
            var tensor = venule_tensor()
            #expect(venule_model_input(nil, 0, &tensor, &failure) == 1 && text(failure) == "model or tensor: is null")
            #expect(venule_model_output(model, 0, nil, nil) == 1)
            try #require(venule_session_create(model, nil, &session, nil) == 0)
            defer { venule_session_free(session) }
            var rows = venule_rows()
            for call in [
                { venule_session_run(nil, nil, nil, &failure) }, { venule_session_start(nil, nil, &failure) },
                { venule_session_advance(nil, &rows, &failure) }, { venule_session_stop(nil, &failure) },
            ] {
                #expect(call() == 1 && text(failure) == "session: is null")
            }
            #expect(venule_session_start(session, nil, &failure) == 1 && text(failure) == "run: is null")
            #expect(venule_session_advance(session, nil, &failure) == 1 && text(failure) == "rows: is null")
            #expect(venule_session_run(session, nil, nil, nil) == 1)
        }
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
            var options = sessionOptions(threads: 5000)
            #expect(venule_session_create(model, &options, &session, &failure) == 1)
            #expect(text(failure) == "threads: 5000, expected 1 through 1024")
            #expect(session == nil)
            try #require(venule_session_create(model, nil, &session, &failure) == 0)
            #expect(venule_session_run(session, nil, nil, &failure) == 1)
            #expect(text(failure) == "run: is null")
            var empty = venule_run()
            empty.structSize = MemoryLayout<venule_run>.stride
            #expect(venule_session_run(session, &empty, nil, &failure) == 1)
            #expect(text(failure) == "inputs: is null")
            let nothing = withRun([venule_input()], [venule_output(), venule_output()]) {
                venule_session_run(session, &$0, nil, &failure)
            }
            #expect(nothing == 1 && text(failure) == "inputs[0]: has neither bytes nor a function")
            #expect(venule_session_run(nil, nil, nil, &failure) == 1)
            var rows = venule_rows()
            #expect(venule_session_advance(session, &rows, &failure) == 1)
            #expect(text(failure) == "no run of this session is under way")
            #expect(venule_session_advance(session, nil, &failure) == 1)
            #expect(venule_session_stop(session, &failure) == 0)
            venule_session_cancel(nil)
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
                var options = sessionOptions(threads: 1, memory: memory)
                return venule_session_create(model, &options, &session, &failure)
            }
            #expect(status == 4)
            #expect(text(failure) == "out of memory: \(network.plan.memory.arenaBytes) bytes for the arena")
        }
    }

    /// Rows pulled and pushed by functions, the first output alone, and a function that ends the run.
    @Test func rowsByFunctions() throws {
        let network = SmallNetwork(height: 6, width: 8, stepRows: 2)
        try withSession(network) { session, _ in
            let bytes = network.input(seed: 4).floats.bytes
            let expected = network.expected(network.input(seed: 4))
            let (deep, map) = (expected.deep.floats.bytes, expected.map.floats.bytes)
            let both = Caller(bytes)
            #expect(both.run(session) == (0, ""))
            #expect(both.outputs == [deep, map] && both.newest == 1)
            let first = Caller(bytes)
            // Where only one output is asked for there may be nothing behind it.
            let nothing = venule_output(bytes: UnsafeMutableRawPointer(bitPattern: 1), byteCount: 53, push: nil, context: nil)
            #expect(first.run(session, second: nothing) { $0.outputCount = 1 } == (0, ""))
            #expect(first.outputs == [deep, []] && first.newest == 0)
            #expect(Caller(bytes).run(session) { $0.outputCount = 3 } == (1, "outputs up to 3 are asked for, expected 1 through 2"))

            let failing = Caller(bytes, failsAtRow: 2).run(session)
            #expect(failing == (Int32(VENULE_ENDED_BY_CALLBACK.rawValue), "input 0: the function for its rows returned 5 at row 2"))
            // And again, by the same session.
            let again = Caller(bytes)
            #expect(again.run(session) == (0, ""))
            #expect(again.outputs == both.outputs)
        }
    }

    /// The application goes from row to row itself, stops, is cancelled.
    @Test func rowsByTheApplication() throws {
        let network = SmallNetwork(height: 6, width: 8, stepRows: 2)
        try withSession(network) { session, told in
            let input = network.input(seed: 7)
            let bytes = input.floats.bytes
            var failure = venule_failure()
            var rows = venule_rows()
            func start() -> Int32 {
                withRun([venule_input()], [venule_output(), venule_output()]) { venule_session_start(session, &$0, &failure) }
            }
            var outputs: [[UInt8]] = [[], []]
            try #require(start() == 0)
            #expect(start() == 1 && text(failure) == "a run of this session is under way")
            repeat {
                try #require(venule_session_advance(session, &rows, &failure) == 0)
                let memory = UnsafeMutableRawBufferPointer(start: rows.bytes, count: Int(rows.rowCount) * rows.rowByteCount)
                switch UInt32(rows.event) {
                case VENULE_INPUT_ROWS.rawValue:
                    memory.copyBytes(from: bytes[(Int(rows.firstRow) * rows.rowByteCount)...].prefix(memory.count))
                case VENULE_OUTPUT_ROWS.rawValue: outputs[Int(rows.entry)] += Array(memory)
                default: break
                }
            } while rows.event != Int32(VENULE_FINISHED.rawValue)
            #expect(rows.entry == 1)
            #expect(outputs == [network.expected(input).deep.floats.bytes, network.expected(input).map.floats.bytes])

            try #require(start() == 0)
            #expect(venule_session_advance(session, &rows, &failure) == 0)
            #expect(venule_session_stop(session, &failure) == 0)
            try #require(start() == 0)
            venule_session_cancel(session)
            #expect(venule_session_advance(session, &rows, &failure) == Int32(VENULE_CANCELLED.rawValue))
            #expect(text(failure) == "the run was cancelled")
            #expect(told.lines.contains("1 the run was cancelled"))
            #expect(told.lines.contains { $0.hasPrefix("3 model: ") } && told.lines.contains { $0.hasPrefix("3 session: 1 threads, ") })
        }
    }

    /// A deadline that has passed at once leaves the first output, and the log is told.
    @Test func deadlines() throws {
        let network = SmallNetwork(height: 6, width: 8, stepRows: 2)
        try withSession(network) { session, told in
            let caller = Caller(network.input(seed: 4).floats.bytes)
            #expect(caller.run(session) { $0.deadlineNanoseconds = 1 } == (0, ""))
            #expect(caller.newest == 0)
            #expect(caller.outputs == [network.expected(network.input(seed: 4)).deep.floats.bytes, []])
            #expect(told.lines.contains("2 the deadline has passed: output 0 is the newest of 2"))
        }
    }

    /// From a copy, a file, mapped or read, and a descriptor; with the caller's allocator for what is copied.
    @Test func waysToLoad() throws {
        let network = SmallNetwork(height: 4, width: 4, stepRows: 1)
        try withPlan(network) { plan in
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("venule-\(UUID().uuidString).plan").path
            try Data(plan).write(to: URL(fileURLWithPath: path))
            defer { try? FileManager.default.removeItem(atPath: path) }
            let descriptor = open(path, O_RDONLY)
            // Wherever the caller has read to.
            lseek(descriptor, 100, SEEK_SET)
            defer { close(descriptor) }
            let none = venule_memory(allocate: { _, _, _ in nil }, deallocate: { _, _, _ in }, context: nil)
            var failure = venule_failure()
            for (reads, memory, status) in [(0, nil, 0), (1, nil, 0), (0, none, 0), (1, none, 4)] as [(UInt32, venule_memory?, Int32)] {
                withOptional(memory) { memory in
                    var options = modelOptions()
                    options.readsFile = reads
                    options.memory = memory
                    var models: [OpaquePointer?] = [nil, nil, nil]
                    #expect(venule_model_open(path, &options, &models[0], &failure) == status)
                    #expect(venule_model_open_descriptor(descriptor, &options, &models[1], &failure) == status)
                    let copied = venule_model_copy(plan.baseAddress, plan.count, &options, &models[2], &failure)
                    #expect(copied == (memory == nil ? 0 : 4))
                    if copied == 4 { #expect(text(failure) == "out of memory: \(plan.count) bytes for a copy of the plan") }
                    for model in models where model != nil { #expect(venule_model_output_count(model) == 2) }
                    for model in models { venule_model_free(model) }
                }
            }
            var model: OpaquePointer?
            #expect(venule_model_open_descriptor(-1, nil, &model, &failure) == 1)
            #expect(text(failure) == "descriptor -1: cannot be opened: Bad file descriptor")
            var limited = modelOptions()
            limited.memoryLimit = 1000
            #expect(venule_model_open(path, &limited, &model, &failure) == 4)
            #expect(model == nil)
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

/// What VENULE_MODEL_OPTIONS_INIT and VENULE_OPTIONS_INIT are in C.
private func modelOptions() -> venule_model_options {
    var options = venule_model_options()
    options.structSize = MemoryLayout<venule_model_options>.stride
    return options
}

private func sessionOptions(threads: UInt32, memory: UnsafePointer<venule_memory>? = nil) -> venule_options {
    venule_options(structSize: MemoryLayout<venule_options>.stride, threads: threads, memory: memory)
}

private func withRun(_ inputs: [venule_input], _ outputs: [venule_output], _ body: (inout venule_run) -> Int32) -> Int32 {
    inputs.withUnsafeBufferPointer { inputs in
        outputs.withUnsafeBufferPointer { outputs in
            var run = venule_run()
            run.structSize = MemoryLayout<venule_run>.stride
            run.inputs = inputs.baseAddress
            run.outputs = outputs.baseAddress
            return body(&run)
        }
    }
}

func text(_ failure: venule_failure) -> String {
    withUnsafeBytes(of: failure.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
