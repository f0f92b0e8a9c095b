/// How far two lists of numbers are apart.
public struct Difference: CustomStringConvertible, Sendable {
    public let largest: Float
    public let mean: Float
    /// Index of the largest difference; the first of several.
    public let position: Int
    public let actual: Float
    public let expected: Float

    public var description: String {
        "largest difference \(largest) at \(position): \(actual), expected \(expected); mean difference \(mean)"
    }
}

/// Compares element by element. Equal numbers, infinities included, and two NaNs are 0 apart; a NaN beside a number, and
/// lists of different length, are infinitely far apart.
public func difference(_ actual: [Float], _ expected: [Float]) -> Difference {
    guard actual.count == expected.count else {
        return Difference(
            largest: .infinity, mean: .infinity, position: min(actual.count, expected.count), actual: Float(actual.count),
            expected: Float(expected.count))
    }
    var largest: Float = 0
    var position = 0
    var sum = 0.0
    for index in actual.indices {
        let distance = distance(actual[index], expected[index])
        sum += Double(distance)
        if distance > largest {
            largest = distance
            position = index
        }
    }
    guard !actual.isEmpty else { return Difference(largest: 0, mean: 0, position: 0, actual: 0, expected: 0) }
    return Difference(
        largest: largest, mean: Float(sum / Double(actual.count)), position: position, actual: actual[position],
        expected: expected[position])
}

private func distance(_ a: Float, _ b: Float) -> Float {
    if a == b || (a.isNaN && b.isNaN) { return 0 }
    let distance = (a - b).magnitude
    return distance.isNaN ? .infinity : distance
}

/// Whether two lists have the same bits, so that −0 differs from +0.
public func haveEqualBits(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern }
}
