/// Names of files for a plan's outputs.
public enum OutputNames {
    /// A name for each output, without a file's extension, all different.
    ///
    /// Letters, digits, '.', '_' and '-' of ASCII stay; everything else, and a dot in front, becomes '_'; of names that become
    /// equal the later ones get a number.
    public static func fileNames(for names: [[UInt8]]) -> [[UInt8]] {
        var taken = TakenNames()
        return names.map { taken.take(sanitized($0)) }
    }

    private static func sanitized(_ name: [UInt8]) -> [UInt8] {
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
