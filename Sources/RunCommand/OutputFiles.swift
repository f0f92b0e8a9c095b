import PlanFormat
import Platform
import Runtime

/// The files that a run writes: of each output a .npy named after it, or of the last output alone.
struct OutputFiles {
    /// For each output, where it is written at all.
    private let files: [OutputFile?]
    private let writesAll: Bool

    /// - Parameter count: Outputs that are asked for.
    init(_ arguments: Arguments, _ plan: Plan, count: Int) throws(CommandFailure) {
        var files = [OutputFile?](repeating: nil, count: count)
        writesAll = arguments.outputDirectory != nil
        if let directory = arguments.outputDirectory {
            let code = venule_directory_create(directory.start)
            guard code == 0 else { throw .file(directory.text, "created", code: code) }
            let paths = Self.paths(directory: directory.text, plan)
            for index in 0..<count {
                files[index] = try OutputFile(
                    paths[index], number: index, .array, plan.outputs[index], plan, threshold: arguments.threshold)
            }
        } else if let path = arguments.output {
            let format: OutputFile.Format
            if path.ends(with: ".npy") {
                format = .array
            } else if path.ends(with: ".pgm") {
                format = .picture
            } else {
                throw CommandFailure(.usage, "--output \(path.text): the name ends neither in .npy nor in .pgm")
            }
            // A deadline may leave any of them as the newest.
            for index in (arguments.deadlineMilliseconds == nil ? count - 1 : 0)..<count {
                files[index] = try OutputFile(
                    path.text, number: index, format, plan.outputs[index], plan, threshold: arguments.threshold)
            }
        }
        self.files = files
    }

    func write(_ rows: EntryRows) throws(CommandFailure) {
        try files[rows.entry]?.write(
            image: rows.image, firstRow: rows.firstRow, rowCount: rows.rowCount, UnsafeRawBufferPointer(rows.bytes))
    }

    /// Keeps what is complete, or the newest output alone.
    /// - Returns: The outputs that are kept and their files.
    func commit(newest: Int, isComplete: (Int) -> Bool) throws(CommandFailure) -> [(output: Int, path: String)] {
        var kept: [(output: Int, path: String)] = []
        for (index, file) in files.enumerated() {
            guard let file, writesAll ? isComplete(index) : index == newest else { continue }
            try file.commit()
            kept.append((output: index, path: file.path))
        }
        return kept
    }

    static func paths(directory: String, _ plan: Plan) -> [String] {
        var names: [[UInt8]] = []
        for entry in plan.outputs { names.append(unique(sanitized(entry.name), among: names)) }
        return names.map { directory + "/" + String(decoding: $0, as: UTF8.self) + ".npy" }
    }

    /// Letters, digits, '.', '_' and '-' stay; everything else, and a dot in front, becomes '_'.
    static func sanitized(_ name: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for byte in name.prefix(200) {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                result.append(byte)
            case UInt8(ascii: ".") where !result.isEmpty:
                result.append(byte)
            default:
                result.append(UInt8(ascii: "_"))
            }
        }
        return result.isEmpty ? Array("output".utf8) : result
    }

    /// The name, with "_2", "_3" and so on behind it if it is taken.
    private static func unique(_ name: [UInt8], among taken: [[UInt8]]) -> [UInt8] {
        var candidate = name
        var number = 2
        while taken.contains(where: { $0 == candidate }) {
            candidate = name + Array("_\(number)".utf8)
            number += 1
        }
        return candidate
    }
}
