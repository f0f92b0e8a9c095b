import Reference

/// How far numbers lie from those that are expected of them, element by element.
///
/// Where both are NaN, or the same infinity, they agree; where only one of them is no finite number, they lie infinitely far apart.
struct Difference: Hashable, Encodable {
    /// The largest |found − expected|.
    private(set) var largest = 0.0
    /// Where that is, as indices into the shape; nil where nothing differs.
    private(set) var position: [Int]?
    /// The numbers there.
    private(set) var found = 0.0
    private(set) var expected = 0.0
    /// The mean of |found − expected| over all elements.
    private(set) var mean = 0.0
    /// The largest |found − expected| ÷ |expected| of elements where that is defined.
    private(set) var largestRelative = 0.0
    /// The same in units in the last place; nil unless both are float32.
    private(set) var ulp: UnitsInTheLastPlace?

    /// - Precondition: both have the same number of elements; the positions are in the shape of the expected one.
    init(_ found: Tensor, _ expected: Tensor) {
        switch (found.element.isFloat, expected.element.isFloat) {
        case (true, true): measure(found.floats, expected.floats, expected.shape, Double.init)
        case (false, false): measure(found.integers, expected.integers, expected.shape, Double.init)
        case (true, false): measure(found.floats.map(Double.init), expected.integers.map(Double.init), expected.shape) { $0 }
        case (false, true): measure(found.integers.map(Double.init), expected.floats.map(Double.init), expected.shape) { $0 }
        }
        if found.element == .float32, expected.element == .float32 { ulp = UnitsInTheLastPlace(found.floats, expected.floats) }
    }

    private mutating func measure<Element: Equatable>(
        _ found: [Element], _ expected: [Element], _ shape: [Int], _ number: (Element) -> Double
    ) {
        precondition(found.count == expected.count, "tensors of different sizes are compared")
        var sum = 0.0
        var place: Int?
        for index in found.indices where found[index] != expected[index] {
            let (a, b) = (number(found[index]), number(expected[index]))
            if a.isNaN, b.isNaN { continue }
            let distance = abs(a - b)
            let counted = distance.isNaN ? .infinity : distance
            if counted > largest || place == nil {
                largest = counted
                place = index
                (self.found, self.expected) = (a, b)
            }
            sum += counted
            if b != 0, distance.isFinite { largestRelative = max(largestRelative, distance / abs(b)) }
        }
        mean = sum / Double(max(1, found.count))
        position = place.map { indices(of: $0, in: shape) }
    }
}

/// How many float32 numbers lie between those that are found and those that are expected: 1 for neighbours, and 0 between the two zeros.
struct UnitsInTheLastPlace: Hashable, Encodable {
    private(set) var largest = 0
    /// Over all elements that are finite on both sides.
    private(set) var mean = 0.0

    init(_ found: [Float], _ expected: [Float]) {
        var sum = 0.0
        var count = 0
        for (a, b) in zip(found, expected) where a.isFinite && b.isFinite {
            count += 1
            guard a != b else { continue }
            let distance = abs(Self.order(a) - Self.order(b))
            largest = max(largest, distance)
            sum += Double(distance)
        }
        mean = sum / Double(max(1, count))
    }

    /// Consecutive numbers for consecutive floats, which their bits are but for the sign.
    private static func order(_ float: Float) -> Int {
        let magnitude = Int(float.bitPattern & 0x7FFF_FFFF)
        return float.sign == .minus ? -magnitude : magnitude
    }
}

/// The numbers of a tensor that are not finite.
struct NotFinite: Hashable, Encodable {
    private(set) var notNumbers = 0
    private(set) var infinities = 0
    /// The indices of the first of them; nil where all are finite.
    private(set) var firstPosition: [Int]?

    init(_ tensor: Tensor) {
        guard tensor.element.isFloat else { return }
        var first: Int?
        for (index, float) in tensor.floats.enumerated() where !float.isFinite {
            if float.isNaN { notNumbers += 1 } else { infinities += 1 }
            first = first ?? index
        }
        firstPosition = first.map { indices(of: $0, in: tensor.shape) }
    }

    var isEmpty: Bool { firstPosition == nil }

    /// `3 NaN, 1 infinite, the first at [0, 4, 2, 0]`
    var text: String {
        let counts = [(notNumbers, "NaN"), (infinities, "infinite")].filter { $0.0 > 0 }.map { "\(Format.grouped($0.0)) \($0.1)" }
        return counts.joined(separator: ", ") + (firstPosition.map { ", the first at \($0)" } ?? "")
    }
}

/// Where an element of a dense tensor in row-major order stands.
private func indices(of element: Int, in shape: [Int]) -> [Int] {
    var rest = element
    var indices = shape
    for axis in shape.indices.reversed() {
        indices[axis] = rest % shape[axis]
        rest /= shape[axis]
    }
    return indices
}
