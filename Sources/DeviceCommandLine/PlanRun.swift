import Files
import PlanFormat
import Platform
import Runtime

/// A run of a plan on files: rows of the inputs are read as the plan asks for them, and rows of the outputs are written as they
/// are finished, so that neither is ever held whole.
public struct PlanRun {
    public enum Destination {
        /// The last output alone: a `.npy`, or a `.pgm` of 255 times the value.
        case file(String)
        /// All outputs, a `.npy` each, named after them. The folder is made where it is missing.
        case folder(String)
    }

    /// For each of the plan's inputs.
    public var inputs: [FileReader?]
    public var destination: Destination
    /// Only so many outputs, and nothing that only later ones need; nil for all.
    public var until: Int?
    /// From then on only the first output is worked on.
    public var deadlineMilliseconds: Int?
    /// For masks instead of values.
    public var threshold: Float?
    /// The outputs are those of the last run.
    public var repeats = 1

    public init(inputs: [FileReader?], destination: Destination) {
        self.inputs = inputs
        self.destination = destination
    }

    /// What a run has made.
    public struct Result {
        /// The outputs that were written, and their files.
        public var files: [(output: Int, path: String)]
        /// The newest output that is complete.
        public var newest: Int
        /// Outputs that were asked for.
        public var count: Int
        /// Of each repetition, with reading and writing rows.
        public var nanoseconds: [UInt64]

        /// Whether a deadline has left some of them unfinished.
        public var isCutShort: Bool { newest < count - 1 }
    }

    /// - Parameter note: takes what is to be said of an input that is not taken as it is.
    public func perform(on session: Session, note: (String) -> Void) throws(DeviceFailure) -> Result {
        let plan = session.model.plan
        let count = try outputCount(until, plan)
        let inputs = try RunInputs(inputs, session, note: note)
        let outputs = try OutputFiles(self, plan, count: count)
        var newest = 0
        var times: [UInt64] = []
        for _ in 0..<repeats {
            let start = venule_monotonic_nanoseconds()
            newest = try exchangeRows(
                session, inputs: inputs.bindings, outputs: [RunOutput](repeating: .rows, count: count),
                deadline: deadlineMilliseconds.map { UInt64($0) * 1_000_000 }
            ) { (rows) throws(DeviceFailure) in
                try inputs.files[rows.entry].read(rows)
            } write: { (rows) throws(DeviceFailure) in
                try outputs.write(rows)
            }
            times.append(venule_monotonic_nanoseconds() - start)
        }
        let files = try outputs.commit(newest: newest) { session.isComplete(output: $0) }
        return Result(files: files, newest: newest, count: count, nanoseconds: times)
    }
}

/// How many outputs are asked for, by `--until`.
func outputCount(_ until: Int?, _ plan: Plan) throws(DeviceFailure) -> Int {
    let count = until ?? plan.outputs.count
    guard count <= plan.outputs.count else {
        throw DeviceFailure(.usage, "--until \(count): the plan has \(plan.outputs.count) output\(plan.outputs.count == 1 ? "" : "s")")
    }
    return count
}

/// The inputs of a run, each of a file.
private struct RunInputs {
    var files: [InputFile] = []
    var bindings: [RunInput] = []
    /// Inputs that several operations read, or whose file has no rows, are held whole.
    private var buffers: [TensorBuffer] = []

    init(_ readers: [FileReader?], _ session: Session, note: (String) -> Void) throws(DeviceFailure) {
        let plan = session.model.plan
        for (index, entry) in plan.inputs.enumerated() {
            let name = printableText(entry.name)
            guard let reader = readers[index] else { throw DeviceFailure(.usage, "input '\(name)': --input is missing") }
            let file = try InputFile(reader, entry, plan)
            if let text = file.note { note(text) }
            files.append(file)
            if session.isReadOnce[index], !file.isReadWhole {
                bindings.append(.rows)
            } else {
                let buffer = try TensorBuffer(byteCount: entry.byteCount * plan.batch, name: name)
                try file.readAll(buffer.bytes)
                bindings.append(.whole(UnsafeRawBufferPointer(buffer.bytes)))
                buffers.append(buffer)
            }
        }
    }
}
