import COpenBLAS

/// How sums of products are computed.
public enum Arithmetic: Hashable, Sendable {
    /// OpenBLAS in float32: fast; the last bits depend on the processor's model and on OpenBLAS' version.
    case blas
    /// Plain loops that accumulate in Double and round once: slow; the same bits on every machine. The product of two floats is
    /// exact in Double, so that it makes no difference whether a compiler fuses it with the addition.
    case exactScalar
}

/// A row-major matrix that somebody else owns. Rows are `stride` elements apart.
struct MatrixView {
    var start: UnsafePointer<Float>
    var stride: Int
}

/// result += left · right, or with `rightIsTransposed` left · rightᵀ, in float32.
///
/// `left` is `[rows, inner]`, `right` `[inner, columns]` (`[columns, inner]` when transposed), `result` `[rows, columns]`
/// with rows `resultStride` apart. All sides fit 32 bits because a tensor has fewer than 2³¹ elements.
func accumulateProduct(
    _ left: MatrixView, _ right: MatrixView, rightIsTransposed: Bool = false, rows: Int, inner: Int, columns: Int,
    into result: UnsafeMutablePointer<Float>, resultStride: Int
) {
    guard rows > 0, inner > 0, columns > 0 else { return }
    _ = singleThreaded
    cblas_sgemm(
        CblasRowMajor, CblasNoTrans, rightIsTransposed ? CblasTrans : CblasNoTrans,
        Int32(rows), Int32(columns), Int32(inner),
        1, left.start, Int32(left.stride), right.start, Int32(right.stride),
        1, result, Int32(resultStride))
}

/// OpenBLAS' own threads wait for each other in busy loops, which is slow where other programs want the cores, and their number
/// changes the last bits. The evaluator spreads work over the cores itself.
private let singleThreaded: Void = openblas_set_num_threads(1)
