import GraphIR
import Reference
import TestSupport
import Testing

@Suite struct ReproducibilityTests {
    /// The scalar path's bits, recorded once: a machine or a compiler that changes one of them changes folded constants.
    @Test func scalarBitsAreTheRecordedOnes() throws {
        var random = SplitMix64(seed: 11)
        let window = Window(size: Spatial(3, 3), strides: Spatial(2, 1), padding: .same)
        var operands = [random.tensor([1, 9, 8, 7]), random.tensor([3, 3, 7, 5]), random.tensor([5])]
        var tensor = try evaluate(.convolution(Convolution(window: window, hasBias: true)), operands: operands)[0]
        var hashes = [hash(tensor)]
        operands = [tensor, random.tensor([2, 2, 3, 5]), random.tensor([3])]
        let doubled = Window(size: Spatial(2, 2), strides: Spatial(2, 2))
        tensor = try evaluate(
            .transposedConvolution(TransposedConvolution(window: doubled, hasBias: true)), operands: operands)[0]
        hashes.append(hash(tensor))
        for function in [ElementwiseFunction.sigmoid, .tanh, .gelu, .geluTanh, .mish, .exp, .softplus, .elu(alpha: 0.7), .erf] {
            hashes.append(hash(try evaluate(.elementwise(Elementwise(function)), operands: [tensor])[0]))
        }
        hashes.append(hash(try evaluate(.softmax(Softmax(axis: 3)), operands: [tensor])[0]))
        let product = try evaluate(.matrixMultiplication(MatrixMultiplication()), operands: [tensor, random.tensor([3, 4])])[0]
        hashes.append(hash(product))
        #expect(hashes == recordedHashes)
    }

    @Test func threadsChangeNoBit() throws {
        var random = SplitMix64(seed: 12)
        let operands = [random.tensor([2, 40, 90, 8]), random.tensor([3, 3, 8, 16])]
        let operation = Operation.convolution(Convolution(window: Window(size: Spatial(3, 3), padding: .same), hasBias: false))
        let first = try evaluate(operation, operands: operands, arithmetic: .blas)[0]
        for _ in 0..<5 {
            let again = try evaluate(operation, operands: operands, arithmetic: .blas)[0]
            #expect(haveEqualBits(first.floats, again.floats))
        }
    }

    @Test func refusesTensorsThatAreTooLarge() throws {
        let pixel = Tensor([1], shape: [1, 1, 1, 1])
        let resize = Resize(rows: .size(1 << 16), columns: .size(1 << 16), interpolation: .nearest(.floor))
        do {
            _ = try evaluate(.resize(resize), operands: [pixel])
            Issue.record("a tensor of 2³² elements was made")
        } catch {
            #expect(error.kind == .tooLarge)
        }
    }

    /// FNV-1a over the elements' bits.
    private func hash(_ tensor: Tensor) -> UInt32 {
        tensor.floats.reduce(2_166_136_261) { ($0 ^ $1.bitPattern) &* 16_777_619 }
    }
}

private let recordedHashes: [UInt32] = [
    4_113_028_290, 1_688_577_170, 3_259_768_472, 1_278_939_629, 3_062_591_034, 2_228_023_320, 799_286_859, 1_577_785_359,
    3_598_379_481, 1_569_955_793, 787_547_559, 4_255_808_211, 2_904_779_047,
]
