import Testing

@testable import PlanFormat

/// Operations on plain tensors that reach outside, overflow or do not fit their operands.
@Suite struct PlainRefusalTests {
    private func refusal(_ kernel: PlainKernel, _ sources: [PlainTensor], _ result: PlainTensor) -> String {
        do throws(PlanError) {
            try kernel.verify(PlainOperands(sources: sources, result: result))
            return "accepted"
        } catch { return error.message }
    }

    private func floats(_ shape: Int...) -> PlainTensor { PlainTensor(.float32, shape) }
    private func bools(_ shape: Int...) -> PlainTensor { PlainTensor(.bool, shape) }

    /// The reach of a view is exact at both ends, and sums that overflow are refused.
    @Test func viewsStayInside() {
        func reading(_ loop: PlainLoop, _ view: PlainView) -> String {
            let kernel = PlainArithmetic(.add, loop: loop, left: view, right: PlainView())
            return refusal(.arithmetic(kernel), [floats(24), floats(1)], floats(loop.positions))
        }
        #expect(reading(PlainLoop([4, 6]), PlainView(strides: [6, 1])) == "accepted")
        #expect(reading(PlainLoop([4, 6]), PlainView(offset: 23, strides: [-6, -1])) == "accepted")
        #expect(
            reading(
                PlainLoop([4, 6]),
                PlainView(offset: 1, strides: [6, 1])
            ).contains("left: reaches elements 1 through 24 of 24"))
        #expect(reading(PlainLoop([4, 6]), PlainView(offset: 22, strides: [-6, -1])).contains("reaches elements -1 through 22"))
        #expect(reading(PlainLoop([2, 12]), PlainView(offset: 12, strides: [-12, 1])).contains("accepted"))
        #expect(reading(PlainLoop([2]), PlainView(strides: [Int(Int32.max)])).contains("reaches elements 0 through 2147483647"))
        // A stride along an axis of one position moves nowhere.
        #expect(reading(PlainLoop([1, 24]), PlainView(strides: [Int(Int32.min), 1])) == "accepted")
        let wide = PlainLoop([Int](repeating: 2, count: 8))
        let far = PlainView(offset: Int(Int32.max), strides: [Int](repeating: Int(Int32.max), count: 8))
        #expect(reading(wide, far).contains("reaches elements 2147483647 through 19327352823"))
        let huge = PlainLoop([Int](repeating: 1 << 30, count: 8))
        #expect(reading(huge, far).contains("more than 2147483646 positions"))
        #expect(far.reach(over: huge) == nil)
    }

    @Test func resultsFitTheLoops() {
        let view = PlainView(strides: [1])
        let sum = PlainArithmetic(.add, loop: PlainLoop([24]), left: view, right: view)
        #expect(refusal(.arithmetic(sum), [floats(24), floats(24)], floats(23)).contains("result: 23 elements, expected 24"))
        #expect(
            refusal(
                .arithmetic(sum), [floats(24), PlainTensor(.int32, [24])],
                floats(24)
            ).contains("source: elements are int32, expected float32"))
        #expect(refusal(.arithmetic(sum), [floats(24)], floats(24)).contains("1 sources, expected 2 through 2"))
        #expect(refusal(.arithmetic(sum), [bools(24), bools(24)], bools(24)).contains("elements are bool, expected numbers"))
        let bits = PlainArithmetic(.bitAnd, loop: PlainLoop([24]), left: view, right: view)
        #expect(
            refusal(.arithmetic(bits), [floats(24), floats(24)], floats(24)) == ".kind: is 10 of float32 elements, expected 0 to 9")
        var fused = sum
        fused.activation = Activation(.relu)
        let integers = PlainTensor(.int32, [24])
        #expect(
            refusal(
                .arithmetic(fused), [integers, integers],
                integers
            ).contains("activation: of int32 elements, expected the identity"))
        let equal = PlainComparison(.equal, loop: PlainLoop([24]), left: view, right: view)
        #expect(refusal(.comparison(equal), [integers, integers], integers).contains("result: elements are int32, expected bool"))
        #expect(
            refusal(
                .logic(PlainLogic(.or, loop: PlainLoop([24]), left: view, right: view)), [integers, bools(24)],
                bools(24)
            ).contains("expected bool"))
        let chosen = PlainSelection(loop: PlainLoop([24]), condition: view, whenTrue: view, whenFalse: PlainView(strides: [2]))
        #expect(
            refusal(
                .selection(chosen), [bools(24), floats(24), floats(24)],
                floats(24)
            ).contains("whenFalse: reaches elements 0 through 46"))
        #expect(
            refusal(
                .elementwise(PlainElementwise(Activation(.relu))), [floats(4)],
                floats(5)
            ).contains("source: 4 elements, expected 5"))
        #expect(refusal(.cast(PlainCast()), [floats(4)], bools(5)).contains("4 elements, expected 5"))
    }

    @Test func copiesCoverAndDoNotMeet() {
        func copied(_ parts: [PlainCopy.Part], _ result: PlainTensor, filler: UInt64? = nil) -> String {
            refusal(.copy(PlainCopy(parts, filler: filler)), parts.map { _ in floats(12) }, result)
        }
        let dense = PlainView(strides: [1])
        let part = PlainCopy.Part(loop: PlainLoop([12]), source: dense, result: dense)
        #expect(copied([part], floats(12)) == "accepted")
        #expect(copied([part], floats(13)).contains("result: 13 elements, expected 12"))
        #expect(copied([part], floats(13), filler: 0) == "accepted")
        #expect(copied([part], floats(11), filler: 0).contains("result: reaches elements 0 through 11 of 11"))
        let twice = PlainCopy.Part(loop: PlainLoop([3, 4]), source: PlainView(), result: PlainView(strides: [3, 1]))
        #expect(copied([twice], floats(12)).contains("writes an element twice"))
        #expect(refusal(.copy(PlainCopy([part])), [], floats(12)).contains("1 parts, expected 0"))
        #expect(copied([], floats(12), filler: 9) == "accepted")
    }

    /// Parts that meet would leave gaps that hold what was in the arena before; found by FuzzPlanRun.
    @Test func joinedPartsLeaveNoGap() {
        func joined(_ parts: [(count: [Int], offset: Int, strides: [Int])], _ result: PlainTensor) -> String {
            let copies = parts.map { part in
                PlainCopy.Part(
                    loop: PlainLoop(part.count), source: PlainView(),
                    result: PlainView(offset: part.offset, strides: part.strides))
            }
            return refusal(.copy(PlainCopy(copies)), copies.map { _ in floats(1) }, result)
        }
        // [2, 3, 4] and [2, 1, 4] along the middle, and an empty one.
        let parts = [([2, 3, 4], 0, [16, 4, 1]), ([2, 4], 12, [16, 1]), ([0, 4], 16, [16, 1])]
        #expect(joined(parts, floats(2, 4, 4)) == "accepted")
        #expect(joined([parts[2], parts[0], parts[1]], floats(2, 4, 4)) == "accepted")
        #expect(joined([parts[1], parts[0]], floats(2, 4, 4)).contains("begins at element 12, expected 0"))
        #expect(joined([([12], 0, [1]), ([0], 12, [1])], floats(12)) == "accepted")
        // Along the last axis, where a part is one element, and along the first.
        #expect(joined([([6], 0, [3]), ([3, 2, 2], 1, [6, 3, 1])], floats(6, 3)) == "accepted")
        #expect(joined([([8], 0, [1]), ([4], 8, [1])], floats(12)) == "accepted")

        #expect(joined([([8], 0, [1]), ([4], 4, [1])], floats(12)).contains("begins at element 4, expected 8"))
        #expect(joined([([6], 0, [1]), ([6], 0, [1])], floats(12)).contains("begins at element 0, expected 6"))
        #expect(
            joined([([2, 3], 0, [6, 1]), ([2, 3], 3, [3, 1])], floats(2, 6)).contains("a part writes 1 runs, 0 apart, expected 2, 6 apart"))
        #expect(joined([([2, 3], 0, [8, 1]), ([2, 3], 3, [9, 1])], floats(2, 6)).contains("reaches"))
        #expect(joined([([2, 3], 0, [6, 1]), ([2, 3], 3, [5, 1])], floats(2, 6)).contains("a part writes 2 runs, 5 apart"))
        #expect(joined([([2, 2], 0, [5, 1]), ([2, 2], 2, [5, 1])], floats(8)).contains("reaches"))
        #expect(joined([([2, 3], 5, [1, -2]), ([6], 6, [1])], floats(12)).contains("does not write runs"))
    }

    @Test func linesAndTablesFit() {
        let gather = PlainGather(PlainLine(outer: 2, axis: 3, inner: 4))
        #expect(refusal(.gather(gather), [floats(24), PlainTensor(.int64, [5])], floats(40)) == "accepted")
        #expect(refusal(.gather(gather), [floats(24), floats(5)], floats(40)).contains("indices: elements are float32"))
        #expect(
            refusal(
                .gather(gather), [floats(25), PlainTensor(.int64, [5])],
                floats(40)
            ).contains("data: 25 elements, expected 24"))
        #expect(
            refusal(
                .gather(PlainGather(PlainLine(outer: 2, axis: 0, inner: 4))), [floats(0), PlainTensor(.int32, [5])],
                floats(40)
            ).contains("needs one"))
        let argument = PlainArgumentMaximum(PlainLine(outer: 2, axis: 3, inner: 4))
        #expect(refusal(.argumentMaximum(argument), [floats(24)], PlainTensor(.int32, [8])).contains("expected int64"))
        let softmax = PlainSoftmax(PlainLine(outer: 2, axis: 3, inner: 4))
        #expect(refusal(.softmax(softmax), [floats(24)], floats(23)).contains("23 elements, expected 24"))
        let top = PlainTopPositions(PlainLine(outer: 2, axis: 3, inner: 4), count: 2, largest: true)
        #expect(refusal(.topPositions(top), [floats(24)], PlainTensor(.int64, [16])) == "accepted")
        #expect(refusal(.topPositions(top), [floats(24)], PlainTensor(.int64, [24])).contains("24 elements, expected 16"))
        #expect(refusal(.topPositions(top), [bools(24)], PlainTensor(.int64, [16])).contains("bool, expected numbers"))
        let many = PlainTopPositions(PlainLine(outer: 2, axis: 3, inner: 4), count: 4, largest: true)
        #expect(refusal(.topPositions(many), [floats(24)], PlainTensor(.int64, [32])) == ".count: 4 of 3 entries")
        let sums = PlainCumulative(.sum, PlainLine(outer: 2, axis: 3, inner: 4))
        #expect(refusal(.cumulative(sums), [floats(24)], floats(24)) == "accepted")
        #expect(refusal(.cumulative(sums), [floats(23)], floats(24)).contains("source: 23 elements, expected 24"))
        #expect(refusal(.cumulative(sums), [bools(24)], bools(24)).contains("bool, expected numbers"))
        func scattering(_ kind: PlainScatter.Kind, _ data: PlainTensor, _ positions: PlainTensor, _ updates: PlainTensor) -> String {
            refusal(.scatter(PlainScatter(kind, axis: 6, inner: 4)), [data, positions, updates], data)
        }
        let positions = PlainTensor(.int64, [5])
        #expect(scattering(.add, floats(24), positions, floats(20)) == "accepted")
        #expect(scattering(.replace, bools(24), positions, bools(20)) == "accepted")
        #expect(scattering(.add, bools(24), positions, bools(20)).contains("bool, expected numbers"))
        #expect(scattering(.add, floats(23), positions, floats(20)).contains("data: 23 elements, expected 24"))
        #expect(scattering(.add, floats(24), positions, floats(19)).contains("updates: 19 elements, expected 20"))
        #expect(scattering(.add, floats(24), PlainTensor(.int32, [5]), floats(20)).contains("expected int64"))
        #expect(scattering(.add, floats(24), positions, PlainTensor(.int32, [20])).contains("updates: elements are int32"))
        let resampling = PlainResampling(outer: 2, input: 3, inner: 4, output: 1 << 20, taps: 1 << 20)
        #expect(refusal(.resampling(resampling), [floats(24)], floats(8 << 20)).contains("taps"))
        let quantization = PlainQuantization(loop: PlainLoop([24]), scale: PlainView(strides: [1]), zeroPoint: PlainView())
        #expect(
            refusal(
                .quantization(quantization), [floats(24), floats(23)],
                PlainTensor(.uint8, [24])
            ).contains("scale: reaches elements 0 through 23 of 23"))
        #expect(
            refusal(
                .quantization(quantization), [floats(24), floats(24)],
                PlainTensor(.int32, [24])
            ).contains("expected uint8, int8, uint16 or int16"))
        let inverse = PlainDequantization(loop: PlainLoop([24]), scale: PlainView(), zeroPoint: PlainView(offset: 1))
        let bytes = PlainTensor(.uint8, [24])
        #expect(
            refusal(
                .dequantization(inverse), [bytes, floats(1), PlainTensor(.uint8, [1])],
                floats(24)
            ).contains("zeroPoint: reaches elements 1"))
        #expect(refusal(.dequantization(inverse), [bytes, floats(1)], floats(24)) == "accepted")
    }

    @Test func axesStayInside() {
        let axes = PlainAxes(kept: PlainLoop([4]), PlainView(strides: [6]), reduced: PlainLoop([6]), PlainView(strides: [1]))
        #expect(refusal(.reduction(PlainReduction(.sum, axes)), [floats(24)], floats(4)) == "accepted")
        #expect(
            refusal(
                .reduction(PlainReduction(.sum, axes)), [floats(23)],
                floats(4)
            ).contains("source: reaches elements 0 through 23 of 23"))
        #expect(refusal(.reduction(PlainReduction(.sum, axes)), [bools(24)], bools(4)).contains("expected numbers"))
        #expect(refusal(.normalization(PlainNormalization(axes, epsilon: 0)), [floats(24)], floats(24)) == "accepted")
        var overlapping = axes
        overlapping.keptView = PlainView(strides: [5])
        #expect(
            refusal(
                .normalization(PlainNormalization(overlapping, epsilon: 0)), [floats(24)],
                floats(24)
            ).contains("writes an element twice"))
        overlapping.kept = PlainLoop([3])
        #expect(
            refusal(
                .normalization(PlainNormalization(axes, epsilon: 0)), [floats(24)],
                floats(25)
            ).contains("result: 25 elements"))
    }

    @Test func productsAndWindowsFit() {
        let product = PlainMatrixMultiplication(
            rows: 3, depth: 4, columns: 5, loop: PlainLoop([2]), left: PlainView(strides: [12]), right: PlainView())
        #expect(refusal(.matrixMultiplication(product), [floats(24), floats(20)], floats(30)) == "accepted")
        #expect(
            refusal(
                .matrixMultiplication(product), [floats(23), floats(20)],
                floats(30)
            ).contains("left: reaches elements 0 through 23 of 23"))
        #expect(
            refusal(
                .matrixMultiplication(product), [floats(24), floats(20), floats(4)],
                floats(30)
            ).contains("bias: 4 elements, expected 5"))
        var window = PlainWindow()
        (window.images, window.height, window.width, window.channels) = (2, 5, 6, 4)
        (window.resultHeight, window.resultWidth, window.kernelHeight, window.kernelWidth) = (3, 4, 3, 3)
        let convolution = PlainConvolution(window, filters: 6, groups: 2)
        #expect(refusal(.convolution(convolution), [floats(240), floats(108)], floats(144)) == "accepted")
        #expect(
            refusal(
                .convolution(convolution), [floats(240), floats(107)],
                floats(144)
            ).contains("kernel: 107 elements, expected 108"))
        #expect(
            refusal(
                .convolution(PlainConvolution(window, filters: 6, groups: 4)), [floats(240), floats(54)],
                floats(144)
            ).contains("4 do not divide"))
        #expect(
            refusal(
                .transposedConvolution(PlainTransposedConvolution(window, filters: 6)), [floats(240), floats(216)],
                floats(143)
            ).contains("result: 143"))
        #expect(refusal(.poolingPositions(PlainPoolingPositions(window)), [floats(240)], floats(96)).contains("expected int64"))
        #expect(
            refusal(
                .poolingPositions(PlainPoolingPositions(window)), [bools(240)],
                PlainTensor(.int64, [96])
            ).contains("source: elements are bool"))
    }

    // MARK: Whole plans

    /// Input, a plain operation between two conversions, output.
    private func plan() -> Plan {
        var plan = Plan()
        plan.inputs = [EntryPoint(name: Array("in".utf8), PlainTensor(.float32, [1, 3, 4, 5]), layout: .nchw)]
        plan.outputs = [EntryPoint(name: Array("out".utf8), PlainTensor(.float32, [3, 20]))]
        let image = PlanValue(channels: 3, width: 5, height: 4, ringRows: 4, storage: .arena(offset: 0))
        let tensor = PlainTensor(.float32, [3, 4, 5])
        plan.values = [
            image, PlanValue(tensor, storage: .arena(offset: image.ringBytes)),
            PlanValue(tensor, storage: .arena(offset: image.ringBytes + 256)),
        ]
        plan.operations = [
            PlanOperation(.input(entry: 0), sources: [], results: [PlanValueID(0)]),
            PlanOperation(
                .unblocking(ImageStrides(row: 5, column: 1, channel: 20)), sources: [PlanValueID(0)], results: [PlanValueID(1)]),
            PlanOperation(
                .plain(.softmax(PlainSoftmax(PlainLine(outer: 3, axis: 20, inner: 1)))), sources: [PlanValueID(1)],
                results: [PlanValueID(2)]),
            PlanOperation(.plainOutput(entry: 0), sources: [PlanValueID(2)], results: []),
        ]
        plan.schedule = [
            (0, 0, 4), (1, 0, 2), (1, 2, 2), (2, 0, 1),
            (3, 0, 1),
        ].map { Step(PlanOperationID($0.0), firstRow: $0.1, rowCount: $0.2) }
        plan.memory.arenaBytes = image.ringBytes + 512
        plan.memory.zeroRowOffset = plan.memory.arenaBytes
        return plan
    }

    private func refusal(_ change: (inout Plan) -> Void) -> String {
        var plan = plan()
        change(&plan)
        return planRefusal(PlanWriter.bytes(of: plan, constants: []))?.message ?? "accepted"
    }

    @Test func plansMixBothLayouts() throws {
        let plan = plan()
        let bytes = PlanWriter.bytes(of: plan, constants: [])
        let again = try PlanReader.read(bytes.span.bytes)
        #expect(
            again.values == plan.values && again.operations == plan.operations && again.inputs == plan.inputs
                && again.outputs == plan.outputs)
        #expect(plan.shape(of: again.inputs[0]) == [1, 3, 4, 5])
    }

    @Test func conversionsReachTheWholeTensor() {
        func strides(_ row: Int, _ column: Int, _ channel: Int, offset: Int = 0) -> String {
            refusal {
                $0.operations[
                    1
                ].kernel = .unblocking(ImageStrides(offset: offset, row: row, column: column, channel: channel))
            }
        }
        #expect(strides(5, 1, 20) == "accepted")
        #expect(strides(15, 3, 1) == "accepted")
        #expect(strides(5, 1, 20, offset: 1).contains("reaches element 60 of 60"))
        #expect(strides(5, 1, 19).contains("writes an element twice"))
        #expect(strides(0, 1, 20).contains("writes an element twice"))
        #expect(refusal { $0.values[1].plain = PlainTensor(.int32, [60]) }.contains("elements are int32, expected float32"))
        #expect(refusal { $0.values[1].plain = PlainTensor(.float32, [61]) }.contains("60 elements, expected 61"))
        #expect(refusal { $0.operations[1].sources = [] }.contains("0 sources"))
    }

    @Test func layoutsAreNotMixedUp() {
        #expect(refusal { $0.values[1].plain = nil }.contains("values[1] is an image, expected a plain tensor"))
        #expect(refusal { $0.values[0].plain = PlainTensor(.float32, [60]) }.contains("a plain tensor has sides of 1"))
        #expect(refusal { $0.operations[0].kernel = .plainInput(entry: 0) }.contains("values[0] is an image"))
        #expect(refusal { $0.operations[3].kernel = .output(entry: 0) }.contains("expected an image"))
        #expect(refusal { $0.operations[2].kernel = .softmax }.contains("expected an image"))
        #expect(refusal { $0.operations[0].kernel = .input(entry: 0, image: 1) }.contains("image: 1 of 1"))
        #expect(refusal { $0.inputs[0].layout = .plain }.contains("entry: 0 is a plain tensor, expected images"))
        #expect(refusal { $0.inputs[0].layout = .nhwc }.contains("a value is 4x5x3, expected 3x4x5"))
        #expect(refusal { $0.outputs[0].tensor.element = .int32 }.contains("another type or size"))
        #expect(refusal { $0.outputs[0].layout = .nchw }.contains("images are float32 of rank 4"))
        #expect(
            refusal {
                $0.batch = 2
                $0.inputs[0].layout = .nchw
            }.contains("outputs[0].shape: begins with no 1"))
    }

    /// Rows of images pass through other operations than a tensor, which is one row: else a run would take the first row for all.
    @Test(arguments: EntryPoint.Layout.allCases) func plainOperationsTouchNoImages(layout: EntryPoint.Layout) {
        for element in [PlanElement.float32, .uint8] {
            var plan = Plan()
            let tensor = PlainTensor(element, [1, 4, 3, 2])
            plan.inputs = [EntryPoint(name: Array("in".utf8), tensor)]
            plan.outputs = [EntryPoint(name: Array("out".utf8), tensor)]
            plan.values = [PlanValue(tensor, storage: .arena(offset: 0))]
            plan.operations = [
                PlanOperation(.plainInput(entry: 0), sources: [], results: [PlanValueID(0)]),
                PlanOperation(.plainOutput(entry: 0), sources: [PlanValueID(0)], results: []),
            ]
            plan.schedule = (0..<2).map { Step(PlanOperationID($0), firstRow: 0, rowCount: 1) }
            plan.memory.arenaBytes = 128
            func refusal(_ plan: Plan) -> String? { planRefusal(PlanWriter.bytes(of: plan, constants: []))?.message }
            #expect(refusal(plan) == nil)
            guard layout != .plain else { continue }
            var changed = plan
            changed.inputs[0].layout = layout
            #expect(refusal(changed) == "operations[0].entry: 0 has rows of images, expected a plain tensor")
            guard element == .float32 else { continue }
            changed = plan
            changed.outputs[0].layout = layout
            #expect(refusal(changed) == "operations[1].entry: 0 has rows of images, expected a plain tensor")
            // Nor beside an operation that reads the images.
            changed = plan
            changed.inputs[0].layout = layout
            let value = PlanValue(
                channels: changed.inputs[0].channels, width: changed.inputs[0].width, height: changed.inputs[0].height,
                ringRows: changed.inputs[0].height, storage: .arena(offset: 128))
            changed.values.append(value)
            changed.operations.append(PlanOperation(.input(entry: 0), sources: [], results: [PlanValueID(1)]))
            changed.memory.arenaBytes = 128 + value.ringBytes
            #expect(refusal(changed) == "operations[0].entry: 0 has rows of images, expected a plain tensor")
        }
    }

    @Test func tensorsWaitForTheirLastRow() {
        #expect(refusal { $0.schedule.swapAt(2, 3) }.contains("schedule[2]: reads row 0 of values[1]"))
        #expect(refusal { $0.schedule.removeLast() }.contains("outputs[0]: 0 of 1 rows"))
        #expect(refusal { $0.values[2].storage = $0.values[1].storage }.contains("overlap"))
        // The image is no longer needed by then.
        #expect(refusal { $0.values[2].storage = $0.values[0].storage } == "accepted")
        #expect(
            refusal {
                $0.values[2].plain = PlainTensor(
                    .float32,
                    [1 << 20, 1 << 20])
            }.contains("1099511627776 elements, expected at most"))
    }

    @Test func recordsOfTensors() {
        var file = FileEditor(PlanWriter.bytes(of: plan(), constants: []))
        file.put32(13, section: .values, record: 1, field: 11)
        #expect(planRefusal(file.bytes)?.message.contains("values[1].element: 13 is not known") == true)
        file = FileEditor(PlanWriter.bytes(of: plan(), constants: []))
        file.put32(9, section: .values, record: 1, field: 12)
        #expect(planRefusal(file.bytes)?.message.contains("values[1].rank: 9") == true)
        file = FileEditor(PlanWriter.bytes(of: plan(), constants: []))
        file.put32(5, section: .values, record: 1, field: 19)
        #expect(planRefusal(file.bytes)?.message.contains("values[1].shape: side 6 of 3 is 5, expected 0") == true)
        file = FileEditor(PlanWriter.bytes(of: plan(), constants: []))
        file.put32(1, section: .values, record: 0, field: 12)
        #expect(planRefusal(file.bytes)?.message.contains("values[0].shape: of an image, expected zeros") == true)
        file = FileEditor(PlanWriter.bytes(of: plan(), constants: []))
        file.put32(3, section: .entryPoints, record: 0, field: 3)
        #expect(planRefusal(file.bytes)?.message.contains("entryPoints[0].layout: 3 is not known") == true)
    }

    @Test func costsAreMetered() {
        let axes = PlainAxes(kept: PlainLoop([1000]), PlainView(), reduced: PlainLoop([1_000_000]), PlainView())
        let operands = PlainOperands(sources: [floats(1)], result: floats(1000))
        #expect(PlainKernel.reduction(PlainReduction(.sum, axes)).work(operands) == 1_000_000_000)
        let product = PlainMatrixMultiplication(rows: 10, depth: 1000, columns: 10)
        #expect(
            PlainKernel.matrixMultiplication(product).work(PlainOperands(sources: [], result: floats(100))) == 100_000)
        let limited = planRefusal(
            PlanWriter.bytes(of: plan(), constants: []), limits: PlanLimits(memoryBytes: 1 << 20, work: 200))
        #expect(limited?.kind == .exceedsLimit)
    }

    /// Every family's words are read back as they were written, and one word more or less is refused.
    @Test func codesEveryFamily() throws {
        let loop = PlainLoop([2, 3])
        let view = PlainView(offset: -7, strides: [5, -1])
        let axes = PlainAxes(kept: loop, view, reduced: PlainLoop([9]), PlainView(strides: [1]))
        let part = PlainCopy.Part(loop: loop, source: view, result: view)
        var window = PlainWindow()
        (window.images, window.kernelWidth, window.paddingLeft) = (3, 7, 2)
        let kernels: [PlainKernel] = [
            .elementwise(PlainElementwise(Activation(.clip, -1, 2))),
            .arithmetic(PlainArithmetic(.power, loop: loop, left: view, right: view, activation: Activation(.elu, 3))),
            .comparison(PlainComparison(.greaterOrEqual, loop: loop, left: view, right: view)),
            .logic(PlainLogic(.xor, loop: loop, left: view, right: view)),
            .selection(PlainSelection(loop: loop, condition: view, whenTrue: view, whenFalse: PlainView())),
            .copy(PlainCopy([part, PlainCopy.Part(loop: loop, source: view, result: PlainView())], filler: 1 << 40)),
            .copy(PlainCopy([])),
            .gather(PlainGather(PlainLine(outer: 1, axis: 2, inner: 3))), .reduction(PlainReduction(.minimum, axes)),
            .argumentMaximum(PlainArgumentMaximum(PlainLine(outer: 1, axis: 2, inner: 3), selectsLast: true)),
            .matrixMultiplication(
                PlainMatrixMultiplication(
                    rows: 1, depth: 2, columns: 3, loop: loop, left: view, right: view, activation: Activation(.tanh))),
            .softmax(PlainSoftmax(PlainLine(outer: 1, axis: 2, inner: 3), logarithm: true)),
            .normalization(PlainNormalization(axes, epsilon: 0.25)), .cast(PlainCast()),
            .quantization(PlainQuantization(loop: loop, scale: view, zeroPoint: view)),
            .dequantization(PlainDequantization(loop: loop, scale: view, zeroPoint: view)),
            .resampling(PlainResampling(outer: 1, input: 2, inner: 3, output: 4, taps: 5)),
            .convolution(PlainConvolution(window, filters: 4, groups: 2, activation: Activation(.relu))),
            .transposedConvolution(PlainTransposedConvolution(window, filters: 4)),
            .poolingPositions(PlainPoolingPositions(window, columnMajor: true)),
            .scatter(PlainScatter(.minimum, axis: 2, inner: 3)),
            .cumulative(PlainCumulative(.product, PlainLine(outer: 1, axis: 2, inner: 3), isExclusive: true)),
            .topPositions(PlainTopPositions(PlainLine(outer: 1, axis: 2, inner: 3), count: 2, largest: true)),
        ]
        #expect(Set(kernels.map(\.family)).count == PlainKernel.Family.allCases.count)
        for kernel in kernels {
            var reader = WordReader(kernel.words)
            #expect(try PlainKernel(kernel.family, reading: &reader) == kernel)
            for words in [kernel.words + [0], kernel.words.dropLast()] where words.count != kernel.words.count {
                var reader = WordReader(words)
                #expect(throws: PlanError.self, "\(kernel.family)") {
                    try KernelParameters(family: kernel.family.rawValue, reading: &reader)
                }
            }
        }
        for kernel in [
            KernelParameters.input(entry: 2, image: 3), .plainInput(entry: 1), .plainOutput(entry: 4),
            .blocking(ImageStrides(offset: 1, image: 2, row: 3, column: 4, channel: 5)),
            .unblocking(ImageStrides(row: 1, column: 2, channel: 3)),
        ] {
            var reader = WordReader(kernel.words)
            #expect(try KernelParameters(family: kernel.familyCode, reading: &reader) == kernel)
        }
    }
}
