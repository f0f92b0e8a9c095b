import Files
import FoundationEssentials
import PlanFormat

/// The times of a plan's operations, as `bench --json --per-operation` has measured them.
struct MeasuredTimes: Codable {
    struct Operation: Codable {
        var name: String
        var algorithm: String
        var seconds: Double
        var share: Double
        var gigaflopsPerSecond: Double?
    }

    var instructionSet: String
    var threads: Int
    var runs: Int
    var medianSeconds: Double
    /// Of each of the plan's operations.
    var operations: [Operation]?

    /// - Throws: `CommandFailure` of corrupt for what is no such report, and of usage for one of another plan or without operations.
    init(contentsOf path: String, for plan: Plan) throws {
        let reader = try FileReader(path)
        // Far more than the operations of any plan take.
        guard reader.byteCount <= 64 << 20 else { throw CommandFailure(.usage, "\(path): is too large for a report of `bench`") }
        let bytes = try reader.bytes(0, count: Int(reader.byteCount))
        do {
            self = try JSONDecoder().decode(MeasuredTimes.self, from: Data(bytes))
        } catch {
            throw CommandFailure(.corrupt, "\(path): is not what `bench --json --per-operation` prints: \(Self.reason(error))")
        }
        guard let operations else {
            throw CommandFailure(.usage, "\(path): has no times of operations; let `bench --json` print them with --per-operation")
        }
        let names = plan.operations.map { String(decoding: $0.name, as: UTF8.self) }
        guard operations.count == names.count else {
            throw CommandFailure(.usage, "\(path): has the times of \(operations.count) operations; the plan has \(names.count)")
        }
        for (index, pair) in zip(operations, names).enumerated() where pair.0.name != pair.1 {
            throw CommandFailure(
                .usage, "\(path): operation \(index) is '\(pair.0.name)', that of the plan is '\(pair.1)'; these are times of another plan")
        }
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .keyNotFound(let key, _): return "the field '\(key.stringValue)' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "the field '\(context.codingPath.map(\.stringValue).joined(separator: "."))' is of another type"
        case .dataCorrupted: return "it is no JSON"
        @unknown default: return "\(error)"
        }
    }
}
