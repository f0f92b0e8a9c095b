import GraphIR

/// The attributes that convolutions and poolings share, for any number of spatial axes.
struct ONNXWindow {
    enum PaddingRule: Equatable {
        case explicit(before: [Int], after: [Int])
        /// As many as make the output ⌈input / stride⌉; an odd one goes to the end, or with `sameLower` to the beginning.
        case same
        case sameLower
    }
    var size: [Int]
    var strides: [Int]
    var dilations: [Int]
    var padding: PaddingRule
    var roundsUp = false

    /// Convolutions over volumes are taken apart along the depth of their window.
    private static let mostDepths = 256
    static let attributes: Set<String> = ["auto_pad", "dilations", "kernel_shape", "pads", "strides"]

    /// - Parameter kernel: the spatial sides of the weights, where there are any.
    init(_ call: ONNXCall, kernel: [Int]?, rank: Int) throws(ONNXError) {
        guard (1...3).contains(rank) else {
            throw .unsupported(nil, "\(rank) spatial axes", accepted: "1, 2 or 3")
        }
        let declared = try call.ints("kernel_shape")
        if let declared, let kernel, declared != kernel {
            throw .corrupt(nil, attribute: "kernel_shape", "\(declared)", accepted: "\(kernel), as the weights have")
        }
        guard let size = kernel ?? declared else { throw .corrupt(nil, attribute: "kernel_shape", "none", accepted: "\(rank) sides") }
        self.size = try Self.list(size, "kernel_shape", rank)
        guard kernel == nil || rank < 3 || self.size[0] <= Self.mostDepths else {
            throw .unsupported(nil, attribute: "kernel_shape", "a depth of \(self.size[0])", accepted: "at most \(Self.mostDepths)")
        }
        strides = try Self.list(try call.ints("strides") ?? [Int](repeating: 1, count: rank), "strides", rank)
        dilations = try Self.list(try call.ints("dilations") ?? [Int](repeating: 1, count: rank), "dilations", rank)
        let pads = try call.ints("pads") ?? [Int](repeating: 0, count: 2 * rank)
        switch try call.string("auto_pad", default: "NOTSET") {
        case "NOTSET", "":
            guard pads.count == 2 * rank, pads.allSatisfy({ (-Limits.attribute...Limits.attribute).contains($0) }) else {
                throw .corrupt(
                    nil, attribute: "pads", "[\(pads.list)]", accepted: "\(2 * rank) amounts up to \(Limits.attribute)")
            }
            padding = .explicit(before: Array(pads[..<rank]), after: Array(pads[rank...]))
        case "VALID":
            padding = .explicit(before: [Int](repeating: 0, count: rank), after: [Int](repeating: 0, count: rank))
        case "SAME_UPPER": padding = .same
        case "SAME_LOWER": padding = .sameLower
        case let other:
            throw .corrupt(nil, attribute: "auto_pad", "'\(other)'", accepted: "NOTSET, VALID, SAME_UPPER or SAME_LOWER")
        }
    }

    /// A window without padding that touches every element.
    init(size: [Int]) {
        self.size = size
        strides = [Int](repeating: 1, count: size.count)
        dilations = strides
        padding = .explicit(before: [Int](repeating: 0, count: size.count), after: [Int](repeating: 0, count: size.count))
    }

    private static func list(_ values: [Int], _ attribute: String, _ rank: Int) throws(ONNXError) -> [Int] {
        guard values.count == rank, values.allSatisfy({ (1...Limits.attribute).contains($0) }) else {
            throw .corrupt(nil, attribute: attribute, "[\(values.list)]", accepted: "\(rank) numbers from 1 to \(Limits.attribute)")
        }
        return values
    }
}

extension ONNXWindow {
    /// Whether what is added depends on the sides of the image.
    var isSame: Bool { padding == .same || padding == .sameLower }

    /// Elements from the first to the last one that the window touches along an axis.
    func extent(_ axis: Int) -> Int { (size[axis] - 1) * dilations[axis] + 1 }

    /// The window over two of the axes; one of them may be none, where an axis of one element was added.
    func planar(_ rows: Int?, _ columns: Int?) -> Window {
        func pair(_ list: [Int], _ none: Int) -> Spatial {
            Spatial(rows.map { list[$0] } ?? none, columns.map { list[$0] } ?? none)
        }
        let planarPadding: WindowPadding
        switch padding {
        case .explicit(let before, let after):
            planarPadding = .explicit(
                top: rows.map { before[$0] } ?? 0, left: columns.map { before[$0] } ?? 0,
                bottom: rows.map { after[$0] } ?? 0, right: columns.map { after[$0] } ?? 0)
        case .same: planarPadding = .same
        case .sameLower: planarPadding = .sameLower
        }
        return Window(
            size: pair(size, 1), strides: pair(strides, 1), dilations: pair(dilations, 1), padding: planarPadding,
            roundsUp: roundsUp)
    }

    /// What the window adds at both ends of an axis of `side` elements, by the definition of `auto_pad`.
    func amounts(_ axis: Int, side: Int) -> (before: Int, after: Int) {
        switch padding {
        case .explicit(let before, let after): return (before[axis], after[axis])
        case .same, .sameLower:
            let outputs = (side + strides[axis] - 1) / strides[axis]
            let total = max(0, (outputs - 1) * strides[axis] + extent(axis) - side)
            return padding == .same ? (total / 2, total - total / 2) : (total - total / 2, total / 2)
        }
    }
}

// MARK: Images of one or three spatial axes
extension ONNXConversion {
    /// `[N, C, L]` as an image `[N, 1, L, C]`.
    mutating func lineAsImage(_ value: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ValueID {
        let last = try transpose(value, [0, 2, 1], call)
        let shape = value.shape
        return try self.value(try reshape(last, to: [shape[0], 1, shape[2], shape[1]], call), call)
    }

    /// An image `[N, 1, L, C]` as `[N, C, L]`.
    mutating func line(_ image: ValueID, _ call: ONNXCall) throws(ONNXError) -> ONNXValue {
        let shape = builder.type(of: image).shape
        return try transpose(try reshape(computed(image), to: [shape[0], shape[2], shape[3]], call), [0, 2, 1], call)
    }

    /// `[N, C, D, H, W]` as images `[N·D, H, W, C]`, one for each depth.
    mutating func volumeAsImages(_ value: ONNXValue, _ call: ONNXCall) throws(ONNXError) -> ValueID {
        let last = try transpose(value, [0, 2, 3, 4, 1], call)
        let shape = last.shape
        return try self.value(
            try reshape(last, to: [.inferred] + shape[2...].map { .dimension($0) }, call), call)
    }

    /// Images `[N·D, H, W, C]` as `[N, D, H, W, C]`.
    mutating func depths(_ images: ValueID, batch: Dimension, depth: Dimension, _ call: ONNXCall) throws(ONNXError) -> ValueID {
        let shape = builder.type(of: images).shape
        return try self.value(try reshape(computed(images), to: [batch, depth] + shape[1...], call), call)
    }
}
