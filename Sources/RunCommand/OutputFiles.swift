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
                    paths[index], .array, plan.outputs[index], plan, threshold: arguments.threshold)
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
                    path.text, format, plan.outputs[index], plan, threshold: arguments.threshold)
            }
        }
        self.files = files
    }

    func write(_ rows: EntryRows) throws(CommandFailure) {
        try files[rows.entry]?.write(rows)
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
        var names = TakenNames()
        return plan.outputs.map { directory + "/" + String(decoding: names.take(sanitized($0.name)), as: UTF8.self) + ".npy" }
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
}

/// Names of files in one folder, in order, so that a thousand that are alike are told apart in little time.
private struct TakenNames {
    private var names: [(name: [UInt8], nextNumber: Int)] = []

    /// The name, with "_2", "_3" and so on behind it if it is taken.
    mutating func take(_ name: [UInt8]) -> [UInt8] {
        let place = place(of: name)
        guard isTaken(name, at: place) else {
            names.insert((name, 2), at: place)
            return name
        }
        var number = names[place].nextNumber
        while true {
            let candidate = name + Array("_\(number)".utf8)
            number += 1
            let free = self.place(of: candidate)
            guard !isTaken(candidate, at: free) else { continue }
            names[place].nextNumber = number
            names.insert((candidate, 2), at: free)
            return candidate
        }
    }

    private func isTaken(_ name: [UInt8], at place: Int) -> Bool { place < names.count && names[place].name == name }

    /// The first place whose name does not go before this one.
    private func place(of name: [UInt8]) -> Int {
        var low = 0
        var high = names.count
        while low < high {
            let middle = (low + high) / 2
            if names[middle].name.lexicographicallyPrecedes(name) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
