import PlanFormat
import Platform

/// The files that a run writes: one .npy per output, named after it.
struct OutputFiles {
    let paths: [String]

    init(directory: String, _ plan: Plan) {
        var names: [[UInt8]] = []
        for entry in plan.outputs { names.append(Self.unique(Self.sanitized(entry.name), among: names)) }
        paths = names.map { directory + "/" + String(decoding: $0, as: UTF8.self) + ".npy" }
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

    func write(_ plan: Plan, _ tensors: Tensors) throws(CommandFailure) {
        for (index, entry) in plan.outputs.enumerated() {
            let header = NPYHeader(entry.tensor.element, shape: plan.shape(of: entry)).bytes
            let data = tensors.outputs[index].bytes
            let code = header.withUnsafeBytes { header in
                withUnsafeTemporaryAllocation(of: venule_bytes.self, capacity: 2) { parts in
                    parts[0] = venule_bytes(bytes: header.baseAddress, byteCount: header.count)
                    parts[1] = venule_bytes(bytes: data.baseAddress, byteCount: data.count)
                    guard let start = parts.baseAddress else { return Int32(0) }
                    return venule_file_write(paths[index], start, 2)
                }
            }
            guard code == 0 else { throw .file(paths[index], "written", code: code) }
        }
    }
}
