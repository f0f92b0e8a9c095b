/// An entry's layout says what its rows are, and so which operations they pass through: those of images through `input` and
/// `output`, a plain tensor, which is one row, through `plainInput` and `plainOutput`. Another operation would take one row for
/// all, and the rest of its value for what the memory held.
extension Plan {
    func entryPoint(_ entry: Int, of points: [EntryPoint], isImage: Bool) throws(PlanError) -> EntryPoint {
        try require(entry < points.count, ".entry: # of #", entry, points.count)
        let hasImages = points[entry].layout != .plain
        try require(hasImages || !isImage, ".entry: # is a plain tensor, expected images", entry)
        try require(!hasImages || isImage, ".entry: # has rows of images, expected a plain tensor", entry)
        return points[entry]
    }
}

extension PlanValue {
    func requireTensor(of point: EntryPoint) throws(PlanError) {
        try require(
            plain?.element == point.tensor.element && plain?.elementCount == point.tensor.elementCount,
            ": the entry point has another type or size than its value")
    }
}
