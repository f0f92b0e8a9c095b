/// Which outputs of two sides are the same.
struct OutputPairs {
    private(set) var pairs: [(a: String, b: String)] = []
    /// The names of those that the other side does not have.
    private(set) var onlyA: [String] = []
    private(set) var onlyB: [String] = []

    /// By name; by order where the names of one side mean nothing; and of two sides with one output each these.
    ///
    /// - Throws: `CommandFailure` where an array without a name could be any of several outputs, and of a mismatch where no output is the same.
    init(_ a: any ComparedSide, _ b: any ComparedSide) throws {
        let (ours, theirs) = (a.outputNames, b.outputNames)
        for (side, other) in [(a, b), (b, a)] where side.isPositional && side.outputNames.count == 1 && other.outputNames.count > 1 {
            throw CommandFailure(
                .usage,
                "\(side.path): is one array, and \(other.path) has the outputs \(Format.names(other.outputNames)); "
                    + "a .npz with arrays of these names is expected")
        }
        let known = Set(theirs)
        if ours.contains(where: known.contains) {
            pairs = ours.filter(known.contains).map { ($0, $0) }
        } else if a.isPositional || b.isPositional || (ours.count == 1 && theirs.count == 1) {
            pairs = zip(ours, theirs).map { ($0, $1) }
        } else {
            throw CommandFailure(
                .mismatch,
                "\(a.path): the outputs are \(Format.names(ours)), those of \(b.path) are \(Format.names(theirs)): none is called the same")
        }
        onlyA = ours.filter { name in !pairs.contains { $0.a == name } }
        onlyB = theirs.filter { name in !pairs.contains { $0.b == name } }
    }
}
