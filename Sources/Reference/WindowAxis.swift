import GraphIR

/// A window that slides along one axis. It says which positions of the input belong to position `o` of the output.
struct WindowAxis {
    var input: Int
    var output: Int
    var size: Int
    var stride: Int
    var dilation: Int
    /// Padding before the first input position.
    var before: Int
    /// Padding after the last input position.
    var after: Int

    /// The input position under `tap` of the window at `position`; nil in the padding.
    func source(of position: Int, tap: Int) -> Int? {
        let source = position * stride + tap * dilation - before
        return source >= 0 && source < input ? source : nil
    }

    /// The positions of the input under the window at `position`, without those in the padding.
    func sources(of position: Int) -> [Int] { (0..<size).compactMap { source(of: position, tap: $0) } }

    /// How many positions of the window lie inside the padded input.
    func paddedCount(at position: Int) -> Int {
        let padded = -before..<(input + after)
        return (0..<size).count { padded.contains(position * stride + $0 * dilation - before) }
    }
}

extension Window {
    /// The window along the rows and along the columns of an image `[N, H, W, C]`, `output` being the result's shape.
    func axes(input: [Int], output: [Int]) -> (rows: WindowAxis, columns: WindowAxis) {
        let edges = edges(of: Spatial(input[1], input[2]))
        let rows = WindowAxis(
            input: input[1], output: output[1], size: size.height, stride: strides.height, dilation: dilations.height,
            before: edges.top, after: edges.bottom)
        let columns = WindowAxis(
            input: input[2], output: output[2], size: size.width, stride: strides.width, dilation: dilations.width,
            before: edges.left, after: edges.right)
        return (rows, columns)
    }
}
