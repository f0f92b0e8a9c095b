/// Writes the parameters of an operation as the words (u32) that stand in a file.
struct WordWriter {
    var words: [UInt32] = []
    mutating func put(_ values: Int...) { for value in values { words.append(UInt32(bitPattern: Int32(truncatingIfNeeded: value))) } }
    mutating func put(wide value: Int) {
        let bits = UInt64(bitPattern: Int64(value))
        words.append(UInt32(truncatingIfNeeded: bits))
        words.append(UInt32(truncatingIfNeeded: bits >> 32))
    }
    mutating func put(_ value: Bool) { words.append(value ? 1 : 0) }
    mutating func put(_ value: Float) { words.append(value.bitPattern) }
}

/// Reads words in order; running past the end is an error that names the operation.
struct WordReader {
    let words: [UInt32]
    private var position = 0

    init(_ words: [UInt32]) { self.words = words }

    mutating func word() throws(PlanError) -> UInt32 {
        try require(position < words.count, ": # parameter words, more expected", words.count)
        defer { position += 1 }
        return words[position]
    }

    /// Reads a number that is a size, a count or a stride, from `low` to 65,536 unless a larger bound is given.
    ///
    /// - Parameter axis: Which of several numbers of that name it is.
    mutating func number(
        _ name: StaticString, axis: Int? = nil, from low: Int = 1, through high: Int = FileLayout.largestExtent
    ) throws(PlanError) -> Int {
        let value = Int(Int32(bitPattern: try word()))
        try require(
            value >= low && value <= high,
            ".\(name)\(axis.map { "[\($0)]" } ?? ""): found \(value), expected \(low) through \(high)")
        return value
    }

    mutating func wide(_ axis: StaticString, _ name: StaticString, from low: Int, through high: Int) throws(PlanError) -> Int {
        let lowHalf = UInt64(try word())
        let value = Int64(bitPattern: lowHalf | UInt64(try word()) << 32)
        try require(
            value >= Int64(low) && value <= Int64(high), ".\(axis).\(name): found \(value), expected \(low) through \(high)")
        return Int(value)
    }

    mutating func code<Code: RawRepresentable>(_ name: StaticString) throws(PlanError) -> Code where Code.RawValue == UInt32 {
        let found = try word()
        guard let code = Code(rawValue: found) else { throw .unknown(name, found) }
        return code
    }

    mutating func flag(_ name: StaticString) throws(PlanError) -> Bool {
        let value = try word()
        try require(value <= 1, ".\(name): found \(value), expected 0 or 1")
        return value == 1
    }

    mutating func float() throws(PlanError) -> Float { Float(bitPattern: try word()) }

    var remaining: Int { words.count - position }

    func finish() throws(PlanError) {
        try require(
            position == words.count,
            ": # parameter words, expected #", words.count, position)
    }
}

extension PlanError {
    /// A code in the file that this version has no meaning for.
    @inline(never)
    static func unknown(_ field: StaticString, _ code: UInt32) -> PlanError {
        PlanError(.corrupt, ".\(field): \(code) is not known")
    }
}
