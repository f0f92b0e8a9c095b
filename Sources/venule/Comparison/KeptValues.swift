import Files
import ModelFiles
import Reference

/// The values inside that `--dump` writes, a `.npy` each.
struct KeptValues {
    let values: [Comparison.KeptValue]
    /// For each value the file of the first side's and that of the second side's; nil where a side does not have it.
    private let files: [(a: String?, b: String?)]
    private let folder: String

    /// - Parameters:
    ///   - names: of values or of operations; `x,y` is for both, where nothing is called so.
    ///   - inputs: the files that the command reads, which are not replaced.
    /// - Throws: `CommandFailure` for a name that neither side has, and for places where files cannot go.
    init(_ names: [String], of a: any ComparedSide, _ b: (any ComparedSide)?, in folder: String, inputs: [String]) throws {
        self.folder = folder
        func value(_ name: String) throws -> Comparison.KeptValue? {
            let (ours, theirs) = (try a.place(named: name), try b?.place(named: name))
            return ours == nil && theirs == nil ? nil : Comparison.KeptValue(name: name, a: ours, b: theirs)
        }
        var values: [Comparison.KeptValue] = []
        for argument in names {
            if let value = try value(argument) {
                values.append(value)
                continue
            }
            for name in argument.split(separator: ",").map(String.init) {
                guard let value = try value(name) else {
                    throw CommandFailure(
                        .usage,
                        "--dump \(name): there is no such value; `compare --per-operation -v` lists those that there are")
                }
                values.append(value)
            }
        }
        self.values = values
        try OutputFolder.check(folder)
        let stems = OutputNames.fileNames(for: values.map { Array($0.name.utf8) }).map {
            "\(folder)/\(String(decoding: $0, as: UTF8.self))"
        }
        files = zip(values, stems).map { value, stem in
            // The second side's lies beside the first one's, where both have the value.
            (value.a.map { _ in "\(stem).npy" }, value.b.map { _ in value.a == nil ? "\(stem).npy" : "\(stem).b.npy" })
        }
        for path in files.flatMap({ [$0.a, $0.b] }).compactMap({ $0 }) { try OutputFile.check(path, inputs: inputs, makesFolder: true) }
    }

    /// - Returns: what was written.
    func write(a: [Int: Tensor], b: [Int: Tensor]) throws -> [ComparisonReport.KeptFile] {
        try OutputFolder.make(folder)
        var written: [ComparisonReport.KeptFile] = []
        for (index, value) in values.enumerated() {
            for (tensor, path) in [(a[index], files[index].a), (b[index], files[index].b)] {
                guard let tensor, let path else { continue }
                try AtomicFile.write(NPYArray(tensor.constant).fileBytes, to: path)
                written.append(.init(name: value.name, path: path))
            }
        }
        return written
    }
}
