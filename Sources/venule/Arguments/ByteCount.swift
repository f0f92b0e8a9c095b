import ArgumentParser

/// A number of bytes such as `96MiB`, `1.5GiB` or `1048576`.
struct ByteCount: ExpressibleByArgument {
    let bytes: Int

    private static let units: [(suffixes: [String], factor: Double)] = [
        (["gib", "g"], 1_073_741_824), (["mib", "m"], 1_048_576), (["kib", "k"], 1024),
        (["gb"], 1e9), (["mb"], 1e6), (["kb"], 1e3), (["b"], 1),
    ]

    init?(argument: String) {
        var number = argument.lowercased()
        var factor = 1.0
        for unit in Self.units {
            guard let suffix = unit.suffixes.first(where: { number.hasSuffix($0) }) else { continue }
            number.removeLast(suffix.count)
            factor = unit.factor
            break
        }
        guard number.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let value = Double(number) else { return nil }
        let bytes = (value * factor).rounded()
        guard bytes >= 1, bytes < 1e18 else { return nil }
        self.bytes = Int(bytes)
    }
}
