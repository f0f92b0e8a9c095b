import GraphIR

/// A function while a pass rewrites it. It answers who makes and who uses a value, and keeps the answers right through
/// every change. Each node is in a slot, a number that stays its address until `finish()` gives the function as it is then.
///
/// A graph may have a hundred thousand nodes that read one value, or a node with as many operands. So no change goes through all readers
/// of a value: what is read in place of another value is noted, and looked up when a node is asked for.
struct FunctionEditor {
    private var function: Function
    /// The node in each slot, with the inputs that it was given; what is read in their place by now is found in `replacements`.
    private var slotNodes: [Node?]
    /// By value: the slot of the node that makes it.
    private var producers: [Int?]
    /// By value: how often the node in a slot uses it.
    private var uses: [[Int: Int]]
    /// By value: how many outputs of the function it is.
    private var outputUses: [Int]
    /// By value: the one that is read in its place.
    private var replacements: [ValueID?]
    private var names: UniqueNames

    init(_ function: Function) {
        self.function = function
        slotNodes = function.nodes
        producers = Array(repeating: nil, count: function.values.count)
        uses = Array(repeating: [:], count: function.values.count)
        replacements = Array(repeating: nil, count: function.values.count)
        outputUses = Array(repeating: 0, count: function.values.count)
        names = UniqueNames(taken: function.values.map(\.name))
        for slot in slotNodes.indices { register(slot) }
        for output in function.outputs { outputUses[output.value.index] += 1 }
    }
}

// MARK: Questions
extension FunctionEditor {
    var functionName: String { function.name }

    /// Every slot there is now, in an order in which producers come first; some are empty.
    var slots: Range<Int> { slotNodes.indices }

    /// The node in a slot; nil when it was erased.
    func node(_ slot: Int) -> Node? {
        guard var node = slotNodes[slot] else { return nil }
        for index in node.inputs.indices where replacements[node.inputs[index].index] != nil {
            node.inputs[index] = current(node.inputs[index])
        }
        return node
    }

    func type(of value: ValueID) -> TensorType { function.type(of: value) }

    /// The slot of the node that makes a value; nil for the function's inputs.
    func producer(of value: ValueID) -> Int? { producers[value.index] }

    /// The slots of the nodes that use a value, ascending and without repetition.
    func users(of value: ValueID) -> [Int] { uses[value.index].keys.sorted() }

    func isOutput(_ value: ValueID) -> Bool { outputUses[value.index] > 0 }

    /// The slot of the node that uses a value once, when that is the value's only use and it is no output.
    func soleUser(of value: ValueID) -> Int? {
        guard uses[value.index].count == 1, !isOutput(value), let use = uses[value.index].first else { return nil }
        return use.value == 1 ? use.key : nil
    }

    /// Whether nobody reads a value.
    func isUnused(_ value: ValueID) -> Bool { uses[value.index].isEmpty && !isOutput(value) }

    /// The constant that a value is, if it is one.
    func constant(_ value: ValueID) -> ConstantID? {
        guard let slot = producer(of: value), case .constant(let operation)? = slotNodes[slot]?.operation else { return nil }
        return operation.id
    }
}

// MARK: Changes
extension FunctionEditor {
    /// Puts another node in a slot. Values that only the old node made are without a producer from now on.
    mutating func replace(_ slot: Int, with node: Node) {
        unregister(slot)
        slotNodes[slot] = node
        register(slot)
    }

    mutating func erase(_ slot: Int) {
        unregister(slot)
        slotNodes[slot] = nil
    }

    /// Lets everyone who reads `old`, the function's outputs included, read `new` instead. A node that is later given `old` as an
    /// input reads `new` too.
    mutating func replaceUses(of old: ValueID, with new: ValueID) {
        let new = current(new)
        guard replacements[old.index] == nil, old != new else { return }
        replacements[old.index] = new
        var (fewer, more) = (uses[old.index], uses[new.index])
        uses[old.index] = [:]
        uses[new.index] = [:]
        if fewer.count > more.count { swap(&fewer, &more) }
        more.merge(fewer, uniquingKeysWith: +)
        uses[new.index] = more
        outputUses[new.index] += outputUses[old.index]
        outputUses[old.index] = 0
    }

    /// What is read in place of a value by now.
    private func current(_ value: ValueID) -> ValueID {
        var value = value
        while let replacement = replacements[value.index] { value = replacement }
        return value
    }

    /// A new value without a producer; its name is made unique.
    mutating func addValue(named name: String, _ type: TensorType) -> ValueID {
        let id = ValueID(function.values.count)
        function.values.append(Value(name: names.claim(name), type: type))
        producers.append(nil)
        uses.append([:])
        replacements.append(nil)
        outputUses.append(0)
        return id
    }

    /// A node behind all others; `finish()` moves it in front of its first user.
    mutating func append(_ node: Node) {
        slotNodes.append(node)
        register(slotNodes.count - 1)
    }

    /// A new node for a constant of the table.
    mutating func addConstant(_ id: ConstantID, of table: ConstantTable, named name: String) -> ValueID {
        let value = addValue(named: name, table[id].type)
        append(Node(.constant(ConstantOperation(id)), inputs: [], outputs: [value], name: name))
        return value
    }

    /// Erases the makers of values that nobody reads any more.
    mutating func eraseUnused(_ values: [ValueID]) {
        for value in values {
            guard let slot = producer(of: value), let node = slotNodes[slot] else { continue }
            guard node.outputs.allSatisfy(isUnused) else { continue }
            erase(slot)
        }
    }

    private mutating func register(_ slot: Int) {
        guard let node = slotNodes[slot] else { return }
        for value in node.inputs { uses[current(value).index][slot, default: 0] += 1 }
        for value in node.outputs { producers[value.index] = slot }
    }

    private mutating func unregister(_ slot: Int) {
        guard let node = slotNodes[slot] else { return }
        for value in node.inputs { uses[current(value).index][slot] = nil }
        for value in node.outputs where producers[value.index] == slot { producers[value.index] = nil }
    }
}

// MARK: The result
extension FunctionEditor {
    /// The function as edited: nodes in their old order, except that a node moves up in front of the first that needs
    /// it; values that nothing mentions are gone.
    func finish() -> Function {
        var result = function
        result.nodes = orderedNodes()
        for index in result.outputs.indices { result.outputs[index].value = current(result.outputs[index].value) }
        result.compact()
        return result
    }

    private func orderedNodes() -> [Node] {
        var ordered: [Node] = []
        var isPlaced = Array(repeating: false, count: slotNodes.count)
        for root in slots {
            // An explicit stack: a chain of operations may be deeper than the call stack.
            var pending = [root]
            while let slot = pending.last {
                guard !isPlaced[slot], let node = node(slot) else {
                    pending.removeLast()
                    continue
                }
                let missing = node.inputs.compactMap { producers[$0.index] }.filter { !isPlaced[$0] }
                if missing.isEmpty {
                    ordered.append(node)
                    isPlaced[slot] = true
                    pending.removeLast()
                } else {
                    pending += missing.reversed()
                }
            }
        }
        return ordered
    }
}
