extension Graph {
    /// The graph for inputs of one shape: the symbols of the entry's inputs become numbers, and every type follows. A function
    /// whose calls all have the same operand types is bound as well.
    ///
    /// - Parameter inputShapes: the sides of each of the main function's inputs, by name. Inputs whose type has no symbols, or
    ///   only symbols that others determine, may be left out.
    /// - Throws: an error such as "input 'image' wants nx(16*h)x(16*w)x3: 600 is no multiple of 16".
    public func binding(inputShapes: [String: [Int]]) throws(GraphError) -> Graph {
        guard let main = function(named: mainName) else { throw GraphError("there is no function '\(mainName)'") }
        var solver = SymbolSolver()
        for name in inputShapes.keys.sorted() {
            guard let input = main.inputs.first(where: { main[$0].name == name }), let shape = inputShapes[name] else {
                let names = main.inputs.map { "'\(main[$0].name)'" }.joined(separator: ", ")
                throw GraphError("there is no input '\(name)'; the inputs are \(names)")
            }
            let declared = main.type(of: input)
            let given = TensorType(declared.element, shape.map { Dimension($0) })
            guard declared.rank == given.rank else {
                throw GraphError("input '\(name)' wants \(declared.shapeText), not \(given.shapeText)")
            }
            do throws(GraphError) { try given.checkBounds() } catch {
                throw GraphError("input '\(name)' wants \(declared.shapeText): \(error.message)")
            }
            solver.require(declared, is: given, place: "input '\(name)'")
        }
        let bindings = try solver.solve()
        var types: [TensorType] = []
        for input in main.inputs {
            types.append(main.type(of: input).substituting(bindings))
            guard types[types.count - 1].staticShape != nil else {
                throw GraphError("input '\(main[input].name)' wants \(main.type(of: input).shapeText); give its shape")
            }
        }
        return try specialized(mainTypes: types)
    }

    /// Sets the entry's input types and infers every other type again, callers before the functions they call. A function
    /// keeps its symbols where calls want several types, or where a caller's own symbols stayed: those mean nothing in it.
    private func specialized(mainTypes: [TensorType]) throws(GraphError) -> Graph {
        var result = self
        let declared = functionsByName()
        var indexByName: [String: Int] = [:]
        for (index, function) in functions.enumerated() where indexByName[function.name] == nil {
            indexByName[function.name] = index
        }
        var wanted: [String: Set<[TensorType]>] = [mainName: [mainTypes]]
        for name in try callersFirst() {
            guard let index = indexByName[name] else { continue }
            if let types = wanted[name], types.count == 1, let only = types.first, only.allSatisfy({ $0.staticShape != nil }) {
                try result.functions[index].infer(inputTypes: only, callee: { declared[$0] }, constants: constants)
            }
            for node in result.functions[index].nodes {
                guard case .call(let call) = node.operation else { continue }
                wanted[call.function, default: []].insert(node.inputs.map { result.functions[index].type(of: $0) })
            }
        }
        return result
    }

    /// The functions that the main function reaches, each before the ones it calls.
    private func callersFirst() throws(GraphError) -> [String] {
        switch callOrder(from: [mainName]) {
        case .success(let names): return names.reversed()
        case .failure(let error): throw error
        }
    }
}

extension Function {
    /// Gives the inputs new types, puts what the symbols stand for then into the operations and infers the other types. Ids
    /// have to be in range and operations in order.
    mutating func infer(
        inputTypes: [TensorType], callee: (String) -> Function?, constants: ConstantTable
    ) throws(GraphError) {
        let bindings = try symbols(forInputs: inputTypes)
        for (input, type) in zip(inputs, inputTypes) { values[input.index].type = type }
        for index in nodes.indices {
            nodes[index].operation = nodes[index].operation.substituting(bindings)
            let node = nodes[index]
            let types: [TensorType]
            do throws(GraphError) {
                types = try node.operation.resultTypes(
                    operands: node.inputs.map { values[$0.index].type }, callee: callee, constantType: constants.type(of:))
            } catch {
                throw error.located(function: name, node: node.name)
            }
            guard types.count == node.outputs.count else {
                throw GraphError(
                    "\(node.operation.keyword) gives \(types.count) results, \(node.outputs.count) are declared", function: name,
                    node: node.name)
            }
            for (output, type) in zip(node.outputs, types) { values[output.index].type = type }
        }
    }
}
