import Testing

@testable import GraphIR

@Suite struct FunctionTests {
    private func sample() throws -> Function {
        try GraphText.parse(
            """
            venule 1 entry @f function @f(%x: f32[2]) {
              %a = relu(%x) : f32[2]
              %b = add(%a, %a) : f32[2]
              %c = tanh(%a) : f32[2]
              return %b, %a as "early"
            }
            """
        ).main
    }

    @Test func usersAreListedOnce() throws { #expect(try sample().users() == [[0], [1, 2], [], []]) }

    @Test func compactingDropsWhatNothingMakes() throws {
        var f = try sample()
        f.values.append(Value(name: "d", type: TensorType([2])))
        let added = ValueID(f.values.count - 1)
        f.nodes[0] = Node(.identity(Identity()), inputs: [ValueID(0)], outputs: [added], name: "new")
        for index in 1...2 { f.nodes[index].inputs = [added] }
        f.outputs.removeLast()
        f.compact()
        #expect(f.values.map(\.name) == ["x", "d", "b", "c"])
        #expect(f.nodes.map(\.outputs) == [[ValueID(1)], [ValueID(2)], [ValueID(3)]])
        f.nodes[1].inputs.append(ValueID(1))
        try Graph(main: f).verify()
        let compacted = f
        f.compact()
        #expect(f == compacted)
    }

    /// TensorFlow's SAME: an odd row goes to the bottom, with ONNX's SAME_LOWER to the top.
    @Test(arguments: [
        (7, 3, 1, 1, 1, 1), (7, 3, 2, 1, 1, 1), (8, 3, 2, 1, 0, 1), (8, 2, 1, 1, 0, 1), (5, 2, 3, 1, 0, 0), (9, 3, 1, 2, 2, 2),
    ])
    func samePadding(side: Int, size: Int, stride: Int, dilation: Int, before: Int, after: Int) throws {
        var window = Window(
            size: Spatial(size, size), strides: Spatial(stride, stride), dilations: Spatial(dilation, dilation), padding: .same)
        let image = Spatial(side, side)
        #expect(window.edges(of: image) == EdgeAmounts(top: before, left: before, bottom: after, right: after))
        window.padding = .sameLower
        #expect(window.edges(of: image) == EdgeAmounts(top: after, left: after, bottom: before, right: before))
        // The same padding, given in numbers, makes as many rows.
        let sides = try window.outputSides(Dimension(side), Dimension(side))
        window.padding = .explicit(top: before, left: before, bottom: after, right: after)
        #expect(try window.outputSides(Dimension(side), Dimension(side)) == sides)
    }

    @Test(arguments: [(2, 2, 0, 0), (3, 2, 0, 1), (4, 2, 1, 1), (1, 2, 0, -1), (3, 1, 1, 1)])
    func transposedCrop(size: Int, stride: Int, before: Int, after: Int) {
        let window = Window(size: Spatial(size, size), strides: Spatial(stride, stride), padding: .same)
        let crop = TransposedConvolution(window: window, hasBias: false).crop
        #expect(crop == EdgeAmounts(top: before, left: before, bottom: after, right: after))
    }

    @Test func builderNamesFunctionAndNode() {
        var builder = FunctionBuilder(name: "f")
        let x = builder.input("x", TensorType([1, 8, 8, 2]))
        let error = #expect(throws: GraphError.self) { try builder.append(.softmax(Softmax(axis: 4)), [x], name: "odds") }
        #expect(error?.description == "function 'f', node 'odds': softmax of (f32[1, 8, 8, 2]): axis 4 is outside of a tensor with 4 axes")
        let unknown = #expect(throws: GraphError.self) { try builder.append(.identity(Identity()), [ValueID(5)], name: "odds") }
        #expect(unknown?.description == "function 'f', node 'odds': operand 5 is no value of this function")
    }
}
