import Files
import Imaging

/// Segments one photograph after the other by the same network and in the same way.
struct PhotographSegmenter {
    let predictor: MapPredictor
    /// Nil for one pass over the whole photograph.
    let patchAverage: PatchAverage?
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
        let original = Picture.photograph(photograph)
        let picture = size.map(original.resized) ?? original
        let result =
            try patchAverage?.map(of: picture.raster, label: showsProgress ? SegmentedFiles.stem(of: files.image) : nil)
            ?? WholeImage(predictor: predictor).map(of: picture)
        let map = result.map.resized(height: original.height, width: original.width)
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
        let found = self.warnings(of: files.image, original.size, map, bound)
        record.warnings = warnings.map(\.description) + found.map(\.finding)

        var notes = [original.size.description]
        if let size { notes.append(size.height == size.width ? "as \(size)" : "resized to \(size.height) rows of \(size.width)") }
        if !result.note.isEmpty { notes.append(result.note) }
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
        var contents = [(path: files.array, bytes: NPYArray(map.values, shape: [map.height, map.width]).fileBytes)]
        var pictures = [(files.map, ImageFile.greyPNG(stretches ? map.stretched() : map))]
        if let mask = files.mask { pictures.append((mask, ImageFile.greyPNG(map.reaching(bound)))) }
        if let overlay = files.overlay { pictures.append((overlay, ImageFile.png(photograph.overlaid(with: map)))) }
        for (path, png) in pictures {
            guard let png else { throw CommandFailure(.doesNotFit, "\(path): there is no memory for the picture") }
            contents.append((path: path, bytes: png))
        }
        try OutputFolder.make(files.folder)
        // Others may have made files meanwhile; and where capitals do not count, a.png is the A.png of the photograph before.
        try files.checkAbsence()
        try AtomicFile.write(contents)
    }
}

extension PictureSize {
    /// Whether one of two sizes is higher than wide and the other wider than high.
    fileprivate func isTurned(against other: PictureSize) -> Bool {
        (height < width && other.height > other.width) || (height > width && other.height < other.width)
    }
}
