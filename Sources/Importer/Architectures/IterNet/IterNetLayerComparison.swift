/// Holds every layer of a file, with or without weights, against the layout: its class and its arguments.
///
/// The weights do not tell the activation, where the pooling is or what a dilation is; class names (declared, or in
/// Keras' automatic names) and declared arguments do. What contradicts the layout is a problem; what the file leaves
/// out is an assumption.
struct IterNetLayerComparison {
    let layout: IterNetLayout
    private let layers: [KerasLayer]
    private(set) var problems: [ImportProblem] = []
    private(set) var assumptions: [String] = []
    /// For each layer of the layout the name that the file has for it, or one of its own.
    private(set) var names: [String] = []
    /// For each layer of the layout that is a dropout, its rate; 0 where the file does not tell.
    private(set) var dropoutRates: [Int: Float] = [:]

    init(layout: IterNetLayout, layers: [KerasLayer]) {
        self.layout = layout
        self.layers = layers
        if layers.allSatisfy({ !$0.weights.isEmpty }) {
            takeNamesOfWeightedLayers()
        } else if layers.count == layout.layers.count {
            names = layers.map(\.name)
            compareOneByOne()
        } else {
            compareClasses()
        }
    }

    /// A file that lists only layers with weights, as some tools write it, says nothing about the others.
    private mutating func takeNamesOfWeightedLayers() {
        assumptions = ["the file lists no layers without weights: ReLU after each 3x3 convolution was taken for granted"]
        names = layout.layers.enumerated().map { "\($1.className.lowercased())_\($0)" }
        for (index, layer) in zip(layout.weightedLayers, layers) { names[index] = layer.name }
    }

    private mutating func compareOneByOne() {
        var untold = 0
        for (index, expected) in layout.layers.enumerated() {
            let layer = layers[index]
            // A layer with weights of the wrong shape has been reported with its shapes.
            guard expected.weightShapes.isEmpty == layer.weights.isEmpty else { continue }
            guard let className = layer.className else {
                untold += expected.weightShapes.isEmpty ? 1 : 0
                continue
            }
            if className != expected.className {
                problems.append(
                    ImportProblem(
                        place: layer.name, className: className, attribute: "class", found: className,
                        accepted: "\(expected.className) (\(expected.role))"))
            } else if let declaration = layer.declaration {
                problems += IterNetArguments.problems(of: declaration, expected)
                problems += connectionProblems(declaration, expected)
                if case .dropout = expected.kind { dropoutRates[index] = Float(declaration.arguments["rate"]?.number ?? 0) }
            }
        }
        if untold > 0 {
            assumptions.append(
                "the names of \(untold) layers without weights do not tell their class: "
                    + "what an IterNet has at their places was taken for granted")
        }
    }

    /// More or fewer layers than the layout: which of those without weights, by their classes. Those with weights
    /// have been compared by their shapes.
    private mutating func compareClasses() {
        let expected = layout.layers.filter { $0.weightShapes.isEmpty }
        let found = layers.filter { $0.weights.isEmpty }
        let classes = found.map { $0.className ?? "unknown" }
        for step in SequenceAlignment.align(expected: expected.map(\.className), found: classes) {
            switch step {
            case .same: break
            case .different(let wanted, let index):
                problems.append(
                    ImportProblem(
                        place: found[index].name, className: found[index].className, attribute: "class",
                        found: classes[index], accepted: "\(expected[wanted].className) (\(expected[wanted].role))"))
            case .missing(let wanted, let index):
                let after = index == 0 ? "at the beginning" : "after '\(found[index - 1].name)'"
                problems.append(
                    ImportProblem(
                        attribute: "layer_names", found: "no \(expected[wanted].className) \(after)",
                        accepted: "one (\(expected[wanted].role))"))
            case .extra(let index):
                problems.append(
                    ImportProblem(
                        place: found[index].name, className: found[index].className, attribute: "class",
                        found: classes[index], accepted: "no layer here"))
            }
        }
    }

    /// Where the configuration still has a layer's connections they must be the layout's. The numbers of the calls are
    /// not compared: the reference's files have wrong ones.
    private func connectionProblems(_ declaration: KerasLayerDeclaration, _ expected: IterNetLayer) -> [ImportProblem] {
        guard !declaration.calls.isEmpty, !expected.calls[0].isEmpty else { return [] }
        let wanted = expected.calls.map { $0.map { names[$0] } }
        guard declaration.calls != wanted else { return [] }
        return [
            ImportProblem(
                place: declaration.name, className: declaration.className, attribute: "inbound_nodes",
                found: "\(declaration.calls)", accepted: "\(wanted)")
        ]
    }
}
