import GraphIR
import PlanFormat

/// What a graph may ask of a plan and of its compiler, checked once, before anything is lowered. A few bytes of a model's file
/// can ask for any size; sizes within these bounds fit the integers of lowering and of the plan, and the tables that are made of
/// them fit memory.
///
/// | what | at most |
/// |---|---|
/// | bytes of all inputs and outputs | `PlanLimits.standard.memoryBytes` |
/// | bytes of a tensor that is held whole, sides of 0 counted as 1 | ``wholeTensorBytes`` |
/// | rows, columns and channels of an image | `FileLayout.largestSide`, `largestChannelCount` |
/// | size, stride, dilation, padding and span of a window, positions in it, groups, a fused pooling | `largestExtent`, `largestWindow` |
/// | elements of an axis that is resized, before and behind it | ``resizedSide`` |
/// | entries of all tables of positions and weights | ``tableEntries`` |
/// | bytes of all packed weights | ``packedBytes(of:)`` |
/// | multiply-accumulates of a run | `PlanLimits.standard.work` |
///
/// An image of float32 or bytes, `[N, H, W, C]` in any order, is mostly not held whole. Where lowering finds that one has to be, it
/// asks ``wholeTensorProblem(_:_:)`` too. What depends on the kernels and halos that lowering chooses is checked behind it
/// (`UnscheduledPlan.checkBounds`).
struct GraphBounds {
    /// A run takes this and more for each of them. Their elements then are fewer than 2^30, so that every offset, stride and
    /// count of a loop over them fits the 32 bits that plans have for it.
    static let wholeTensorBytes = (1 << 30) - 1
    static let resizedSide = FileLayout.largestSide
    /// Some sixteen bytes each while the plan is made.
    static let tableEntries = 1 << 24
    /// Packing fills up blocks of 16 channels, and gives the groups of a transposed convolution each other's channels.
    static func packedBytes(of graph: Graph) -> Int {
        (256 << 20) + 4 * graph.constants.ids.reduce(0) { $0 + graph.constants[$1].bytes.count }
    }

    /// - Throws: ``CompileError/exceedsBounds(_:)`` with everything that is too large.
    static func check(_ graph: Graph) throws(CompileError) {
        var bounds = GraphBounds(function: graph.main)
        bounds.checkInputs()
        bounds.checkEntryBytes()
        let isLive = bounds.function.liveValues()
        for node in bounds.function.nodes where node.outputs.contains(where: { isLive[$0.index] }) { bounds.check(node) }
        bounds.messages.check(bounds.tables, atMost: tableEntries, "entries of the tables for padding and resizing")
        bounds.messages.check(
            bounds.packed.values.reduce(0) { $0.saturating(plus: $1) }, atMost: packedBytes(of: graph), "bytes of packed weights")
        bounds.messages.check(bounds.work, atMost: Int(clamping: PlanLimits.standard.work), "multiply-accumulates of a run")
        try bounds.messages.finish()
    }

    /// Why a tensor cannot be held whole; nil where it can.
    static func wholeTensorProblem(_ type: TensorType, _ name: String) -> String? {
        guard let sides = type.staticShape else { return nil }
        let bytes = sides.reduce(type.element.byteCount) { $0.saturating(times: max($1, 1)) }
        return bytes > wholeTensorBytes
            ? "'\(name)' is \(type), which takes \(bytes) bytes where it is held whole; at most \(wholeTensorBytes) are supported" : nil
    }

    let function: Function
    var messages = BoundsMessages()
    var tables = 0
    var work = 0
    /// By constant and by how it is packed.
    private var packed: [PackedWeights: Int] = [:]

    private struct PackedWeights: Hashable {
        var weights: ValueID
        var isTransposed: Bool
    }

    private init(function: Function) { self.function = function }
}

// MARK: Tensors
extension GraphBounds {
    private mutating func checkInputs() {
        for input in function.inputs { check(input, of: "input '\(function[input].name)'") }
    }

    /// Whoever runs the plan holds them, whatever the plan does with them.
    private mutating func checkEntryBytes() {
        let bytes = (function.inputs + function.outputs.map(\.value)).reduce(0) { sum, value in
            let type = function.type(of: value)
            return sum.saturating(plus: type.staticShape?.reduce(type.element.byteCount) { $0.saturating(times: $1) } ?? 0)
        }
        messages.check(bytes, atMost: PlanLimits.standard.memoryBytes, "bytes of the inputs and outputs")
    }

    private mutating func check(_ value: ValueID, of place: String) {
        let type = function.type(of: value)
        guard !type.couldBeImage, let problem = Self.wholeTensorProblem(type, function[value].name) else { return }
        messages.add("\(place): \(problem)")
    }

    private mutating func check(_ node: Node) {
        let place = "\(node.operation.mnemonic) '\(node.name)'"
        for output in node.outputs { check(output, of: place) }
        if node.operation.isOfImages {
            for value in node.operation.imageOperands(node.inputs) + node.outputs { checkImage(value, of: place) }
        }
        checkAttributes(node, place)
        let (operands, results) = (node.inputs.map { function.type(of: $0) }, node.outputs.map { function.type(of: $0) })
        work = work.saturating(plus: node.operation.multiplyAccumulates(operands: operands, results: results) ?? 0)
    }

    private mutating func checkImage(_ value: ValueID, of place: String) {
        guard let sides = function.type(of: value).staticShape, sides.count == 4 else { return }
        let name = function[value].name
        messages.check(sides[1], atMost: FileLayout.largestSide, "\(place): rows of '\(name)'")
        messages.check(sides[2], atMost: FileLayout.largestSide, "\(place): columns of '\(name)'")
        messages.check(sides[3], atMost: FileLayout.largestChannelCount, "\(place): channels of '\(name)'")
    }
}

// MARK: Operations

/// An operation whose attributes may be beyond what lowering and plans can hold. Whatever has kernels is one.
protocol BoundedOperation {
    /// Adds to `bounds` what is too large, and what the packed weights and tables of the node take.
    /// - Parameter place: the operation and its name, for messages.
    func checkBounds(of node: Node, _ place: String, in bounds: inout GraphBounds)
}

extension BoundedOperation {
    func checkBounds(of node: Node, _ place: String, in bounds: inout GraphBounds) {}
}

extension GraphBounds {
    /// What an operation's own file checks of its attributes. The sides of the result are checked of every operation.
    private mutating func checkAttributes(_ node: Node, _ place: String) {
        let lowering = node.operation.lowering
        let bounded: (any BoundedOperation)? = lowering.images ?? lowering.plain
        bounded?.checkBounds(of: node, place, in: &self)
    }

    /// The sides of a node's first operand; none where they are not known.
    func sides(of node: Node) -> [Int] { node.inputs.first.flatMap { function.type(of: $0).staticShape } ?? [] }

    /// - Parameter edges: the rows and columns that are added around an image of some size, or cropped.
    mutating func check(_ window: Window, of node: Node, edges: (Window, Spatial) -> EdgeAmounts, _ place: String) {
        let sides = sides(of: node)
        guard sides.count == 4 else { return }
        let most = FileLayout.largestExtent
        let edges = edges(window, Spatial(sides[1], sides[2]))
        let extent = window.extent
        let axes = [
            ("rows", window.size.height, window.strides.height, window.dilations.height, (edges.top, edges.bottom), extent.height),
            ("columns", window.size.width, window.strides.width, window.dilations.width, (edges.left, edges.right), extent.width),
        ]
        for ((name, size, stride, dilation, padding, span), side) in zip(axes, sides[1...]) {
            messages.check(size, atMost: most, "\(place): \(name) of the window")
            messages.check(stride, atMost: most, "\(place): the stride over \(name)")
            messages.check(dilation, atMost: most, "\(place): the dilation over \(name)")
            messages.check(max(padding.0, padding.1), atMost: most, "\(place): padded \(name)")
            messages.check(span, atMost: most, "\(place): \(name) that the window spans")
            // Behind a fused pooling they are fewer.
            let results = (side + padding.0 + padding.1 - span) / stride + 1
            messages.check(results, atMost: FileLayout.largestSide, "\(place): \(name) of the result")
        }
        messages.check(
            window.size.height * window.size.width, atMost: FileLayout.largestWindow, "\(place): positions of the window")
    }

    /// Counts the packed form of a kernel, once for all that read it.
    /// - Parameter rows: of 16 output channels each, from the kernel's sides.
    mutating func pack(_ kernel: ValueID, isTransposed: Bool, rows: ([Int]) -> Int) {
        guard let sides = function.type(of: kernel).staticShape, sides.count == 4 else { return }
        var count = rows(sides)
        if !isTransposed { count = count.saturating(times: (sides[3] + PlanValue.lanes - 1) / PlanValue.lanes) }
        let bytes = count.saturating(times: PlanValue.lanes * MemoryLayout<Float>.stride)
        let key = PackedWeights(weights: kernel, isTransposed: isTransposed)
        packed[key] = max(packed[key] ?? 0, bytes)
    }
}

extension TensorType {
    /// Whether lowering may hold a few rows of the tensor at a time.
    fileprivate var couldBeImage: Bool {
        rank == 4 && (element == .float32 || element == .uint8) && staticShape?.contains(0) == false
    }
}

extension Sequence<Int> {
    var product: Int { reduce(1) { $0.saturating(times: $1) } }
}

extension Operation {
    /// The operands that are images.
    fileprivate func imageOperands(_ operands: [ValueID]) -> ArraySlice<ValueID> {
        if case .convolution(let convolution) = self { return operands.prefix(convolution.sourceCount) }
        return operands.prefix(1)
    }
}

/// Collects what is too large.
struct BoundsMessages {
    var messages: [String] = []
    /// More would hide the first ones.
    private static let most = 20

    func finish() throws(CompileError) {
        guard !messages.isEmpty else { return }
        let rest = messages.count - Self.most
        throw .exceedsBounds(messages.prefix(Self.most) + (rest > 0 ? ["and \(rest) more"] : []))
    }

    mutating func add(_ message: String) { messages.append(message) }

    mutating func check(_ found: Int, atMost most: Int, _ what: @autoclosure () -> String) {
        if found > most { add("\(what()): \(found), at most \(most)") }
    }
}
