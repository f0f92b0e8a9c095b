import CHDF5

/// What is wrong with one object of an HDF5 file.
struct HDF5Error: Error, Hashable {
    enum Kind: UInt8, Hashable {
        case unsupported
        case corrupt
    }

    var kind: Kind
    /// The object's path in the file, with an attribute's name after it where it is about one.
    var object: String
    var attribute: String?
    var found: String
    var expected: String?
    /// Whether nothing more can be read from the file.
    var isFinal = false

    init(_ kind: Kind, _ object: String, attribute: String? = nil, found: String, expected: String? = nil) {
        self.kind = kind
        self.object = object
        self.attribute = attribute
        self.found = found
        self.expected = expected
    }

    /// An error of libhdf5 itself, with the innermost message of its error stack.
    static func library(_ object: String, attribute: String? = nil, doing action: String) -> HDF5Error {
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer -> String in
            guard let base = buffer.baseAddress else { return "" }
            venule_h5_error_text(base, buffer.count)
            return String(cString: base)
        }
        return HDF5Error(
            .corrupt, object, attribute: attribute,
            found: "damaged data (\(action) failed\(text.isEmpty ? "" : ": \(text)"))")
    }

    var problem: ImportProblem {
        ImportProblem(place: object, attribute: attribute, found: found, accepted: expected)
    }
}
