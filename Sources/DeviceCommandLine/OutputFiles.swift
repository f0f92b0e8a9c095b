import Files
import PlanFormat
import Platform
import Runtime

/// The files that a run writes: of each output a .npy named after it, or of the last output alone.
struct OutputFiles {
    /// For each output, where it is written at all.
    private let files: [OutputFile?]
    private let writesAll: Bool

    /// - Parameter count: Outputs that are asked for.
    init(_ run: PlanRun, _ plan: Plan, count: Int) throws(DeviceFailure) {
        var files = [OutputFile?](repeating: nil, count: count)
        switch run.destination {
        case .folder(let folder):
            writesAll = true
            let code = venule_directory_create(folder)
            guard code == 0 else { throw DeviceFailure(FileError(.create, folder, code: code)) }
            for (index, name) in OutputNames.fileNames(for: plan.outputs.map { $0.name }).prefix(count).enumerated() {
                let path = "\(folder)/\(String(decoding: name, as: UTF8.self)).npy"
                files[index] = try OutputFile(path, .array, plan.outputs[index], plan, threshold: run.threshold)
            }
        case .file(let path):
            writesAll = false
            let format: OutputFile.Format
            if path.utf8.suffix(4).elementsEqual(".npy".utf8) {
                format = .array
            } else if path.utf8.suffix(4).elementsEqual(".pgm".utf8) {
                format = .picture
            } else {
                throw DeviceFailure(.usage, "--output \(path): the name ends neither in .npy nor in .pgm")
            }
            // A deadline may leave any of them as the newest.
            for index in (run.deadlineMilliseconds == nil ? count - 1 : 0)..<count {
                files[index] = try OutputFile(path, format, plan.outputs[index], plan, threshold: run.threshold)
            }
        }
        self.files = files
    }

    func write(_ rows: EntryRows) throws(DeviceFailure) {
        try files[rows.entry]?.write(rows)
    }

    /// Keeps what is complete, or the newest output alone. All are on the disk before the first gets its name.
    /// - Returns: The outputs that are kept and their files.
    func commit(newest: Int, isComplete: (Int) -> Bool) throws(DeviceFailure) -> [(output: Int, path: String)] {
        var kept: [(output: Int, path: String)] = []
        for (index, file) in files.enumerated() {
            guard let file, writesAll ? isComplete(index) : index == newest else { continue }
            try file.finish()
            kept.append((output: index, path: file.path))
        }
        for (output, _) in kept { try files[output]?.publish() }
        return kept
    }
}
