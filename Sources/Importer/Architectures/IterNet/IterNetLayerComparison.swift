/// Compares every layer of a file, with or without weights, with the layout of an IterNet: its place, its class and its
/// arguments.
///
/// The weights do not say which activation a layer has, where a pooling is or how large a dilation is. Class names (declared,
/// or guessed from the names of layers) and declared arguments do. Whatever contradicts the layout is a problem; whatever the
/// file leaves out is an assumption. Layers that only matter in training may be there or not, of whatever kind. A ReLU may be a
/// layer of either class or the activation of the convolution.
struct IterNetLayerComparison {
    let layout: IterNetLayout
    private let layers: [KerasLayer]
    /// Whether any layer without weights stands where a ReLU belongs.
    private let listsActivations: Bool
    private(set) var problems: [ImportProblem] = []
    private(set) var assumptions: [String] = []
    /// For each layer of the layout, the name that the file has for it, or else a name of its own.
    private(set) var names: [String]
    /// For each dropout of the layout that the file has, its rate; 0 if the file does not tell.
    private(set) var dropoutRates: [Int: Float] = [:]
    /// The heads of the layout that are declared with softmax.
    private(set) var softmaxHeads: Set<Int> = []
    /// Layers of the layout that the file has no layer for.
    private var absent: Set<Int> = []
    /// Layers of the file that are not in the layout and only pass on their input.
    private var passing: [String: [[String]]] = [:]
    private var untold = 0
    private var takenForReLU = 0

    /// - Parameter steps: how the layers with weights pair, by their positions among such layers.
    init(layout: IterNetLayout, layers: [KerasLayer], weighted steps: [SequenceAlignment.Step]) {
        self.layout = layout
        self.layers = layers
        names = layout.layers.enumerated().map { "\($1.className.lowercased())_\($0)" }
        listsActivations = layers.contains { layer in
            layer.weights.isEmpty && !["InputLayer", "MaxPooling2D", "Concatenate"].contains(layer.className)
                && !layer.isIdentityAtInference
        }
        let gaps = IterNetGap.gaps(layout: layout, layers: layers, steps: steps)
        for gap in gaps { nameConvolution(of: gap) }
        compareHeads(gaps)
        if layers.allSatisfy({ !$0.weights.isEmpty || $0.className == "InputLayer" }) {
            if let first = layers.first, first.weights.isEmpty { names[layout.input] = first.name }
            absent = Set(layout.layers.indices.filter { layout.layers[$0].weightShapes.isEmpty })
            assumptions = ["the file lists no layers without weights: ReLU after each 3x3 convolution was taken for granted"]
        } else {
            for gap in gaps { compare(gap) }
            compareConnections(gaps)
        }
        addAssumptions()
    }

    private mutating func addAssumptions() {
        if untold > 0 {
            assumptions.append(
                "the names of \(untold) layers without weights do not tell their class: "
                    + "what an IterNet has at their places was taken for granted")
        }
        if takenForReLU > 0 {
            assumptions.append("\(takenForReLU) activations of which the file does not tell the kind were taken for ReLU")
        }
        if layers.allSatisfy({ $0.declaration == nil }) {
            assumptions.append("the file has weights only: the layers' arguments were taken to be those of an IterNet")
        }
    }
}

// MARK: One gap
extension IterNetLayerComparison {
    private mutating func nameConvolution(of gap: IterNetGap) {
        guard let anchor = gap.anchor else { return }
        names[anchor.expected] = layers[anchor.found].name
    }

    private mutating func compare(_ gap: IterNetGap) {
        if let anchor = gap.anchor { compareArguments(anchor) }
        var expected = gap.expected.filter { layout.layers[$0].kind != .dropout }
        let dropouts = gap.expected.filter { layout.layers[$0].kind == .dropout }
        let identities = gap.found.filter { layers[$0].isIdentityAtInference }
        var found = gap.found.filter { !layers[$0].isIdentityAtInference }

        let hasOwnReLU = gap.anchor.map { declaresReLU(layers[$0.found]) } ?? false
        if let relu = expected.first, layout.layers[relu].kind == .relu, !found.contains(where: isActivation),
            hasOwnReLU || (!listsActivations && gap.anchor.map { layers[$0.found].declaration == nil } ?? false)
        {
            expected.removeFirst()
            absent.insert(relu)
            if let anchor = gap.anchor { names[relu] = "\(names[anchor.expected])_relu" }
            if !hasOwnReLU { takenForReLU += 1 }
        }
        takeDropouts(dropouts, identities, unknown: &found, beyond: expected.count)
        if expected.count == found.count {
            for (index, layer) in zip(expected, found) { compare(index, with: layer) }
        } else {
            report(expected, found)
        }
    }

    /// Pairs the dropouts of the layout with the layers that do nothing at inference, and then with layers of unknown class, as
    /// far as the layout's other layers do not need these. Those that remain on either side have no counterpart.
    private mutating func takeDropouts(_ dropouts: [Int], _ identities: [Int], unknown found: inout [Int], beyond count: Int) {
        var taken = identities
        while taken.count < dropouts.count, found.count > count, dropouts.count > 0,
            let position = found.indices.dropFirst().first(where: { layers[found[$0]].className == nil })
        {
            taken.append(found.remove(at: position))
            untold += 1
        }
        for (dropout, layer) in zip(dropouts, taken) {
            names[dropout] = layers[layer].name
            dropoutRates[dropout] = Float(layers[layer].declaration?.arguments["rate"]?.number ?? 0)
        }
        absent.formUnion(dropouts.dropFirst(taken.count))
        for layer in taken.dropFirst(dropouts.count) { passing[layers[layer].name] = layers[layer].declaration?.calls ?? [] }
    }

    private func isActivation(_ index: Int) -> Bool {
        guard let className = layers[index].className else { return true }
        return KerasClassNames.activations.contains(className)
    }

    private func declaresReLU(_ layer: KerasLayer) -> Bool {
        layer.declaration?.arguments["activation"] == .string("relu")
    }

    private mutating func compare(_ index: Int, with position: Int) {
        let expected = layout.layers[index]
        let layer = layers[position]
        names[index] = layer.name
        switch (layer.className, expected.kind) {
        case (nil, _): untold += 1
        case ("Activation", .relu) where layer.declaration == nil: takenForReLU += 1
        case ("Activation", .relu) where declaresReLU(layer): break
        case ("Activation", .relu):
            problems.append(
                ImportProblem(
                    place: layer.name, className: "Activation", attribute: "activation",
                    found: layer.declaration?.arguments["activation"]?.description ?? "missing, default is 'linear'",
                    accepted: "'relu'"))
        case (let className?, _) where className != expected.className:
            problems.append(
                ImportProblem(
                    place: layer.name, className: className, attribute: "class", found: className,
                    accepted: "\(expected.className) (\(expected.role))"))
        default:
            if let declaration = layer.declaration {
                problems += IterNetArguments.problems(of: declaration, expected)
            }
        }
    }

    private mutating func compareArguments(_ anchor: IterNetGap.Anchor) {
        let expected = layout.layers[anchor.expected]
        let layer = layers[anchor.found]
        // A layer whose shape differs has been reported already, and its arguments would only repeat that.
        guard anchor.isSame else { return }
        if let className = layer.className, className != expected.className {
            problems.append(
                ImportProblem(
                    place: layer.name, className: className, attribute: "class", found: className,
                    accepted: "\(expected.className) (\(expected.role))"))
        } else if let declaration = layer.declaration {
            problems += IterNetArguments.problems(of: declaration, expected)
        }
    }

    /// Reports that a gap has more or fewer layers in the file than in the layout, and by their classes which ones.
    private mutating func report(_ expected: [Int], _ found: [Int]) {
        let wantedClasses = expected.map { layout.layers[$0].className }
        let classes = found.map { layers[$0].className ?? "unknown" }
        for step in SequenceAlignment.align(expected: wantedClasses, found: classes) {
            switch step {
            case .same(let wanted, let position):
                names[expected[wanted]] = layers[found[position]].name
            case .different(let wanted, let position):
                compare(expected[wanted], with: found[position])
            case .missing(let wanted, let position):
                let end = found.last.map { $0 + 1 } ?? firstIndex(after: expected[wanted])
                let next = position < found.count ? found[position] : end
                let place = next > 0 ? "after '\(layers[next - 1].name)'" : "at the beginning"
                problems.append(
                    ImportProblem(
                        attribute: "layer_names", found: "no \(wantedClasses[wanted]) \(place)",
                        accepted: "one (\(layout.layers[expected[wanted]].role))"))
            case .extra(let position):
                let layer = layers[found[position]]
                problems.append(
                    ImportProblem(
                        place: layer.name, className: layer.className, attribute: "class", found: classes[position],
                        accepted: "no layer here"))
            }
        }
    }

    /// The position in the file behind the layer that stands for the last layer with weights before one of the layout's.
    private func firstIndex(after index: Int) -> Int {
        guard let anchor = layout.layers[..<index].lastIndex(where: { !$0.weightShapes.isEmpty }) else { return 0 }
        return layers.firstIndex { $0.name == names[anchor] }.map { $0 + 1 } ?? 0
    }
}

// MARK: Heads
extension IterNetLayerComparison {
    /// Several channels may be classes that exclude each other or that do not, which only a declared activation tells.
    private mutating func compareHeads(_ gaps: [IterNetGap]) {
        guard layout.member.outputChannels > 1 else { return }
        for case let anchor? in gaps.map(\.anchor) where layout.heads.contains(anchor.expected) {
            let layer = layers[anchor.found]
            if layer.declaration == nil {
                problems.append(
                    ImportProblem(
                        place: layer.name, className: layer.className, attribute: "activation",
                        found: "nothing that tells that of a head with \(layout.member.outputChannels) channels",
                        accepted: "a full model, or weights with their architecture (--architecture)"))
            }
            if layer.declaration?.arguments["activation"] == .string("softmax") { softmaxHeads.insert(anchor.expected) }
        }
    }
}

// MARK: Connections
extension IterNetLayerComparison {
    /// Compares the connections of a layer with those of the layout, if the configuration still has them. The numbers of
    /// applications are not compared, since the reference code's files have wrong ones.
    private mutating func compareConnections(_ gaps: [IterNetGap]) {
        guard problems.isEmpty else { return }
        let declarations = Dictionary(
            layers.compactMap { layer in layer.declaration.map { (layer.name, $0) } }, uniquingKeysWith: { first, _ in first })
        for (index, expected) in layout.layers.enumerated() where !absent.contains(index) {
            guard let declaration = declarations[names[index]], !declaration.calls.isEmpty, !expected.calls[0].isEmpty else {
                continue
            }
            let wanted = expected.calls.map { $0.map { names[present($0)] } }
            let calls = declaration.calls.map { $0.map(source) }
            guard calls != wanted else { continue }
            problems.append(
                ImportProblem(
                    place: declaration.name, className: declaration.className, attribute: "inbound_nodes",
                    found: "\(calls)", accepted: "\(wanted)"))
        }
    }

    /// The layer whose result takes the place of the result of a layer that the file lacks. Only ReLUs and dropouts may be
    /// lacking.
    private func present(_ index: Int) -> Int {
        var index = index
        while absent.contains(index), let input = layout.layers[index].calls.first?.first { index = input }
        return index
    }

    private func source(_ name: String) -> String {
        var name = name
        // At most as many times as there are layers: a damaged configuration may lead in circles.
        for _ in layers {
            guard let calls = passing[name], let input = calls.first?.first, calls.allSatisfy({ $0 == [input] }) else { break }
            name = input
        }
        return name
    }
}
