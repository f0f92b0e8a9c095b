import Imaging

/// Segments one photograph after the other by the same network and in the same way.
struct PhotographSegmenter {
    let predictor: MapPredictor
    let method: any SegmentationMethod
    /// What photographs are resized to before anything else; nil to keep their size.
    let size: PictureSize?
    let stretches: Bool
    let threshold: MapThreshold
    let fieldOfView: FieldOfViewSource
    let showsProgress: Bool

    /// Reads a photograph and writes its files, all or none.
    func segment(_ files: SegmentedFiles) throws -> SegmentedPhotograph {
        let start = monotonicSeconds()
        let (photograph, warnings) = try ImageFile.readWithWarnings(files.image)
        let hasRead = monotonicSeconds()
        let original = PictureSize(height: photograph.height, width: photograph.width)
        var (maps, note) = try method.maps(
            of: photograph, resizedTo: size, mapCount: predictor.maps.count,
            label: showsProgress ? SegmentedFiles.stem(of: files.image) : nil)
        let hasMap = monotonicSeconds()
        let field = try fieldOfView.field(of: photograph, stored: files.storedField)
        if let field { for index in maps.indices { maps[index].clear(outside: field) } }
        let bound = threshold.bound(for: maps[0], in: field)
        try write(maps, bound, field, photograph, files)
        let end = monotonicSeconds()

        var record = PhotographRecord(files.image, .segmented)
        record.height = original.height
        record.width = original.width
        record.seconds = end - start
        record.threshold = bound
        record.vesselShare = maps[0].share(reaching: bound, in: field)
        record.files = files.paths
        let found = self.warnings(of: files.image, original, maps[0], field)
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

    private func warnings(of image: String, _ original: PictureSize, _ map: Raster, _ field: Mask?) -> [Warning] {
        var warnings: [Warning] = []
        if let size, size.isTurned(against: original) { warnings.append(.turnedSize(image: image, size: size, original: original)) }
        let range = MapRange(map)
        if !range.isOfProbabilities { warnings.append(.noProbabilities(image: image, range)) }
        if let field, field.area == 0 { warnings.append(.noFieldOfView(image: image)) }
        return warnings
    }

    private func write(_ maps: [Raster], _ bound: Float?, _ field: Mask?, _ photograph: Photograph, _ files: SegmentedFiles) throws {
        try OutputFolder.make(files.folder)
        let writer = MapWriter()
        for (map, paths) in zip(maps, [(picture: files.map, array: files.array)] + files.heads) {
            try writer.addArray(map, to: paths.array)
            try writer.addPicture(of: map, range: stretches ? map.range : nil, to: paths.picture)
        }
        if let path = files.mask { try writer.addMask(of: maps[0], reaching: bound, in: field, to: path) }
        if let path = files.overlay { try writer.addOverlay(of: maps[0], on: photograph, to: path) }
        if let path = files.fieldOfView, let field { try writer.addPicture(of: field, to: path) }
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
