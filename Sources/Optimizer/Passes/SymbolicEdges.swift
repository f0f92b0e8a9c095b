import GraphIR

extension Window {
    /// The padding around an image `[N, H, W, C]` whose sides may be symbolic; nil where it depends on the symbols.
    /// Like `edges(of:)`, which is for sides that are numbers: max(0, (⌈H / stride⌉ − 1)·stride + extent − H) in all.
    func symbolicEdges(of image: TensorType) -> EdgeAmounts? {
        if case .explicit(let top, let left, let bottom, let right) = padding {
            return EdgeAmounts(top: top, left: left, bottom: bottom, right: right)
        }
        guard
            let rows = total(image.shape[1], stride: strides.height, extent: extent.height),
            let columns = total(image.shape[2], stride: strides.width, extent: extent.width)
        else { return nil }
        let (less, more) = (Spatial(rows / 2, columns / 2), Spatial(rows - rows / 2, columns - columns / 2))
        return padding == .sameLower
            ? EdgeAmounts(top: more.height, left: more.width, bottom: less.height, right: less.width)
            : EdgeAmounts(top: less.height, left: less.width, bottom: more.height, right: more.width)
    }

    private func total(_ side: Dimension, stride: Int, extent: Int) -> Int? {
        // One element a window and no gap: nothing is ever padded, whatever the side is.
        if extent == 1 { return 0 }
        let last = (side.ceiledQuotient(by: stride) - 1) * stride
        return (last + Dimension(extent) - side).constant.map { max(0, $0) }
    }
}

extension Dimension {
    /// Whether the side is a multiple of `divisor` for all values of its symbols.
    func isMultiple(of divisor: Int) -> Bool { flooredQuotient(by: divisor) * divisor == self }
}
