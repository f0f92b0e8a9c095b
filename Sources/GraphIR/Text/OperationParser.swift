extension TextScanner {
    /// The attributes of an operation, of which the keyword was read.
    mutating func operation(keyword: String, at place: Int) throws(TextError) -> Operation {
        if let function = ElementwiseFunction.prototypes.first(where: { $0.name == keyword }) {
            return .elementwise(Elementwise(try arguments(of: function)))
        }
        if let kind = Binary.Kind(rawValue: keyword) { return .binary(Binary(kind, activation: try activation())) }
        switch keyword {
        case "convolution": return .convolution(try convolution())
        case "transposed-convolution": return .transposedConvolution(try transposedConvolution())
        case "pooling":
            let kind = try choice("a kind", Pooling.Kind.allCases, \.rawValue)
            return .pooling(Pooling(kind, window: try window(), countsPadding: accept(word: "counting-padding")))
        case "global-pooling": return .globalPooling(GlobalPooling(try choice("a kind", Pooling.Kind.allCases, \.rawValue)))
        case "batch-normalization":
            try expect(word: "epsilon")
            return .batchNormalization(BatchNormalization(epsilon: try float(), activation: try activation()))
        case "concatenation":
            try expect(word: "axis")
            return .concatenation(Concatenation(axis: try integer()))
        case "padding": return .padding(try padding())
        case "resize": return .resize(try resize())
        case "reshape":
            try expect(word: "to")
            return .reshape(Reshape(try list(in: "[", "]") { scanner throws(TextError) in try scanner.reshapeSide() }))
        case "transpose":
            try expect(word: "permutation")
            return .transpose(Transpose(try list(in: "[", "]") { scanner throws(TextError) in try scanner.integer() }))
        case "matrix-multiplication":
            return .matrixMultiplication(MatrixMultiplication(hasBias: accept(word: "bias"), activation: try activation()))
        case "softmax":
            try expect(word: "axis")
            return .softmax(Softmax(axis: try integer(), logarithm: accept(word: "logarithm")))
        case "identity": return .identity(Identity())
        case "dropout":
            try expect(word: "rate")
            return .dropout(Dropout(rate: try float()))
        default: return try tensorOperation(keyword: keyword, at: place)
        }
    }

    private mutating func arguments(of function: ElementwiseFunction) throws(TextError) -> ElementwiseFunction {
        var arguments: [Float] = []
        for parameter in function.parameters {
            try expect(word: parameter.name)
            arguments.append(try float())
        }
        return function.with(arguments)
    }

    /// `then relu`, or nothing.
    private mutating func activation() throws(TextError) -> ElementwiseFunction? {
        let start = mark()
        guard accept(word: "then") else { return nil }
        if accept(word: "pool") {
            position = start
            return nil
        }
        return try arguments(of: try choice("a function", ElementwiseFunction.prototypes, \.name))
    }

    private mutating func convolution() throws(TextError) -> Convolution {
        let sources = accept(word: "sources") ? try integer() : 1
        let window = try window()
        let groups = accept(word: "groups") ? try integer() : 1
        let hasBias = accept(word: "bias")
        let activation = try activation()
        var pooling: PoolingEpilogue?
        if accept(word: "then") {
            try expect(word: "pool")
            pooling = PoolingEpilogue(size: try spatial(), keepsUnpooled: accept(word: "keeping-unpooled"))
        }
        return Convolution(
            window: window, groups: groups, sourceCount: sources, hasBias: hasBias, activation: activation, pooling: pooling)
    }

    private mutating func transposedConvolution() throws(TextError) -> TransposedConvolution {
        let window = try window()
        let outputPadding = accept(word: "output-padding") ? try spatial() : Spatial(0, 0)
        let groups = accept(word: "groups") ? try integer() : 1
        return TransposedConvolution(
            window: window, outputPadding: outputPadding, groups: groups, hasBias: accept(word: "bias"),
            activation: try activation())
    }

    mutating func window() throws(TextError) -> Window {
        try expect(word: "window")
        var window = Window(size: try spatial())
        if accept(word: "strides") { window.strides = try spatial() }
        if accept(word: "dilations") { window.dilations = try spatial() }
        if accept(word: "padding") { window.padding = try windowPadding() }
        window.roundsUp = accept(word: "rounding-up")
        return window
    }

    private mutating func windowPadding() throws(TextError) -> WindowPadding {
        if accept(word: "same") { return .same }
        if accept(word: "same-lower") { return .sameLower }
        var amounts: [Int] = []
        for edge in ["top", "left", "bottom", "right"] {
            try expect(word: edge)
            amounts.append(try integer())
        }
        return .explicit(top: amounts[0], left: amounts[1], bottom: amounts[2], right: amounts[3])
    }

    private mutating func padding() throws(TextError) -> Padding {
        let mode: Padding.Mode
        switch try choice("a mode", ["constant", "edge", "reflect", "wrap"], \.self) {
        case "constant": mode = .constant(try float())
        case "edge": mode = .edge
        case "wrap": mode = .wrap
        default: mode = .reflect
        }
        try expect(word: "amounts")
        let amounts = try list(in: "[", "]") { scanner throws(TextError) in
            Padding.Amount(try scanner.integer(), try scanner.integer())
        }
        return Padding(mode, amounts: amounts)
    }

    private mutating func resize() throws(TextError) -> Resize {
        let interpolation = try choice("an interpolation", Resize.Interpolation.allCases, \.rawValue)
        let isFactors = try choice("a target", ["factors", "size"], \.self) == "factors"
        let target = try spatial()
        var resize = Resize(isFactors ? .factors(target) : .size(target), interpolation: interpolation)
        if accept(word: "coordinates") {
            resize.coordinates = try choice("coordinates", Resize.Coordinates.allCases) { kebabCase($0.rawValue) }
        }
        if accept(word: "rounding") {
            resize.rounding = try choice("a rounding", Resize.Rounding.allCases) { kebabCase($0.rawValue) }
        }
        return resize
    }

    private mutating func reshapeSide() throws(TextError) -> Reshape.Side {
        if accept("=") { return .copied }
        if accept("?") { return .inferred }
        return .dimension(try dimension())
    }
}
