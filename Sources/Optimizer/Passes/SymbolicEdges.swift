import GraphIR

extension Window {
    /// The padding that the window adds around an image `[N, H, W, C]` whose sides may be symbolic. Nil where the padding differs between
    /// values of the symbols.
    func symbolicEdges(of image: TensorType) -> EdgeAmounts? { edges(ofRows: image.shape[1], columns: image.shape[2]) }
}

extension Dimension {
    /// Whether the side is a multiple of `divisor` for all values of its symbols.
    func isMultiple(of divisor: Int) -> Bool { flooredQuotient(by: divisor) * divisor == self }
}
