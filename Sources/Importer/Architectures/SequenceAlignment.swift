/// Pairs two sequences so that as few elements as possible are missing, extra or different.
enum SequenceAlignment {
    enum Step: Hashable {
        case same(expected: Int, found: Int)
        case different(expected: Int, found: Int)
        /// Expected and not there; `found` is where it would have been.
        case missing(expected: Int, found: Int)
        case extra(found: Int)
    }

    static func align<Element: Hashable>(expected: [Element], found: [Element]) -> [Step] {
        let difference = found.difference(from: expected)
        let removed = Set(difference.removals.map(\.offset))
        let inserted = Set(difference.insertions.map(\.offset))
        var steps: [Step] = []
        var (i, j) = (0, 0)
        while i < expected.count || j < found.count {
            switch (i < expected.count && removed.contains(i), j < found.count && inserted.contains(j)) {
            case (true, true):
                steps.append(.different(expected: i, found: j))
                (i, j) = (i + 1, j + 1)
            case (true, false):
                steps.append(.missing(expected: i, found: j))
                i += 1
            case (false, true):
                steps.append(.extra(found: j))
                j += 1
            case (false, false):
                steps.append(.same(expected: i, found: j))
                (i, j) = (i + 1, j + 1)
            }
        }
        return steps
    }
}

extension CollectionDifference.Change {
    fileprivate var offset: Int {
        switch self {
        case .insert(let offset, _, _), .remove(let offset, _, _): offset
        }
    }
}
