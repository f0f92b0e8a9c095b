import PlanFormat
import RuntimeTestSupport
import Testing

@testable import Runtime

/// Rows that are handed over give the bits of whole buffers.
@Suite struct StreamingTests {
    private func session(_ network: SmallNetwork, threads: Int = 1) throws -> Session {
        try Session(try network.model(), options: SessionOptions(threads: threads))
    }

    private func check(_ network: SmallNetwork, threads: Int = 1) throws {
        let session = try session(network, threads: threads)
        let input = (0..<network.plan.batch).flatMap { network.input(seed: 30 + $0).floats }
        let whole = try session.outputs(of: input)
        // Twice: what a run leaves behind must not matter.
        for _ in 0..<2 {
            let streamed = try StreamedRun(session, [input.bytes])
            #expect(streamed.outputs == whole.map(\.bytes))
            #expect(streamed.misplaced == 0)
            #expect(streamed.newestOutput == 1)
        }
    }

    @Test(arguments: [1, 2, 3, 5, nil] as [Int?], [1, 3])
    func everyStepHeightAndThreadCount(stepRows: Int?, threads: Int) throws {
        for (height, width) in [(2, 2), (6, 10), (22, 14)] {
            try check(SmallNetwork(height: height, width: width, stepRows: stepRows), threads: threads)
        }
    }

    @Test func batches() throws { try check(SmallNetwork(height: 6, width: 4, stepRows: 2, batch: 3)) }

    @Test(arguments: [1, nil] as [Int?], [1, 2]) func channelsInFront(stepRows: Int?, batch: Int) throws {
        var network = SmallNetwork(height: 6, width: 10, stepRows: stepRows, batch: batch)
        func inFront(_ entry: EntryPoint) -> EntryPoint {
            EntryPoint(
                name: entry.name, PlainTensor(.float32, [1, entry.channels, entry.height, entry.width]), layout: .nchw)
        }
        network.plan.inputs = network.plan.inputs.map(inFront)
        network.plan.outputs = network.plan.outputs.map(inFront)
        try check(network)
    }

    /// Steps of many or of long rows are handed over in parts.
    @Test func partsStaySmall() throws {
        let tall = SmallNetwork(height: 600, width: 20, stepRows: nil)
        let input = tall.input(seed: 1).floats
        let session = try session(tall)
        let run = try StreamedRun(session, [input.bytes])
        #expect(run.outputs == (try session.outputs(of: input)).map(\.bytes))
        #expect(run.mostBytes <= 1 << 16 && run.mostBytes > 1 << 15)
        let wide = SmallNetwork(height: 2, width: 6000, stepRows: nil)
        try check(wide)
        #expect(try StreamedRun(self.session(wide), [wide.input(seed: 1).floats.bytes]).mostBytes == 3000 * 17 * 4)
    }

    /// What a session takes does not grow with the images' heights, and a run takes nothing else.
    @Test func imagesAreNotHeld() throws {
        let network = SmallNetwork(height: 4000, width: 16, stepRows: 1)
        let session = try session(network)
        let images = network.plan.inputs[0].byteCount + network.plan.outputs.reduce(0) { $0 + $1.byteCount }
        #expect(images > 2_000_000)
        #expect(session.memoryBytes < 200_000)
    }

    /// Some of it whole, some in rows, and stopped halfway.
    @Test func bothWaysInOneRun() throws {
        let network = SmallNetwork(height: 6, width: 10, stepRows: 2)
        let session = try session(network)
        let input = network.input(seed: 3).floats
        let whole = try session.outputs(of: input)
        var map = [UInt8](repeating: 0, count: whole[1].count * 4)
        var deep: [UInt8] = []
        try input.withUnsafeBytes { input in
            try map.withUnsafeMutableBytes { map in
                for stopsEarly in [true, false] {
                    try session.start(inputs: [.whole(input)], outputs: [.rows, .whole(map)])
                    deep = []
                    while case .outputRows(let rows) = try session.advance() {
                        #expect(rows.entry == 0)
                        deep += Array(rows.bytes)
                        if stopsEarly { break }
                    }
                    try session.stop()
                }
            }
        }
        #expect(deep == whole[0].bytes)
        #expect(map == whole[1].bytes)
    }

    /// Two images whose rows are worked on at the same time, in an input and an output of both.
    @Test(arguments: [1, 2, nil] as [Int?], [EntryPoint.Layout.nhwc, .nchw])
    func severalImages(stepRows: Int?, layout: EntryPoint.Layout) throws {
        let (images, height, width, channels) = (2, 5, 3, 2)
        var plan = Plan()
        let shape = layout == .nhwc ? [images, height, width, channels] : [images, channels, height, width]
        plan.inputs = [EntryPoint(name: Array("x".utf8), PlainTensor(.float32, shape), layout: layout)]
        plan.outputs = [EntryPoint(name: Array("y".utf8), PlainTensor(.float32, shape), layout: layout)]
        plan.values = (0..<images).map { _ in
            PlanValue(channels: channels, width: width, height: height, ringRows: height, storage: .arena(offset: 0))
        }
        for image in 0..<images {
            plan.operations.append(PlanOperation(.input(entry: 0, image: image), sources: [], results: [PlanValueID(image)]))
        }
        plan.operations.append(PlanOperation(.output(entry: 0), sources: (0..<images).map { PlanValueID($0) }, results: []))
        PlanAssembly.schedule(&plan, stepRows: stepRows)
        PlanAssembly.layOut(&plan)
        let model = try Model(plan: plan, constants: UnsafeRawBufferPointer(start: nil, count: 0))
        let session = try Session(model, options: SessionOptions(threads: 1))
        let input = (0..<(images * height * width * channels)).map { Float($0) }
        let run = try StreamedRun(session, [input.bytes])
        #expect(run.outputs == [input.bytes])
        #expect(try session.outputs(of: input) == [input])
        #expect(run.misplaced == 0)
    }

    /// Tensors that are no images are handed over whole, and what is true becomes 1.
    @Test func plainTensors() throws {
        var plan = Plan()
        plan.inputs = [
            EntryPoint(name: Array("numbers".utf8), PlainTensor(.int64, [2, 3])),
            EntryPoint(name: Array("flags".utf8), PlainTensor(.bool, [6])),
        ]
        plan.outputs = [
            EntryPoint(name: Array("same".utf8), PlainTensor(.int64, [2, 3])),
            EntryPoint(name: Array("true".utf8), PlainTensor(.bool, [6])),
        ]
        plan.values = [
            PlanValue(PlainTensor(.int64, [2, 3]), storage: .arena(offset: 0)),
            PlanValue(PlainTensor(.bool, [6]), storage: .arena(offset: 64)),
        ]
        for entry in 0..<2 {
            plan.operations.append(PlanOperation(.plainInput(entry: entry), sources: [], results: [PlanValueID(entry)]))
            plan.operations.append(
                PlanOperation(.plainOutput(entry: entry), sources: [PlanValueID(entry)], results: [], firstExit: entry))
        }
        plan.schedule = (0..<4).map { Step(PlanOperationID($0), firstRow: 0, rowCount: 1) }
        plan.memory.arenaBytes = 128
        let model = try Model(plan: plan, constants: UnsafeRawBufferPointer(start: nil, count: 0))
        let session = try Session(model, options: SessionOptions(threads: 1))
        let numbers: [Int64] = [0, -1, 1 << 40, 0, 7, 256]
        let run = try StreamedRun(session, [numbers.withUnsafeBytes { Array($0) }, [0, 1, 2, 0, 255, 0]])
        #expect(run.outputs[0] == numbers.withUnsafeBytes { Array($0) })
        #expect(run.outputs[1] == [0, 1, 1, 0, 1, 0])
    }

    /// Constants of truth values are what the file says; outputs are 0 or 1, handed over or not.
    @Test func truthValuesOfConstantsBecomeOne() throws {
        let tensor = PlainTensor(.bool, [6])
        var plan = Plan()
        plan.outputs = [EntryPoint(name: Array("y".utf8), tensor)]
        plan.values = [PlanValue(tensor, storage: .constant(PlanConstantID(0)))]
        plan.constants = [ConstantRange(offset: 0, byteCount: 6)]
        plan.operations = [PlanOperation(.plainOutput(entry: 0), sources: [PlanValueID(0)], results: [])]
        plan.schedule = [Step(PlanOperationID(0), firstRow: 0, rowCount: 1)]
        plan.memory.arenaBytes = 64
        let constants: [UInt8] = [0, 1, 2, 0x80, 0xFF, 0]
        let model = try constants.withUnsafeBytes { try Model(plan: plan, constants: $0) }
        let session = try Session(model, options: SessionOptions(threads: 1))
        #expect(try StreamedRun(session, []).outputs == [[0, 1, 1, 1, 1, 0]])
        var whole = [UInt8](repeating: 7, count: 6)
        try whole.withUnsafeMutableBytes { _ = try session.run(inputs: [], outputs: [$0]) }
        #expect(whole == [0, 1, 1, 1, 1, 0])
    }

    @Test func whatIsReadTwiceIsGivenWhole() throws {
        let entry = EntryPoint(name: Array("x".utf8), height: 4, width: 2, channels: 1)
        var plan = Plan()
        plan.inputs = [entry]
        plan.outputs = [EntryPoint(name: Array("y".utf8), height: 4, width: 2, channels: 2)]
        for channels in [1, 1, 2] {
            plan.values.append(PlanValue(channels: channels, width: 2, height: 4, ringRows: 4, storage: .arena(offset: 0)))
        }
        plan.operations = [
            PlanOperation(.input(entry: 0), sources: [], results: [PlanValueID(0)]),
            PlanOperation(.input(entry: 0), sources: [], results: [PlanValueID(1)]),
            PlanOperation(.concatenation, sources: [PlanValueID(0), PlanValueID(1)], results: [PlanValueID(2)]),
            PlanOperation(.output(entry: 0), sources: [PlanValueID(2)], results: []),
        ]
        PlanAssembly.schedule(&plan, stepRows: 2)
        PlanAssembly.layOut(&plan)
        let model = try Model(plan: plan, constants: UnsafeRawBufferPointer(start: nil, count: 0))
        let session = try Session(model, options: SessionOptions(threads: 1))
        #expect(session.isReadOnce == [false])
        let error = #expect(throws: RuntimeError.self) { try session.start(inputs: [.rows], outputs: [.rows]) }
        #expect(error?.description == "input 'x': several operations of the plan read it; it has to be given whole")
        let input = (0..<8).map { Float($0) }
        #expect(try StreamedRun(session, [input.bytes]).outputs == [input.flatMap { [$0, $0] }.bytes])
    }
}
