/// The questions that are asked about an HDF5 file, in whichever process libhdf5 runs. Objects are named by their path from the
/// root.
protocol HDF5Source: ~Copyable {
    var limits: HDF5Limits { get }

    /// What is at a path; nil when one of the path's components is not there.
    func kind(at objectPath: String) throws(HDF5Error) -> HDF5ObjectKind?

    /// Names of the links in a group, sorted; at most `limit` of them.
    func names(in group: String, limit: Int) throws(HDF5Error) -> [String]

    /// The strings of an attribute, or nil when the object lacks it.
    func strings(attribute name: String, at objectPath: String) throws(HDF5Error) -> [String]?

    /// Shape and type of a dataset of IEEE floats or of integers whose data is in the file and within the limits.
    func describe(at objectPath: String) throws(HDF5Error) -> HDF5DatasetDescription

    /// The elements of a dataset of floats in row-major order, as float32.
    func floats(at objectPath: String) throws(HDF5Error) -> [Float]
}

enum HDF5ObjectKind: UInt8 {
    case group = 1
    case dataset, other
}

extension HDF5Source where Self: ~Copyable {
    /// An attribute that Keras splits into `name0`, `name1`, … where it exceeds what an object header holds; nil when
    /// the object has neither the whole nor a first part.
    func splitStrings(attribute name: String, at objectPath: String) throws(HDF5Error) -> [String]? {
        if let whole = try strings(attribute: name, at: objectPath) { return whole }
        var all: [String]?
        var part = 0
        while let some = try strings(attribute: "\(name)\(part)", at: objectPath) {
            all = (all ?? []) + some
            part += 1
            guard all?.count ?? 0 <= limits.attributeStrings, part <= limits.attributeStrings else {
                throw HDF5Error(
                    .corrupt, objectPath, attribute: name, found: "more than \(limits.attributeStrings) strings in parts")
            }
        }
        return all
    }
}
