extension TextScanner {
    /// The attributes of an operation on tensors of any kind, of which the keyword was read.
    mutating func tensorOperation(keyword: String, at place: Int) throws(TextError) -> Operation {
        switch keyword {
        case "cast": return .cast(Cast(to: try element()))
        case "comparison":
            return .comparison(Comparison(try choice("a kind", Comparison.Kind.allCases) { kebabCase($0.rawValue) }))
        case "logical": return .logical(Logical(try choice("a kind", Logical.Kind.allCases, \.rawValue)))
        case "selection": return .selection(Selection())
        case "slice":
            try expect(word: "ranges")
            return .slice(Slice(try list(in: "[", "]") { scanner throws(TextError) in try scanner.range() }))
        case "gather":
            try expect(word: "axis")
            return .gather(Gather(axis: try integer()))
        case "reduction":
            let kind = try choice("a kind", Reduction.Kind.allCases, \.rawValue)
            return .reduction(Reduction(kind, axes: try integers(word: "axes"), keepsAxes: accept(word: "keeping-axes")))
        case "argument-maximum":
            try expect(word: "axis")
            var argument = ArgumentMaximum(axis: try integer())
            argument.keepsAxis = accept(word: "keeping-axis")
            argument.selectsLast = accept(word: "selecting-last")
            return .argumentMaximum(argument)
        case "expansion":
            try expect(word: "to")
            return .expansion(Expansion(to: try list(in: "[", "]") { scanner throws(TextError) in try scanner.dimension() }))
        case "tiling": return .tiling(Tiling(try integers(word: "repeats")))
        case "normalization":
            let axes = try integers(word: "axes")
            try expect(word: "epsilon")
            return .normalization(Normalization(axes: axes, epsilon: try float()))
        case "quantization":
            let element = try element()
            return .quantization(Quantization(axis: try optionalAxis(), to: element))
        case "dequantization": return .dequantization(Dequantization(axis: try optionalAxis()))
        case "pooling-positions":
            return .poolingPositions(PoolingPositions(window: try window(), columnMajor: accept(word: "column-major")))
        case "resampling":
            try expect(word: "axes")
            let axes = try list(in: "[", "]") { scanner throws(TextError) in try scanner.resampledAxis() }
            return .resampling(Resampling(axes, extrapolation: accept(word: "extrapolation") ? try float() : 0))
        default: throw error("unknown operation '\(keyword)'", at: place)
        }
    }

    /// `to i64`
    private mutating func element() throws(TextError) -> ElementType {
        try expect(word: "to")
        return try choice("an element type", ElementType.allCases, \.rawValue)
    }

    /// A word, then integers in brackets.
    private mutating func integers(word: String) throws(TextError) -> [Int] {
        try expect(word: word)
        return try list(in: "[", "]") { scanner throws(TextError) in try scanner.integer() }
    }

    private mutating func optionalAxis() throws(TextError) -> Int? { accept(word: "axis") ? try integer() : nil }

    private mutating func range() throws(TextError) -> Slice.Axis {
        let start = try dimension()
        try expect(word: "count")
        let count = try dimension()
        return Slice.Axis(start: start, step: accept(word: "step") ? try integer() : 1, count: count)
    }

    private mutating func resampledAxis() throws(TextError) -> Resampling.Axis {
        let axis = try integer()
        try expect(word: "size")
        let size = try integer()
        try expect(word: "scale")
        let scale = try float()
        let interpolation: Resampling.Interpolation
        switch try choice("an interpolation", ["nearest", "linear", "cubic"], \.self) {
        case "nearest":
            interpolation = .nearest(try choice("a rounding", Resampling.Rounding.allCases) { kebabCase($0.rawValue) })
        case "linear": interpolation = .linear
        default: interpolation = .cubic(coefficient: try float())
        }
        let coordinates = try coordinates()
        let excludesOutside = accept(word: "excluding-outside")
        let antialiases = accept(word: "antialiasing")
        let positions =
            accept(word: "positions")
            ? try choice("a rule", Resampling.PositionRule.allCases) { kebabCase($0.rawValue) } : .exact
        return Resampling.Axis(
            axis, size: size, scale: scale, interpolation: interpolation, coordinates: coordinates,
            excludesOutside: excludesOutside, antialiases: antialiases, positions: positions)
    }

    private mutating func coordinates() throws(TextError) -> Resampling.Coordinates {
        let plain: [(String, Resampling.Coordinates)] = [
            ("half-pixel", .halfPixel), ("half-pixel-symmetric", .halfPixelSymmetric),
            ("half-pixel-for-nearest", .halfPixelForNearest), ("pytorch-half-pixel", .pytorchHalfPixel),
            ("align-corners", .alignCorners), ("asymmetric", .asymmetric),
        ]
        if accept(word: "crop-and-resize") { return .cropAndResize(start: try float(), end: try float()) }
        return try choice("coordinates", plain, \.0).1
    }
}
