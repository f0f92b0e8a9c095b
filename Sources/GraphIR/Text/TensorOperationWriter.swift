extension Operation {
    /// The attributes of the operations on tensors of any kind.
    var tensorAttributes: [String] {
        switch self {
        case .cast(let operation): ["to \(operation.element.rawValue)"]
        case .comparison(let operation): [kebabCase(operation.kind.rawValue)]
        case .logical(let operation): [operation.kind.rawValue]
        case .slice(let operation): ["ranges [\(operation.axes.map(\.text).joined(separator: ", "))]"]
        case .gather(let operation): ["axis \(operation.axis)"]
        case .reduction(let operation):
            [operation.kind.rawValue, axesText(operation.axes)] + (operation.keepsAxes ? ["keeping-axes"] : [])
        case .argumentMaximum(let operation):
            ["axis \(operation.axis)"] + (operation.keepsAxis ? ["keeping-axis"] : [])
                + (operation.selectsLast ? ["selecting-last"] : [])
        case .expansion(let operation): ["to [\(operation.shape.map(\.description).joined(separator: ", "))]"]
        case .tiling(let operation): ["repeats [\(operation.repeats.map { "\($0)" }.joined(separator: ", "))]"]
        case .normalization(let operation): [axesText(operation.axes), "epsilon \(spelling(operation.epsilon))"]
        case .quantization(let operation): ["to \(operation.element.rawValue)"] + axisText(operation.axis)
        case .dequantization(let operation): axisText(operation.axis)
        case .poolingPositions(let operation): operation.window.attributes + (operation.columnMajor ? ["column-major"] : [])
        case .resampling(let operation):
            ["axes [\(operation.axes.map(\.text).joined(separator: ", "))]"]
                + (operation.extrapolation.bitPattern == 0 ? [] : ["extrapolation \(spelling(operation.extrapolation))"])
        default: []
        }
    }
}

private func axesText(_ axes: [Int]) -> String { "axes [\(axes.map { "\($0)" }.joined(separator: ", "))]" }

private func axisText(_ axis: Int?) -> [String] { axis.map { ["axis \($0)"] } ?? [] }

extension Slice.Axis {
    /// `2 count 3 step -1`
    fileprivate var text: String { "\(start) count \(count)" + (step == 1 ? "" : " step \(step)") }
}

extension Resampling.Axis {
    /// `1 size 8 scale 2.0 linear half-pixel`
    fileprivate var text: String {
        var texts = ["\(axis) size \(size) scale \(spelling(scale))"]
        switch interpolation {
        case .nearest(let rounding): texts.append("nearest \(kebabCase(rounding.rawValue))")
        case .linear: texts.append("linear")
        case .cubic(let coefficient): texts.append("cubic \(spelling(coefficient))")
        }
        switch coordinates {
        case .halfPixel: texts.append("half-pixel")
        case .halfPixelSymmetric: texts.append("half-pixel-symmetric")
        case .halfPixelForNearest: texts.append("half-pixel-for-nearest")
        case .pytorchHalfPixel: texts.append("pytorch-half-pixel")
        case .alignCorners: texts.append("align-corners")
        case .asymmetric: texts.append("asymmetric")
        case .cropAndResize(let start, let end): texts.append("crop-and-resize \(spelling(start)) \(spelling(end))")
        }
        if excludesOutside { texts.append("excluding-outside") }
        if antialiases { texts.append("antialiasing") }
        if positions != .exact { texts.append("positions \(kebabCase(positions.rawValue))") }
        return texts.joined(separator: " ")
    }
}
