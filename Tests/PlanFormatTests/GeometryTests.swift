import Testing

@testable import PlanFormat

@Suite struct GeometryTests {
    /// The rows that a padding step reads are those that its rows show, whichever way the mirror image turns.
    @Test(arguments: [PaddingParameters.Mode.edge, .reflect]) func paddingReadsWhatItShows(mode: PaddingParameters.Mode) {
        for height in 1...5 {
            for top in -3...12 {
                for first in 0...20 {
                    for count in 1...20 {
                        let padding = PaddingParameters(mode, top: top, left: 0)
                        let shown = (first..<(first + count)).map { padding.sourceRow($0 - top, height: height) }
                        let rows = padding.shownRows(RowRange(first: first, count: count), height: height)
                        let expected = RowRange(first: shown.min() ?? 0, count: (shown.max() ?? 0) - (shown.min() ?? 0) + 1)
                        if rows != expected {
                            Issue.record("height \(height), top \(top), rows \(first)+\(count): \(rows), expected \(expected)")
                        }
                    }
                }
            }
        }
    }

    /// Where rows outside the image do not exist no pointer is given for one, and none inside is missing.
    @Test func windowsEndAtTheImage() {
        var pooling = PoolingParameters()
        (pooling.kernelHeight, pooling.strideHeight, pooling.dilationHeight, pooling.paddingTop) = (3, 2, 2, 3)
        var transposed = TransposedConvolutionParameters()
        (transposed.kernelHeight, transposed.strideHeight, transposed.dilationHeight, transposed.paddingTop) = (3, 2, 2, 1)
        let values = [
            PlanValue(channels: 1, width: 1, height: 5, ringRows: 5, storage: .arena(offset: 0)),
            PlanValue(channels: 1, width: 1, height: 40, ringRows: 40, storage: .arena(offset: 0)),
        ]
        let kernels: [KernelParameters] = [
            .pooling(pooling), .transposedConvolution(transposed), .padding(PaddingParameters(.constant, top: 9, left: 0)),
        ]
        for kernel in kernels {
            let operation = PlanOperation(kernel, sources: [PlanValueID(0)], results: [PlanValueID(1)])
            for first in 0..<40 {
                let rows = RowRange(first: first, count: 1)
                let read = operation.rowsRead(0, for: rows, in: values)
                #expect(read.first >= 0 && read.end <= 5)
                #expect(read == operation.sourceRows(0, for: rows, in: values).clamped(to: 5))
            }
        }
    }
}
