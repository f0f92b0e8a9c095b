extension Plan {
    /// For each value, the steps from the first that writes it through the last that uses it: while these run, the value is
    /// *alive*. Nil for a value that no step touches.
    public func lifetimes() -> [ClosedRange<Int>?] {
        var first = [Int](repeating: schedule.count, count: operations.count)
        var last = [Int](repeating: -1, count: operations.count)
        for index in 0..<schedule.count {
            let id = schedule[index].operation.index
            first[id] = min(first[id], index)
            last[id] = index
        }
        var lifetimes = [ClosedRange<Int>?](repeating: nil, count: values.count)
        for (index, operation) in operations.enumerated() where last[index] >= 0 {
            for id in operation.results + operation.sources {
                let known = lifetimes[id.index] ?? first[index]...last[index]
                lifetimes[id.index] = min(known.lowerBound, first[index])...max(known.upperBound, last[index])
            }
        }
        return lifetimes
    }

    /// Checks that two rings that are alive at the same step share no byte of the arena, and that none shares a byte with the
    /// row of zeros.
    ///
    /// It goes through the steps and keeps the rings that are alive in the order of their offsets. When a ring comes to life it
    /// is compared with the next one before it and the next one behind it. That suffices, because those that were alive already
    /// do not overlap each other. A tensor without elements takes up no bytes and is left out.
    func verifyArena() throws(PlanError) {
        var events: [UInt64] = []
        var rings: [UInt64] = []
        for (index, lifetime) in lifetimes().enumerated() {
            guard let lifetime, case .arena(let offset) = values[index].storage, values[index].ringBytes > 0 else { continue }
            events.append(ArenaEvent(step: lifetime.lowerBound, isBirth: true, value: index).code)
            events.append(ArenaEvent(step: lifetime.upperBound, isBirth: false, value: index).code)
            rings.append(ArenaEvent.placeCode(offset: offset, value: index))
        }
        let zeros = values.count
        if memory.zeroRowBytes > 0 { rings.append(ArenaEvent.placeCode(offset: memory.zeroRowOffset, value: zeros)) }
        events.sort()
        rings.sort()
        var places = [Int](repeating: 0, count: values.count + 1)
        for (place, code) in rings.enumerated() { places[ArenaEvent.value(ofPlace: code)] = place }
        var live = PlaceSet(count: rings.count)
        if memory.zeroRowBytes > 0 { live.insert(places[zeros]) }
        for event in events.map({ ArenaEvent(code: $0) }) {
            let place = places[event.value]
            guard event.isBirth else {
                live.remove(place)
                continue
            }
            if let before = live.last(before: place) { try requireApart(ArenaEvent.value(ofPlace: rings[before]), event.value) }
            if let behind = live.first(behind: place) { try requireApart(ArenaEvent.value(ofPlace: rings[behind]), event.value) }
            live.insert(place)
        }
    }

    /// - Parameter other: The index of a value, or the number of values, which stands for the row of zeros.
    private func requireApart(_ other: Int, _ value: Int) throws(PlanError) {
        let (a, b) = (arenaBytes(other), arenaBytes(value))
        let name = other == values.count ? "the row of zeros" : "values[\(other)]"
        try require(
            a.upperBound <= b.lowerBound || b.upperBound <= a.lowerBound,
            "values[\(value)]: bytes \(b.lowerBound)..<\(b.upperBound) of the arena overlap those of \(name), \(a.lowerBound)..<\(a.upperBound), while both are alive"
        )
    }

    private func arenaBytes(_ value: Int) -> Range<Int> {
        guard value < values.count else { return memory.zeroRowOffset..<memory.zeroRowOffset + memory.zeroRowBytes }
        guard case .arena(let offset) = values[value].storage else { return 0..<0 }
        return offset..<offset + values[value].ringBytes
    }
}

/// A ring comes to life at a step, or is used for the last time. An event can be written as one number, so that events can be
/// sorted as 64-bit numbers, for which the program has a sort anyway. They are in the order of their steps. At the same step,
/// rings come to life before others die, because a step needs its sources and its results at once. After that they are in the
/// order of their values.
private struct ArenaEvent {
    let step: Int
    let isBirth: Bool
    let value: Int

    init(step: Int, isBirth: Bool, value: Int) {
        self.step = step
        self.isBirth = isBirth
        self.value = value
    }

    // There are at most 2^14 values, and fewer than 2^32 steps.
    private static let valueBits: UInt64 = 16
    private static let valueMask: UInt64 = 1 << valueBits - 1

    init(code: UInt64) {
        value = Int(code & Self.valueMask)
        isBirth = code >> Self.valueBits & 1 == 0
        step = Int(code >> (Self.valueBits + 1))
    }

    var code: UInt64 { UInt64(step) << (Self.valueBits + 1) | (isBirth ? 0 : 1) << Self.valueBits | UInt64(value) }

    /// Orders rings by their offsets, which are multiples of 64 below 2^48.
    static func placeCode(offset: Int, value: Int) -> UInt64 { UInt64(offset / FileLayout.alignment) << valueBits | UInt64(value) }
    static func value(ofPlace code: UInt64) -> Int { Int(code & valueMask) }
}

/// A set of small numbers with one bit for each, in which the neighbours of a number are found by looking at 64 numbers at a
/// time.
private struct PlaceSet {
    private var words: [UInt64]

    init(count: Int) { words = [UInt64](repeating: 0, count: count / 64 + 1) }

    mutating func insert(_ place: Int) { words[place / 64] |= 1 << UInt64(place % 64) }
    mutating func remove(_ place: Int) { words[place / 64] &= ~(1 << UInt64(place % 64)) }

    func last(before place: Int) -> Int? {
        var index = place / 64
        var word = words[index] & (1 << UInt64(place % 64) - 1)
        while word == 0 {
            guard index > 0 else { return nil }
            index -= 1
            word = words[index]
        }
        return index * 64 + 63 - word.leadingZeroBitCount
    }

    func first(behind place: Int) -> Int? {
        var index = place / 64
        // Shifting by all 64 bits gives 0.
        var word = words[index] & (~0 << (UInt64(place % 64) + 1))
        while word == 0 {
            guard index < words.count - 1 else { return nil }
            index += 1
            word = words[index]
        }
        return index * 64 + word.trailingZeroBitCount
    }
}
