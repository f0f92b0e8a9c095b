import Files
import GraphIR
import ModelFiles
import Reference

/// Arrays that another program has written, as a side of a comparison: a `.npy`, or a `.npz` whose arrays are called like outputs or like values inside.
struct StoredSide: ComparedSide {
    /// As it was given.
    let path: String
    let outputNames: [String]
    let isPositional: Bool

    var kind: ComparedKind { .stored }

    /// What NumPy calls arrays that are saved without names.
    private static let positionalPrefix = "arr_"

    /// Whether a path holds arrays, told by its first bytes, and for archives by its name: those of Keras are archives too.
    static func isStored(_ path: String) throws -> Bool {
        let argument = ArrayArgument(path)
        if argument.member != nil { return true }
        let head: [UInt8]
        do throws(FileError) { head = try FileReader(path).head(6) } catch { throw CommandFailure(error) }
        if head.starts(with: [0x93] + Array("NUMPY".utf8)) || path.hasSuffix(".npy") { return true }
        return try path.hasSuffix(".npz") && ArrayArchive.isArchive(path)
    }

    init(path: String) throws {
        self.path = path
        guard let archive = try ArrayArgument(path).wholeArchive else {
            outputNames = [path]
            isPositional = true
            return
        }
        let members = try archive.members
        guard !members.isEmpty else { throw CommandFailure(.usage, "\(path): the archive has no arrays") }
        let numbered = members.indices.map { "\(Self.positionalPrefix)\($0)" }
        isPositional = Set(members) == Set(numbered)
        outputNames = isPositional ? numbered : members
    }

    func outputs(
        _ names: [String], for inputs: ComparedInputs, watching places: [InnerPlace], take: @escaping (Int, Tensor) -> Void
    ) throws -> [String: Tensor] {
        for (index, place) in places.enumerated() {
            guard case .stored(let name) = place else { continue }
            take(index, try tensor(name))
        }
        var outputs: [String: Tensor] = [:]
        for name in names { outputs[name] = try tensor(name) }
        return outputs
    }

    /// Reads one array.
    func tensor(_ name: String) throws -> Tensor {
        let argument = ArrayArgument(path)
        let reader = try argument.wholeArchive?.open(name) ?? argument.open(for: name)
        // What NumPy computed in float64 is compared as float32.
        let header = try ArrayFile(reader).header.element
        return Tensor(Constant(try NPYArray(ArrayFile(reader, as: header == .float64 ? .float32 : header))))
    }

    func place(named name: String) -> InnerPlace? { outputNames.contains(name) ? .stored(name) : nil }
}
