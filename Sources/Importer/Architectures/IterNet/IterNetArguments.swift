/// The values that the layers of an IterNet may have as their declared arguments.
enum IterNetArguments {
    static func problems(of declaration: KerasLayerDeclaration, _ layer: IterNetLayer) -> [ImportProblem] {
        rules(for: layer).compactMap { rule in
            // A version of Keras leaves out arguments that it does not know; then the default of later versions holds.
            let declared = declaration.arguments[rule.name]
            let value = declared ?? rule.standard
            guard !rule.accepted.contains(where: { matches(value, $0) }) else { return nil }
            return ImportProblem(
                place: declaration.name, className: declaration.className, attribute: rule.name,
                found: declared.map(\.description) ?? rule.textWhereMissing,
                accepted: rule.accepted.map(\.description).joined(separator: " or "))
        } + inputProblems(of: declaration, layer)
    }

    private struct Rule {
        var name: String
        /// The value that Keras takes if the argument is missing; null if Keras demands the argument.
        var standard: JSONValue
        var accepted: [JSONValue]
        var isDemanded = false

        var textWhereMissing: String { isDemanded ? "missing" : "missing, default is \(standard)" }

        init(demanded name: String, accepted: JSONValue) {
            self.init(name, standard: .null, accepted: accepted)
            isDemanded = true
        }

        init(_ name: String, standard: JSONValue, accepted: JSONValue...) {
            self.name = name
            self.standard = standard
            self.accepted = accepted
        }
    }

    /// Keras writes a pair of equal numbers as `[2, 2]` or as `2`.
    private static func matches(_ value: JSONValue, _ accepted: JSONValue) -> Bool {
        if case .array(let sides) = accepted, case .number = value { return sides.allSatisfy { $0 == value } }
        return value == accepted
    }

    private static func pair(_ side: Int) -> JSONValue { .array([.number(Double(side)), .number(Double(side))]) }

    private static let channelsLast = Rule(
        "data_format", standard: .string("channels_last"), accepted: .string("channels_last"), .null)

    private static func rules(for layer: IterNetLayer) -> [Rule] {
        switch layer.kind {
        case .input: []
        case .convolution(let size, _, let to, let activation):
            convolutionRules(channels: to, size: size, stride: 1, activation: activation)
                // At stride 1 a 1x1 kernel needs no padding, so that both kinds are one.
                + [
                    size == 1
                        ? Rule("padding", standard: .string("valid"), accepted: .string("same"), .string("valid"))
                        : Rule("padding", standard: .string("valid"), accepted: .string("same")),
                    Rule("groups", standard: .number(1), accepted: .number(1)),
                ]
        case .transposedConvolution(_, let to):
            convolutionRules(channels: to, size: 2, stride: 2, activation: .linear) + [
                // With a kernel as large as the stride nothing is cropped.
                Rule("padding", standard: .string("valid"), accepted: .string("same"), .string("valid")),
                Rule("output_padding", standard: .null, accepted: .null, pair(0)),
            ]
        case .relu:
            [
                Rule("max_value", standard: .null, accepted: .null),
                Rule("negative_slope", standard: .number(0), accepted: .number(0)),
                Rule("threshold", standard: .number(0), accepted: .number(0)),
            ]
        case .dropout: []
        case .maxPooling:
            [
                Rule("pool_size", standard: pair(2), accepted: pair(2)),
                Rule("strides", standard: .null, accepted: pair(2), .null),
                // Every size that is pooled is even.
                Rule("padding", standard: .string("valid"), accepted: .string("valid"), .string("same")),
                channelsLast,
            ]
        case .concatenation:
            [Rule("axis", standard: .number(-1), accepted: .number(3), .number(-1))]
        }
    }

    private static func convolutionRules(
        channels: Int, size: Int, stride: Int, activation: IterNetLayer.Activation
    ) -> [Rule] {
        let activationRule =
            switch (activation, size) {
            case (.sigmoid, _): Rule("activation", standard: .null, accepted: .string("sigmoid"))
            case (.sigmoidOrSoftmax, _): Rule("activation", standard: .null, accepted: .string("sigmoid"), .string("softmax"))
            // A ReLU follows, which may also be the activation of the convolution itself.
            case (.linear, 3): Rule("activation", standard: .null, accepted: .string("linear"), .null, .string("relu"))
            case (.linear, _): Rule("activation", standard: .null, accepted: .string("linear"), .null)
            }
        return [
            Rule(demanded: "filters", accepted: .number(Double(channels))),
            Rule(demanded: "kernel_size", accepted: pair(size)),
            Rule("strides", standard: pair(1), accepted: pair(stride)),
            Rule("dilation_rate", standard: pair(1), accepted: pair(1)),
            channelsLast,
            activationRule,
            Rule("use_bias", standard: .bool(true), accepted: .bool(true)),
        ]
    }

    /// `[n, h, w, C]`: any batch, height and width, which the network does not depend on.
    private static func inputProblems(of declaration: KerasLayerDeclaration, _ layer: IterNetLayer) -> [ImportProblem] {
        guard case .input(let channels) = layer.kind,
            let shape = declaration.arguments["batch_input_shape"] ?? declaration.arguments["batch_shape"]
        else { return [] }
        guard let sides = shape.array, sides.count == 4, sides[3] == .number(Double(channels)) else {
            return [
                ImportProblem(
                    place: declaration.name, className: declaration.className, attribute: "batch_input_shape",
                    found: "\(shape)", accepted: "[none, none, none, \(channels)]")
            ]
        }
        return []
    }
}
