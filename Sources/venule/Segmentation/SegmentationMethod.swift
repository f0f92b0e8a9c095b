import Imaging

/// How maps are made of a picture, by one of the protocols.
protocol SegmentationMethod {
    /// How many maps come for each picture; their average is the map.
    var passes: Int { get }

    /// - Parameters:
    ///   - sinks: one for each of the predictor's maps; they get all rows of maps of the picture's size, pass by pass.
    ///   - label: names the photograph beside the progress; nil where no progress is shown.
    /// - Returns: what had to be done to the picture, for the user; empty if there is nothing to say.
    func run(_ picture: any PictureRows, into sinks: [any MapSink], label: String?) throws -> String
}

extension SegmentationMethod {
    /// The maps of a photograph, of its size, of which nothing else is held as floats.
    ///
    /// - Parameters:
    ///   - size: what the photograph is resized to first, and the maps back from it; nil to keep its size.
    ///   - mapCount: the number of the predictor's maps.
    func maps(
        of photograph: Photograph, resizedTo size: PictureSize?, mapCount: Int, label: String?
    ) throws -> (maps: [Raster], note: String) {
        let original = PictureSize(height: photograph.height, width: photograph.width)
        let collectors = (0..<mapCount).map { _ in MapCollector(height: original.height, width: original.width, passes: passes) }
        let worked = size ?? original
        let note = try run(
            PhotographRows(photograph).resized(height: worked.height, width: worked.width),
            into: collectors.map { worked.resizing(to: original, into: $0) }, label: label)
        return (collectors.map { $0.finish() }, note)
    }
}
