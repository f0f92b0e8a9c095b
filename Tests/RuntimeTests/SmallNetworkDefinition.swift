/// An image of integers, [row][column][channel].
struct IntegerImage: Equatable {
    var height: Int
    var width: Int
    var channels: Int
    var values: [Int]

    init(_ height: Int, _ width: Int, _ channels: Int, _ values: [Int]? = nil) {
        (self.height, self.width, self.channels) = (height, width, channels)
        self.values = values ?? [Int](repeating: 0, count: height * width * channels)
    }

    subscript(_ y: Int, _ x: Int, _ c: Int) -> Int {
        get {
            y < 0 || y >= height || x < 0 || x >= width ? 0 : values[(y * width + x) * channels + c]
        }
        set { values[(y * width + x) * channels + c] = newValue }
    }

    var floats: [Float] { values.map { Float($0) } }
}

extension SmallNetwork {
    /// The outputs by the definitions of the operations, in integers.
    func expected(_ input: IntegerImage) -> (deep: IntegerImage, map: IntegerImage) {
        let a = relu(convolution(input, 3, weights.a, weights.aBias))
        var pooled = IntegerImage(height / 2, width / 2, 20)
        for y in 0..<(height / 2) {
            for x in 0..<(width / 2) {
                for c in 0..<20 {
                    pooled[y, x, c] = max(
                        a[2 * y, 2 * x, c], a[2 * y, 2 * x + 1, c], a[2 * y + 1, 2 * x, c], a[2 * y + 1, 2 * x + 1, c])
                }
            }
        }
        let b = relu(convolution(pooled, 3, weights.b, weights.bBias))
        let u = transposed(b)
        var joined = IntegerImage(height, width, 28)
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<20 { joined[y, x, c] = a[y, x, c] }
                for c in 0..<8 { joined[y, x, 20 + c] = u[y, x, c] }
            }
        }
        return (b, convolution(joined, 1, weights.head, weights.headBias))
    }

    private func convolution(_ image: IntegerImage, _ side: Int, _ weights: [Int], _ bias: [Int]) -> IntegerImage {
        var result = IntegerImage(image.height, image.width, bias.count)
        for y in 0..<image.height {
            for x in 0..<image.width {
                for output in bias.indices {
                    var sum = bias[output]
                    for r in 0..<side {
                        for s in 0..<side {
                            for c in 0..<image.channels {
                                let weight = weights[((r * side + s) * image.channels + c) * bias.count + output]
                                sum += weight * image[y + r - side / 2, x + s - side / 2, c]
                            }
                        }
                    }
                    result[y, x, output] = sum
                }
            }
        }
        return result
    }

    private func transposed(_ image: IntegerImage) -> IntegerImage {
        var result = IntegerImage(image.height * 2, image.width * 2, 8)
        for y in 0..<result.height {
            for x in 0..<result.width {
                for output in 0..<8 {
                    var sum = weights.uBias[output]
                    for c in 0..<17 {
                        sum += weights.u[((y % 2 * 2 + x % 2) * 8 + output) * 17 + c] * image[y / 2, x / 2, c]
                    }
                    result[y, x, output] = sum
                }
            }
        }
        return result
    }

    private func relu(_ image: IntegerImage) -> IntegerImage {
        var image = image
        image.values = image.values.map { max($0, 0) }
        return image
    }
}
