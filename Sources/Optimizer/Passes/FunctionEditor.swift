import GraphIR

/// A function while a pass rewrites it: answers who makes and who uses a value, and keeps the answers right through
/// every change. Nodes are addressed by slots, which stay valid until `finish()`.
struct FunctionEditor {
    private var function: Function
    private var slotNodes: [Node?]
    private var producers: [Int?]
    /// By value: the slot of each use, so that a node that reads a value twice is there twice.
    private var uses: [[Int]]
    private var outputUses: [Int]
    private var names: UniqueNames

    init(_ function: Function) {
        self.function = function
        slotNodes = function.nodes
        producers = Array(repeating: nil, count: function.values.count)
        uses = Array(repeating: [], count: function.values.count)
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
    func node(_ slot: Int) -> Node? { slotNodes[slot] }

    func type(of value: ValueID) -> TensorType { function.type(of: value) }

    /// The slot of the node that makes a value; nil for the function's inputs.
    func producer(of value: ValueID) -> Int? { producers[value.index] }

    /// One slot for each use by a node.
    func users(of value: ValueID) -> [Int] { uses[value.index] }

    func isOutput(_ value: ValueID) -> Bool { outputUses[value.index] > 0 }

    /// The slot of the node that uses a value once, when that is the value's only use and it is no output.
    func soleUser(of value: ValueID) -> Int? {
        uses[value.index].count == 1 && !isOutput(value) ? uses[value.index][0] : nil
    }

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

    /// Lets everyone who reads `old`, the function's outputs included, read `new`.
    mutating func replaceUses(of old: ValueID, with new: ValueID) {
        for slot in Set(uses[old.index]) {
            guard var node = slotNodes[slot] else { continue }
            node.inputs = node.inputs.map { $0 == old ? new : $0 }
            slotNodes[slot] = node
        }
        uses[new.index] += uses[old.index]
        uses[old.index] = []
        for index in function.outputs.indices where function.outputs[index].value == old {
            function.outputs[index].value = new
        }
        outputUses[new.index] += outputUses[old.index]
        outputUses[old.index] = 0
    }

    /// A new value without a producer; its name is made unique.
    mutating func addValue(named name: String, _ type: TensorType) -> ValueID {
        let id = ValueID(function.values.count)
        function.values.append(Value(name: names.claim(name), type: type))
        producers.append(nil)
        uses.append([])
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
            guard node.outputs.allSatisfy({ uses[$0.index].isEmpty && !isOutput($0) }) else { continue }
            erase(slot)
        }
    }

    private mutating func register(_ slot: Int) {
        guard let node = slotNodes[slot] else { return }
        for value in node.inputs { uses[value.index].append(slot) }
        for value in node.outputs { producers[value.index] = slot }
    }

    private mutating func unregister(_ slot: Int) {
        guard let node = slotNodes[slot] else { return }
        for value in node.inputs {
            if let position = uses[value.index].firstIndex(of: slot) { uses[value.index].remove(at: position) }
        }
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
                guard let node = slotNodes[slot], !isPlaced[slot] else {
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

/// Hands out names that are not taken yet.
struct UniqueNames {
    private var taken: Set<String>
    /// Where counting goes on for a name that was wanted before.
    private var nextNumbers: [String: Int] = [:]

    init(taken: [String]) { self.taken = Set(taken) }

    /// `wanted`, or `wanted.2`, `wanted.3` and so on when that is taken.
    mutating func claim(_ wanted: String) -> String {
        var name = wanted
        while !taken.insert(name).inserted {
            let number = nextNumbers[wanted, default: 2]
            nextNumbers[wanted] = number + 1
            name = "\(wanted).\(number)"
        }
        return name
    }
}
