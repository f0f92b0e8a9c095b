import ArgumentParser
import Files
import Imaging
import Platform

struct SegmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segment",
        abstract: "Finds the vessels in photographs.",
        discussion: """
            For each photograph (PNG, JPEG, TIFF, GIF, WebP, JPEG 2000, BMP or PNM) an 8-bit PNG with 255 times the probability and a .npy with \
            the probabilities, of the photograph's size. A model is compiled in memory for the size that is needed. A \
            photograph that is no multiple of 16 is padded right and bottom with zeros, and the map cropped. With a plan, or a \
            model of one size only, the photograph is resized to that size, and the map back.

            The patches protocol is that of the reference's predict.py: resize to the data set's square, paint the border \
            with zeros, predict each patch, average, crop, resize back. At stride 3 it is hundreds of times the work of one pass.

            EXAMPLES
              venule segment models/iternet_k8_n3.hdf5 retina.jpg -o out --overlay
              venule segment iternet.plan 01_test.tif 02_test.tif -o out --threads 2
              venule segment model.hdf5 01_test.tif -o out --protocol patches --dataset drive --stretch
            """)

    @Argument(help: "A plan, a Keras file (HDF5, .keras), an ONNX file or a graph (.vir).") var network: String
    @Argument(help: "Photographs.") var images: [String]
    @Option(
        name: [.customShort("o"), .long], help: ArgumentHelp("Where the maps go; made where it is missing.", valueName: "DIR"))
    var output: String
    @Option(name: .customLong("protocol"), help: "One pass over the whole photograph, or the average of overlapping patches.")
    var method: SegmentationProtocol = .whole
    @Option(help: "Resize to this data set's square: 576, 960 or 592 pixels; 'none' keeps the size.")
    var dataset: DataSet = .none
    @Option(parsing: .unconditional, help: "Side of a patch in pixels. (default: 128, or the only one that the plan or the model takes)")
    var patch: Int?
    @Option(parsing: .unconditional, help: "Pixels from one patch to the next. (default: 3)")
    var stride: Int?
    @OptionGroup var threadCount: ThreadCount
    @Flag(help: "Scale the PNG from the map's smallest to its largest value, as the reference does; the .npy stays.")
    var stretch = false
    @Flag(help: "Also write the photograph with the vessels in green.")
    var overlay = false
    @Option(
        help: ArgumentHelp(
            "The output that is the map. Default: the only one that can be, or the last of those that refine one another.",
            valueName: "OUTPUT"))
    var map: String?
    @OptionGroup var architecture: ArchitectureOption
    @Flag(help: "Replace files that exist. Those that this command reads are never replaced.")
    var force = false

    func validate() throws {
        guard !images.isEmpty else { throw ValidationError("Missing expected argument '<images> ...'") }
        if method == .whole, patch != nil || stride != nil {
            throw ValidationError("--patch and --stride are for --protocol patches")
        }
        if let patch, patch < 1 { throw ValidationError("--patch \(patch): 1 or more is expected") }
        if let stride, stride < 1 { throw ValidationError("--stride \(stride): 1 or more is expected") }
    }

    func run() throws {
        try OutputFolder.check(output)
        let files = try SegmentedFiles.plan(images, in: output, overlays: overlay, network: network, replaces: force)
        let predictor = try MapPredictor(path: network, threads: threadCount.threads, map: map, architecture: architecture)
        let patchAverage = method == .patches ? try patches(predictor) : nil
        for assumption in predictor.assumptions { Console.write(Format.line("assumed", assumption)) }
        if let note = predictor.mapNote { Console.write(Format.line("map", note)) }
        var failure: CommandFailure?
        for file in files {
            do {
                try segment(file, predictor, patchAverage)
            } catch {
                // One bad photograph does not take the others with it.
                guard files.count > 1 else { throw error }
                let status = Console.report(error)
                failure = failure ?? CommandFailure(status, "not every photograph was segmented")
            }
        }
        if predictor.largestPlanBytes > 0 {
            Console.write(Format.line("plan in memory", Format.mebibytes(predictor.largestPlanBytes)))
        }
        Console.write(Format.line("peak memory", Format.mebibytes(Int(venule_peak_resident_bytes()))))
        if let failure { throw failure }
    }

    private func patches(_ predictor: MapPredictor) throws -> PatchAverage {
        guard predictor.frame == nil else {
            throw CommandFailure(.usage, "\(network): the plan is for a camera's frames; patches need one for floats, or a model")
        }
        var side = patch ?? 128
        if let fixed = predictor.fixedSize {
            guard fixed.height == fixed.width, patch ?? fixed.height == fixed.height else {
                let wanted = patch.map { "patches of \($0)x\($0)" } ?? "square patches"
                throw CommandFailure(.usage, "\(network): the \(predictor.kind) is for \(fixed) pixels; \(wanted) are asked for")
            }
            side = fixed.height
        }
        let stride = stride ?? 3
        guard stride <= side else {
            throw CommandFailure(
                .usage, "--stride \(stride): at most the patch's side of \(side) is expected, or pixels are left out")
        }
        return try PatchAverage(predictor, patch: side, stride: stride)
    }

    private func segment(_ files: SegmentedFiles, _ predictor: MapPredictor, _ patchAverage: PatchAverage?) throws {
        let start = monotonicSeconds()
        let (photograph, warnings) = try ImageFile.readWithWarnings(files.image)
        for warning in warnings { Console.note("venule: \(files.image): warning: \(warning)") }
        let original = Picture.photograph(photograph)
        let picture = dataset.side.map { original.resized(to: PictureSize(height: $0, width: $0)) } ?? original
        let result =
            try patchAverage?.map(of: picture.raster, label: SegmentedFiles.stem(of: files.image))
            ?? WholeImage(predictor: predictor).map(of: picture)
        let map = result.map.resized(height: original.height, width: original.width)

        try write(map, photograph, files)
        let range = MapRange(map)
        if !range.isOfProbabilities { Console.warn(.noProbabilities(image: files.image, range)) }

        var notes = [original.size.description]
        if let side = dataset.side { notes.append("as \(side)x\(side)") }
        if !result.note.isEmpty { notes.append(result.note) }
        notes.append(Format.duration(monotonicSeconds() - start))
        Console.write("\(files.image): \(notes.joined(separator: ", "))")
        for path in files.paths { Console.write("  \(path)") }
    }

    private func write(_ map: Raster, _ photograph: Photograph, _ files: SegmentedFiles) throws {
        var contents = [(path: files.array, bytes: NPYArray(map.values, shape: [map.height, map.width]).fileBytes)]
        var pictures = [(files.map, ImageFile.greyPNG(stretch ? map.stretched() : map))]
        if let overlay = files.overlay { pictures.append((overlay, ImageFile.png(photograph.overlaid(with: map)))) }
        for (path, png) in pictures {
            guard let png else { throw CommandFailure(.doesNotFit, "\(path): there is no memory for the picture") }
            contents.append((path: path, bytes: png))
        }
        try OutputFolder.make(output)
        // Others may have made files meanwhile; and where capitals do not count, a.png is the A.png of the photograph before.
        if !force { try files.checkAbsence() }
        try AtomicFile.write(contents)
    }
}
