import Imaging

/// Segments one photograph after the other by the same network and in the same way.
struct PhotographSegmenter {
    let predictor: MapPredictor
    let method: any SegmentationMethod
    /// What photographs are resized to before anything else; nil to keep their size.
    let size: PictureSize?
    let stretches: Bool
    let threshold: MapThreshold
    let showsProgress: Bool

    /// Reads a photograph and writes its files, all or none.
    func segment(_ files: SegmentedFiles) throws -> SegmentedPhotograph {
        let start = monotonicSeconds()
        let (photograph, warnings) = try ImageFile.readWithWarnings(files.image)
        let hasRead = monotonicSeconds()
        let original = PictureSize(height: photograph.height, width: photograph.width)
        let (maps, note) = try method.maps(
            of: photograph, resizedTo: size, mapCount: predictor.maps.count,
            label: showsProgress ? SegmentedFiles.stem(of: files.image) : nil)
        let map = maps[0]
        let hasMap = monotonicSeconds()
        let bound = threshold.bound(for: map)
        try write(map, bound, photograph, files)
        let end = monotonicSeconds()

        var record = PhotographRecord(files.image, .segmented)
        record.height = original.height
        record.width = original.width
        record.seconds = end - start
        record.threshold = bound
        record.vesselShare = map.share(reaching: bound)
        record.files = files.paths
        let found = self.warnings(of: files.image, original, map, bound)
        record.warnings = warnings.map(\.description) + found.map(\.finding)

        var notes = [original.description]
        if let size { notes.append(size.height == size.width ? "as \(size)" : "resized to \(size.height) rows of \(size.width)") }
        if !note.isEmpty { notes.append(note) }
        let details = [("read", hasRead - start), ("map", hasMap - hasRead), ("written", end - hasMap)].map {
            Format.line($0.0, Format.duration($0.1))
        }
        return SegmentedPhotograph(
            record: record, notes: notes,
            warnings: warnings.map { "\(files.image): warning: \($0)" } + found.map { "warning: \($0)" },
            details: details + [Format.line("vessels", "\(Format.fixed(100 * (record.vesselShare ?? 0), decimals: 2)) %")])
    }

    private func warnings(of image: String, _ original: PictureSize, _ map: Raster, _ bound: Float?) -> [Warning] {
        var warnings: [Warning] = []
        if let size, size.isTurned(against: original) { warnings.append(.turnedSize(image: image, size: size, original: original)) }
        let range = MapRange(map)
        if !range.isOfProbabilities { warnings.append(.noProbabilities(image: image, range)) }
        return warnings
    }

    private func write(_ map: Raster, _ bound: Float?, _ photograph: Photograph, _ files: SegmentedFiles) throws {
        try OutputFolder.make(files.folder)
        let writer = MapWriter()
        try writer.addArray(map, to: files.array)
        try writer.addPicture(of: map, range: stretches ? map.range : nil, to: files.map)
        if let mask = files.mask { try writer.addMask(of: map, reaching: bound, to: mask) }
        if let overlay = files.overlay { try writer.addOverlay(of: map, on: photograph, to: overlay) }
        // Others may have made files meanwhile; and where capitals do not count, a.png is the A.png of the photograph before.
        try writer.publish(after: files.checkAbsence)
    }
}

extension PictureSize {
    /// Whether one of two sizes is higher than wide and the other wider than high.
    fileprivate func isTurned(against other: PictureSize) -> Bool {
        (height < width && other.height > other.width) || (height > width && other.height < other.width)
    }
}
