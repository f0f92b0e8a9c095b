import PlanFormat
import TestSupport

/// An image as a function; nil outside.
typealias Pixels = (_ channel: Int, _ y: Int, _ x: Int) -> Double

/// Builds the runner of an operation with random sources and computes what each element of its result should be.
func makeCase(
    _ kernel: KernelParameters, sources shapes: [(channels: Int, height: Int, width: Int)],
    result: (channels: Int, height: Int, width: Int), constants: [[Float]] = [], seed: UInt64 = 3,
    from lower: Float = -2, to upper: Float = 2, expected: ([Pixels]) -> Pixels
) -> (KernelRunner, [[Double]]) {
    var random = SplitMix64(seed: seed)
    let values =
        shapes.map { PlanValue($0.channels, $0.height, $0.width, halo: (1, 1)) }
        + [PlanValue(result.channels, result.height, result.width, halo: (2, 1))]
    let operation = PlanOperation(
        kernel, sources: shapes.indices.map { PlanValueID($0) }, results: [PlanValueID(shapes.count)])
    let images = shapes.indices.map { index in
        let image = GuardedImage(values[index], seed: random.next())
        image.fill { _, _, _ in random.float(from: lower, to: upper) }
        return image
    }
    let pixels = images.map { image -> Pixels in { Double(image[$0, $1, $2]) } }
    let wanted = elements(result.channels, result.height, result.width, expected(pixels))
    return (KernelRunner(operation: operation, values: values, sources: images, constants: constants), [wanted])
}

/// NHWC.
func elements(_ channels: Int, _ height: Int, _ width: Int, _ pixel: Pixels) -> [Double] {
    var all: [Double] = []
    for y in 0..<height { for x in 0..<width { for channel in 0..<channels { all.append(pixel(channel, y, x)) } } }
    return all
}

/// ⌊a / b⌋
func floored(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((b - 1 - a) / b) }
