/// A version of Keras, as a file names the one that wrote it.
struct KerasVersion: Hashable, Sendable {
    /// Lines of development with versions of their own. Each goes on where the one before it ended, tf.keras beside Keras 2.
    enum Line: Hashable, Sendable, CaseIterable {
        case keras1
        /// Up to 2.3.1.
        case keras2
        /// The Keras 2 that is part of TensorFlow, and its successor tf_keras: `2.2.4-tf`, then 2.4.0 and later.
        case tensorFlow
        case keras3

        var name: String {
            switch self {
            case .keras1, .keras2, .keras3: "Keras"
            case .tensorFlow: "tf.keras"
            }
        }
    }

    struct Number: Hashable, Comparable, Sendable, CustomStringConvertible {
        var major: Int
        var minor: Int
        var patch: Int

        init(_ major: Int, _ minor: Int, _ patch: Int) { (self.major, self.minor, self.patch) = (major, minor, patch) }

        static func < (a: Number, b: Number) -> Bool { (a.major, a.minor, a.patch) < (b.major, b.minor, b.patch) }

        var description: String { "\(major).\(minor).\(patch)" }
    }

    var line: Line
    var number: Number
}

extension KerasVersion: CustomStringConvertible {
    var description: String { "\(line.name) \(number)" }
}

extension KerasVersion {
    /// Reads `2.3.1`, `2.2.4-tf`, `3.0.0.dev2024`; nil for text that begins with no number.
    init?(_ text: String) {
        let numbers = text.split(separator: ".", maxSplits: 3).prefix(3).map { Int($0.prefix { $0.isASCII && $0.isNumber }) ?? 0 }
        guard let major = numbers.first, text.first?.isNumber == true else { return nil }
        number = Number(major, numbers.count > 1 ? numbers[1] : 0, numbers.count > 2 ? numbers[2] : 0)
        switch major {
        case ...1: line = .keras1
        case 2: line = text.hasSuffix("-tf") || number >= Number(2, 4, 0) ? .tensorFlow : .keras2
        default: line = .keras3
        }
    }
}
