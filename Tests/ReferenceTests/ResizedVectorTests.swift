import GraphIR
import Reference
import TestSupport
import Testing

/// A way of resampling the vector 1, 5, 2, 7 and what ONNX's Resize defines it to give.
private struct Case: Sendable {
    let axis: Resize.Axis
    let expected: [Float]
    let extrapolation: Float

    init(_ axis: Resize.Axis, _ expected: [Float], extrapolation: Float = 0) {
        self.axis = axis
        self.expected = expected
        self.extrapolation = extrapolation
    }

    static let all = [
        Case(
            .init(0, .size(8, scale: 2.0), interpolation: .nearest(.roundPreferFloor), coordinates: .halfPixel),
            [1, 1, 5, 5, 2, 2, 7, 7]),
        Case(.init(0, .size(7, scale: 1.75), interpolation: .nearest(.floor), coordinates: .asymmetric), [1, 1, 5, 5, 2, 2, 7]),
        Case(.init(0, .size(7, scale: 1.75), interpolation: .nearest(.ceil), coordinates: .alignCorners), [1, 5, 5, 2, 2, 7, 7]),
        Case(
            .init(0, .size(6, scale: 1.5), interpolation: .nearest(.roundPreferCeil), coordinates: .halfPixel),
            [1, 5, 5, 2, 7, 7]),
        Case(
            .init(
                0, .size(6, scale: 1.5), interpolation: .nearest(.roundPreferFloor),
                coordinates: .cropAndResize(start: 0.25, end: 1.5)),
            [5, 5, 2, 7, 10, 10], extrapolation: 10.0),
        Case(
            .init(0, .size(8, scale: 2.0), interpolation: .linear, coordinates: .halfPixel),
            [1, 2, 4, 4.25, 2.75, 3.25, 5.75, 7]),
        Case(.init(0, .size(2, scale: 0.6), interpolation: .linear, coordinates: .halfPixel), [2.3333333, 2.0000002]),
        // The corners' positions count by the lengths, whatever the scale is (ONNX's reference divides by scale·4 − 1).
        Case(.init(0, .size(3, scale: 0.8), interpolation: .linear, coordinates: .alignCorners), [1, 3.5, 7]),
        Case(.init(0, .size(2, scale: 0.6), interpolation: .linear, coordinates: .halfPixelSymmetric), [3.6666667, 3.6666665]),
        Case(.init(0, .size(1, scale: 0.25), interpolation: .linear, coordinates: .pytorchHalfPixel), [1]),
        Case(
            .init(0, .size(9, scale: 2.25), interpolation: .linear, coordinates: .asymmetric),
            [1, 2.7777777, 4.5555553, 4, 2.6666667, 3.1111112, 5.3333335, 7, 7]),
        Case(
            .init(0, .size(3, scale: 0.75), interpolation: .linear, coordinates: .cropAndResize(start: 0.5, end: 0.75)),
            [3.5, 2.375, 3.25]),
        Case(
            .init(0, .size(5, scale: 1.25), interpolation: .linear, coordinates: .cropAndResize(start: -0.5, end: 1.2)),
            [-3, -3, 4.85, 3.6250005, -3], extrapolation: -3.0),
        Case(
            .init(0, .size(2, scale: 0.6), interpolation: .linear, coordinates: .halfPixel, antialiases: true),
            [2.5, 3.7777777]),
        Case(
            .init(0, .size(3, scale: 0.75), interpolation: .linear, coordinates: .halfPixel, excludesOutside: true),
            [1.6666666, 3.5, 6.1666665]),
        Case(
            .init(0, .size(8, scale: 2.0), interpolation: .cubic(coefficient: -0.75), coordinates: .halfPixel),
            [0.578125, 2.0117188, 4.4101562, 4.5664062, 2.2929688, 2.8164062, 5.7617188, 7.5273438]),
        Case(
            .init(0, .size(3, scale: 0.8), interpolation: .cubic(coefficient: -0.5), coordinates: .halfPixel),
            [1.3564453, 4.036133, 5.139648]),
        Case(
            .init(0, .size(3, scale: 0.8), interpolation: .cubic(coefficient: -0.75), coordinates: .alignCorners),
            [1, 3.40625, 7]),
        Case(
            .init(
                0, .size(7, scale: 1.75), interpolation: .cubic(coefficient: -0.5), coordinates: .asymmetric, excludesOutside: true
            ),
            [1, 3.437673, 4.868804, 2.4781346, 3.104816, 6.5041556, 7.5940595]),
        Case(
            .init(0, .size(2, scale: 0.6), interpolation: .cubic(coefficient: -0.75), coordinates: .halfPixel, antialiases: true),
            [2.4746974, 3.9047651]),
        Case(
            .init(
                0, .size(2, scale: 0.5), interpolation: .cubic(coefficient: -0.75), coordinates: .halfPixel, excludesOutside: true,
                antialiases: true),
            [2.642857, 4.7612243]),
    ]
}

@Suite struct ResizedVectorTests {
    private let vector = Tensor([1, 5, 2, 7], shape: [4])

    @Test func vectorsAreResampledAsONNXDefines() throws {
        for (index, sample) in Case.all.enumerated() {
            let result = try evaluate(
                .resize(Resize([sample.axis], extrapolation: sample.extrapolation)), operands: [vector])[0]
            #expect(result.shape == [sample.expected.count], "case \(index)")
            #expect(difference(result.floats, sample.expected).largest <= 5e-6, "case \(index): \(result.floats)")
        }
    }

    /// Both axes at once are one after the other, and the axes between and around them stay.
    @Test func axesAreIndependent() throws {
        var random = SplitMix64(seed: 21)
        let tensor = random.tensor([2, 4, 3, 5, 2])
        let rows = Resize.Axis(1, .size(6, scale: 1.5), interpolation: .cubic(coefficient: -0.5))
        let columns = Resize.Axis(3, .size(3, scale: 0.6), interpolation: .linear, antialiases: true)
        let both = try evaluate(.resize(Resize([rows, columns])), operands: [tensor])[0]
        let first = try evaluate(.resize(Resize([rows])), operands: [tensor])[0]
        let second = try evaluate(.resize(Resize([columns])), operands: [first])[0]
        #expect(both.shape == [2, 6, 3, 3, 2])
        #expect(difference(both.floats, second.floats).largest < 1e-6)
        // One line of it is the vector's resampling.
        let last = { (rows: Int, tensor: Tensor) -> [Float] in
            let step = 30
            let first = rows * step + step - 1
            return (0..<rows).map { tensor.floats[first + $0 * step] }
        }
        var alone = rows
        alone.axis = 0
        let expected = try evaluate(.resize(Resize([alone])), operands: [Tensor(last(4, tensor), shape: [4])])[0].floats
        #expect(last(6, first) == expected)
    }

    /// A scale that is the ratio of the lengths may be left out, and a whole one is a factor.
    @Test(arguments: [Resize.Coordinates.halfPixel, .halfPixelSymmetric, .asymmetric, .alignCorners, .pytorchHalfPixel])
    func lengthsThatAreTheSameGiveTheSameTaps(coordinates: Resize.Coordinates) {
        for interpolation in [Resize.Interpolation.linear, .nearest(.floor), .cubic(coefficient: -0.5)] {
            func taps(_ length: Resize.Length) -> [[String]] {
                Resize.Axis(0, length, interpolation: interpolation, coordinates: coordinates).taps(inputSize: 5)
                    .map { $0.map { "\($0.index) \($0.weight)" } }
            }
            #expect(taps(.size(7)) == taps(.size(7, scale: 7 / 5)))
            #expect(taps(.factor(3)) == taps(.size(15)))
        }
    }

    @Test func nearestElementsOfIntegers() throws {
        let bytes = Tensor(integers: [1, 2, 3, 4], shape: [2, 2], element: .uint8)
        let axes = [0, 1].map {
            Resize.Axis($0, .size(3, scale: 1.5), interpolation: .nearest(.floor), coordinates: .asymmetric)
        }
        let expected = Tensor(integers: [1, 1, 2, 1, 1, 2, 3, 3, 4], shape: [3, 3], element: .uint8)
        #expect(try evaluate(.resize(Resize(axes)), operands: [bytes])[0] == expected)
        let cropped = Resize.Axis(
            1, .size(2, scale: 1), interpolation: .nearest(.floor), coordinates: .cropAndResize(start: 1, end: 2))
        let outside = Tensor(integers: [2, 255, 4, 255], shape: [2, 2], element: .uint8)
        #expect(try evaluate(.resize(Resize([cropped], extrapolation: 300)), operands: [bytes])[0] == outside)
    }

    /// An element that is read alone is copied: an infinity beside it is not multiplied by 0, and −0 stays −0.
    @Test func copiesAreCopies() throws {
        let vector = Tensor([-0.0, .infinity, 3], shape: [3])
        for interpolation in [Resize.Interpolation.linear, .cubic(coefficient: -0.6)] {
            let axis = Resize.Axis(0, .size(3, scale: 1), interpolation: interpolation)
            #expect(haveEqualBits(try evaluate(.resize(Resize([axis])), operands: [vector])[0].floats, vector.floats))
        }
    }
}
