import GraphIR

/// The arguments of a layer, read by their names. One that is missing has Keras' default. One that is not supported is
/// collected, so that all of them are reported together, and replaced by something harmless.
struct KerasArguments {
    let declaration: KerasLayerDeclaration
    let dialect: KerasDialect
    private(set) var problems: [ImportProblem] = []

    init(_ declaration: KerasLayerDeclaration, dialect: KerasDialect) {
        self.declaration = declaration
        self.dialect = dialect
    }

    subscript(name: String) -> JSONValue? {
        guard let value = declaration.arguments[name], value != .null else { return nil }
        return value
    }

    mutating func report(_ attribute: String?, found: String, accepted: String?) {
        problems.append(
            ImportProblem(
                place: declaration.name, className: declaration.className, attribute: attribute, found: found,
                accepted: accepted))
    }

    private mutating func report(_ name: String, _ value: JSONValue?, accepted: String) {
        report(name, found: value?.description ?? "missing", accepted: accepted)
    }
}

extension KerasArguments {
    /// A whole number from 1 to the IR's limit for attributes.
    mutating func count(_ name: String, default standard: Int? = nil) -> Int {
        guard let value = self[name] else {
            if standard == nil { report(name, nil, accepted: "a positive number") }
            return standard ?? 1
        }
        guard let number = value.integer, (1...Limits.attribute).contains(number) else {
            report(name, value, accepted: "a whole number from 1 to \(Limits.attribute)")
            return 1
        }
        return number
    }

    /// A pair for rows and columns, written as two numbers or as one for both.
    mutating func pair(_ name: String, default standard: Spatial? = nil, from minimum: Int = 1) -> Spatial {
        guard let value = self[name] else {
            if standard == nil { report(name, nil, accepted: "a pair of numbers") }
            return standard ?? .one
        }
        if let pair = Self.pair(value, from: minimum) { return pair }
        report(name, value, accepted: "one or two whole numbers from \(minimum) to \(Limits.attribute)")
        return standard ?? .one
    }

    static func pair(_ value: JSONValue, from minimum: Int) -> Spatial? {
        let numbers = value.array?.map(\.integer) ?? [value.integer, value.integer]
        guard numbers.count == 2, let rows = numbers[0], let columns = numbers[1],
            (minimum...Limits.attribute).contains(rows), (minimum...Limits.attribute).contains(columns)
        else { return nil }
        return Spatial(rows, columns)
    }

    mutating func flag(_ name: String, default standard: Bool) -> Bool {
        guard let value = self[name] else { return standard }
        guard let flag = value.flag else {
            report(name, value, accepted: "true or false")
            return standard
        }
        return flag
    }

    /// A finite number. Keras 2 writes some as arrays of NumPy: `{"type": "ndarray", "value": 0.3}`.
    mutating func number(_ name: String, default standard: Float) -> Float {
        guard let value = self[name] else { return standard }
        guard let number = (value["value"] ?? value).number, Float(number).isFinite else {
            report(name, value, accepted: "a finite number")
            return standard
        }
        return Float(number)
    }

    /// One of several words.
    mutating func word(_ name: String, of words: [String], default standard: String) -> String {
        guard let value = self[name] else { return standard }
        guard let word = value.string, words.contains(word) else {
            report(name, value, accepted: words.map { "'\($0)'" }.joined(separator: " or "))
            return standard
        }
        return word
    }

    /// Reports an argument that has another value than the one that is supported.
    mutating func require(_ name: String, is accepted: JSONValue) {
        guard let value = self[name], value != accepted else { return }
        report(name, value, accepted: "\(accepted)")
    }

    /// An axis, negative from the end; also as a list of one, as tf.keras writes it.
    mutating func axis(_ name: String, default standard: Int) -> Int {
        guard let value = self[name] else { return standard }
        guard let axis = value.integer ?? (value.array?.count == 1 ? value.array?[0].integer : nil), axis.magnitude < 64 else {
            report(name, value, accepted: "one axis")
            return standard
        }
        return axis
    }

    /// Whole numbers.
    mutating func integers(_ name: String) -> [Int]? {
        guard let value = self[name] else { return nil }
        let numbers = value.array.map { $0.map(\.integer) } ?? [value.integer]
        let whole = numbers.compactMap(\.self)
        guard whole.count == numbers.count, whole.allSatisfy({ $0.magnitude <= Limits.side }) else {
            report(name, value, accepted: "whole numbers")
            return nil
        }
        return whole
    }

    /// `data_format`; nil means Keras' own default.
    mutating func isChannelsFirst() -> Bool {
        word("data_format", of: ["channels_last", "channels_first"], default: dialect.defaultDataFormat) == "channels_first"
    }

    /// Size, strides, dilation and padding of a convolution.
    mutating func window() -> Window {
        var window = Window(
            size: pair("kernel_size"), strides: pair("strides", default: .one), dilations: pair("dilation_rate", default: .one))
        guard isSamePadded() else { return window }
        window.padding = .same
        if dialect.isTheano {
            // Half of the extent at the top and left, whatever the size and the strides are.
            let extent = window.extent
            window.padding = .explicit(
                top: extent.height / 2, left: extent.width / 2, bottom: (extent.height - 1) / 2, right: (extent.width - 1) / 2)
        }
        return window
    }

    /// Whether `padding` is `same` rather than `valid`.
    mutating func isSamePadded() -> Bool { word("padding", of: ["valid", "same"], default: "valid") == "same" }
}
