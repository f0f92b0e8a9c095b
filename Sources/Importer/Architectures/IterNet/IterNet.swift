import GraphIR

extension Architecture {
    /// The network of "IterNet: Retinal Image Segmentation Utilizing Structural Redundancy in Vessel Networks" (Li et
    /// al. 2020) as its Keras code writes it. That code renames layers after the model is built, so that a full model's
    /// configuration has lost its connections; the sequence and the shapes of the weights are what identifies it.
    static let iterNet = Architecture(name: "IterNet") { checkpoint in
        IterNetRecognition(checkpoint).result
    }
}

/// Compares a file with the member of the family that it resembles most.
private struct IterNetRecognition {
    private let checkpoint: KerasCheckpoint
    /// All layers; those of a nested model stand in its place.
    private let layers: [KerasLayer]
    /// The layers that have weights.
    private let weighted: [KerasLayer]
    private let shapes: [[[Int]]]

    /// A file that resembles an IterNet at least this much is compared layer by layer.
    private static let kinship = 0.5
    /// More layers than this are not compared one by one.
    private static let mostLayers = 1024

    init(_ checkpoint: KerasCheckpoint) {
        self.checkpoint = checkpoint
        layers =
            checkpoint.hasLostOrder
            ? IterNetGroupedLayers.arranged(checkpoint.layers) : KerasNestedModel.expanded(checkpoint.layers)
        weighted = layers.filter { !$0.weights.isEmpty }
        shapes = weighted.map { $0.weights.map(\.shape) }
    }

    var result: Recognition {
        guard let member = IterNetMember(weightShapes: shapes), layers.count <= Self.mostLayers else {
            return .rejected(unrelated)
        }
        let layout = IterNetLayout(member)
        let expected = layout.weightedLayers
        let steps = SequenceAlignment.align(expected: expected.map { layout.layers[$0].weightShapes }, found: shapes)
        let matches = steps.count { if case .same = $0 { true } else { false } }
        let likeness = Double(matches) / Double(max(expected.count, shapes.count))
        guard likeness >= Self.kinship else { return .rejected(unrelated) }

        var problems = steps.compactMap { problem($0, layout: layout, expected: expected) }
        let comparison = IterNetLayerComparison(layout: layout, layers: layers, weighted: steps)
        problems += comparison.problems
        problems += orderProblems
        // A class of somebody's own that has the name of a class of Keras.
        problems += layers.compactMap(\.declaration).filter { !$0.isOfKeras }.map {
            KerasUnsupportedLayers.problem(of: $0, in: KerasDialect(checkpoint))
        }
        guard problems.isEmpty else {
            return .rejected(
                Rejection(
                    family: "IterNet", likeness: likeness,
                    recognised: "\(member.description): \(matches) of \(expected.count) layers with weights",
                    problems: problems))
        }
        return .accepted(blueprint(layout, comparison))
    }

    private func blueprint(_ layout: IterNetLayout, _ comparison: IterNetLayerComparison) -> Blueprint {
        let names = comparison.names
        let rates = comparison.dropoutRates
        let softmaxHeads = comparison.softmaxHeads
        let parameters = layout.member
        return Blueprint(
            architecture: "IterNet",
            parameters: [
                .init(name: "k", value: parameters.baseChannels), .init(name: "N", value: parameters.iterations),
                .init(name: "channels", value: parameters.inputChannels),
            ] + (parameters.outputChannels == 1 ? [] : [.init(name: "classes", value: parameters.outputChannels)]),
            assumptions: comparison.assumptions + (checkpoint.hasLostOrder ? [IterNetGroupedLayers.assumption] : []),
            weights: weighted.flatMap(\.weights), outputsAreExits: true,
            makeGraph: { constants throws(GraphError) in
                try IterNetGraph(
                    layout: layout, names: names, dropoutRates: rates, softmaxHeads: softmaxHeads, weights: constants
                ).build()
            })
    }
}

// MARK: Messages
extension IterNetRecognition {
    /// The configuration lists the layers in the order of layer_names. The reference's files have lost the
    /// connections, so that this order is all that tells what follows what.
    private var orderProblems: [ImportProblem] {
        let names = Set(layers.map(\.name))
        let declared = (checkpoint.configuration?.layers ?? []).map(\.name).filter(names.contains)
        let listed = layers.map(\.name).filter(Set(declared).contains)
        return zip(declared, listed).first { $0 != $1 }.map { declared, listed in
            ImportProblem(
                place: declared, attribute: "model_config", found: "this layer where layer_names has '\(listed)'",
                accepted: "the order of layer_names")
        }.map { [$0] } ?? []
    }

    private func problem(_ step: SequenceAlignment.Step, layout: IterNetLayout, expected: [Int]) -> ImportProblem? {
        switch step {
        case .same: return nil
        case .different(let wanted, let found):
            let layer = layout.layers[expected[wanted]]
            return ImportProblem(
                place: weighted[found].name, className: weighted[found].className, attribute: "weights",
                found: text(shapes[found]), accepted: "\(text(layer.weightShapes)) (\(layer.role))")
        case .missing(let wanted, let found):
            let layer = layout.layers[expected[wanted]]
            let after = found == 0 ? "at the beginning" : "after '\(weighted[found - 1].name)'"
            return ImportProblem(
                attribute: "layer_names", found: "no layer with weights \(text(layer.weightShapes)) \(after)",
                accepted: "a \(layer.className) (\(layer.role))")
        case .extra(let found):
            return ImportProblem(
                place: weighted[found].name, className: weighted[found].className, attribute: "weights",
                found: text(shapes[found]), accepted: "no layer with weights here")
        }
    }

    private func text(_ shapes: [[Int]]) -> String { shapes.map(shapeText).joined(separator: " and ") }

    private var unrelated: Rejection {
        let classes = Dictionary(grouping: weighted, by: { $0.className ?? "of unknown class" })
            .map { "\($0.value.count) \($0.key)" }.sorted().joined(separator: ", ")
        let first = weighted.first.map { ", the first '\($0.name)' with \(text($0.weights.map(\.shape)))" } ?? ""
        return Rejection(
            family: "IterNet", likeness: 0, recognised: "\(checkpoint.kind.rawValue), \(checkpoint.layers.count) layers",
            problems: [
                ImportProblem(
                    attribute: "layer_names",
                    found: "\(weighted.count) layers with weights\(classes.isEmpty ? "" : " (\(classes))")\(first)",
                    accepted: "the \(IterNetMember.fixedLayerCount) + 2N layers of an IterNet, "
                        + "the first with 3x3xCxk and k for C input channels")
            ])
    }
}
