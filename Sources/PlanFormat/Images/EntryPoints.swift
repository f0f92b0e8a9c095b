/// Checks that an entry point is used by operations of its kind. Its layout says what a row of it is: rows of images pass
/// through `input` and `output`, and a plain tensor, which is one row, through `plainInput` and `plainOutput`. An operation of
/// the other kind would take a single row for the whole tensor, and whatever the memory holds for the rest of it.
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
