@testable import Importer

/// The bytes that say which answers change: how many stay genuine before the next other one, and what that one is.
final class AlteredAnswers {
    private var rest: ArraySlice<UInt8>
    private var genuineAnswers = 0
    /// Elements of the datasets as last described.
    var elementCounts: [String: Int] = [:]

    init(_ bytes: some Sequence<UInt8>) {
        rest = Array(bytes)[...]
        genuineAnswers = Int(next())
    }

    /// The next byte, 0 at the end.
    func next() -> UInt8 { rest.popFirst() ?? 0 }

    /// Whether the answer that is asked for now is another one.
    func isChanged() -> Bool {
        guard !rest.isEmpty else { return false }
        guard genuineAnswers == 0 else {
            genuineAnswers -= 1
            return false
        }
        genuineAnswers = Int(next())
        return true
    }

    func text() -> String {
        let count = Int(next()) % 32
        return String(decoding: (0..<count).map { _ in next() }, as: UTF8.self)
    }

    func side() -> Int {
        let byte = next()
        return byte < 0xF0 ? Int(byte) : [0, 1, 1 << 16, 1 << 24, 1 << 31, 1 << 32, 1 << 62, Int.max][Int(byte) % 8]
    }
}

/// A genuine file, some of whose answers are others.
struct AlteredFile: ~Copyable, HDF5Source {
    let genuine: GenuineFile
    let answers: AlteredAnswers
    let limits = HDF5Limits()

    func kind(at objectPath: String) throws(HDF5Error) -> HDF5ObjectKind? {
        answers.isChanged() ? HDF5ObjectKind(rawValue: answers.next() % 4) : try genuine.kind(at: objectPath)
    }

    func names(in group: String, limit: Int) -> [String] {
        let names = genuine.names(in: group, limit: limit)
        return answers.isChanged() ? altered(names).sorted() : names
    }

    func strings(attribute name: String, at objectPath: String) throws(HDF5Error) -> [String]? {
        let strings = try genuine.strings(attribute: name, at: objectPath)
        guard answers.isChanged() else { return strings }
        return answers.next() % 4 == 0 ? nil : altered(strings ?? [])
    }

    /// The list with something missing, twice, exchanged or new.
    private func altered(_ strings: [String]) -> [String] {
        var result = strings
        let first = Int(answers.next()) % max(1, strings.count)
        let second = Int(answers.next()) % max(1, strings.count)
        switch answers.next() % 5 {
        case 0 where !strings.isEmpty: result.remove(at: first)
        case 1 where !strings.isEmpty: result.insert(strings[first], at: second)
        case 2 where !strings.isEmpty: result.swapAt(first, second)
        case 3 where !strings.isEmpty: result[first] = answers.text()
        default: result.insert(answers.text(), at: second)
        }
        return result
    }

    func describe(at objectPath: String) throws(HDF5Error) -> HDF5DatasetDescription {
        var description: HDF5DatasetDescription
        if answers.isChanged() {
            // As the process that runs libhdf5 answers, and is checked.
            var message = HDF5Message()
            let rank = Int(answers.next()) % 7
            message.put(rank)
            for _ in 0..<rank { message.put(answers.side()) }
            message.put(UInt8(4))
            message.put(answers.next() % 8 == 0 ? 1 : 0 as UInt8)
            guard let answer = try? HDF5DatasetDescription(&message, limits: limits) else {
                throw HDF5Error(.corrupt, objectPath, found: "nonsense")
            }
            description = answer
        } else {
            description = try genuine.describe(at: objectPath)
        }
        answers.elementCounts[objectPath] = description.elementCount
        return description
    }

    func floats(at objectPath: String) throws(HDF5Error) -> [Float] {
        let claimed = answers.elementCounts[objectPath] ?? 0
        if answers.isChanged() { return [Float](repeating: answers.next() == 0 ? .nan : 1, count: Int(answers.next())) }
        let floats = try genuine.floats(at: objectPath)
        return floats.count == claimed ? floats : [Float](repeating: 1, count: min(claimed, 1 << 20))
    }
}
