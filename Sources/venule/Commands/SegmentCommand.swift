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
            the probabilities, of the photograph's size. Of a folder all photographs below it are taken, and the results are put into folders \
            of the same names. A model is compiled in memory for the size that is needed. A \
            photograph that is no multiple of 16 is padded right and bottom with zeros, and the map cropped. With a plan, or a \
            model of one size only, the photograph is resized to that size, and the map back.

            The patches protocol is that of the reference's predict.py: resize to the data set's square, paint the border \
            with zeros, predict each patch, average, crop, resize back. At stride 3 it is hundreds of times the work of one pass.

            EXAMPLES
              venule segment models/iternet_k8_n3.hdf5 retina.jpg -o out --overlay
              venule segment iternet.plan 01_test.tif 02_test.tif -o out --threads 2
              venule segment model.hdf5 photographs -o out --threshold 0.5 --csv out.csv --skip-existing
              venule segment model.hdf5 01_test.tif -o out --protocol patches --dataset DRIVE --stretch
            """)

    @Argument(help: "A plan, a Keras file (HDF5, .keras), an ONNX file or a graph (.vir).") var network: String
    @Argument(help: "Photographs, or folders of them.") var images: [String]
    @Option(
        name: [.customShort("o"), .long], help: ArgumentHelp("Where the maps go; made where it is missing.", valueName: "DIR"))
    var output: String
    @Option(
        name: .customLong("protocol"),
        help: "One pass over the whole photograph, or the average of overlapping patches or of shifted passes.")
    var method: SegmentationProtocol = .whole
    @Option(help: "Resize to this data set's square: 576, 960 or 592 pixels; 'none' keeps the size.")
    var dataset: DataSet = .none
    @Option(
        help: ArgumentHelp(
            "Resize to so many rows and columns first, and the map back: the height first, as in --input-shape.", valueName: "HEIGHTxWIDTH")
    )
    var resize: PictureSize?
    @Option(parsing: .unconditional, help: "Side of a patch in pixels. (default: 128, or the only one that the plan or the model takes)")
    var patch: Int?
    @Option(parsing: .unconditional, help: "Pixels from one patch to the next. (default: 3)")
    var stride: Int?
    @Option(parsing: .unconditional, help: "Passes over the shifted photograph. (default: 4)")
    var phases: Int?
    @OptionGroup var threadCount: ThreadCount
    @Flag(help: "Scale the PNG from the map's smallest to its largest value, as the reference does; the .npy stays.")
    var stretch = false
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Also write a mask, NAME-mask.png: 255 where the value is at least P, else 0; 'otsu' finds P in each map.", valueName: "P|otsu")
    )
    var threshold: MapThreshold?
    @Option(
        help: ArgumentHelp(
            """
            The field of view, outside of which maps are 0: found in the photograph, or a mask of its size, or a folder of masks. \
            Default: none, so that all of the photograph counts.
            """, valueName: "auto|FILE|DIR|none"))
    var fov: FieldOfViewSource = .none
    @Flag(help: "Also write the field of view, NAME-fov.png: 255 inside, else 0.")
    var writeFov = false
    @Flag(help: "Also write the photograph with the vessels in green.")
    var overlay = false
    @OptionGroup var ends: NetworkEndOptions
    @OptionGroup var architecture: ArchitectureOption
    @OptionGroup var batchOptions: BatchOptions
    @OptionGroup var report: ReportOptions

    func validate() throws {
        guard !images.isEmpty else { throw ValidationError("Missing expected argument '<images> ...'") }
        if method != .patches, patch != nil || stride != nil {
            throw ValidationError("--patch and --stride are for --protocol patches")
        }
        if method != .phases, phases != nil { throw ValidationError("--phases is for --protocol phases") }
        if let phases, phases < 1 { throw ValidationError("--phases \(phases): 1 or more is expected") }
        if writeFov, fov == .none { throw ValidationError("--write-fov: give --fov auto or a mask, or there is no field of view to write") }
        if let patch, patch < 1 { throw ValidationError("--patch \(patch): 1 or more is expected") }
        if let stride, stride < 1 { throw ValidationError("--stride \(stride): 1 or more is expected") }
        if let resize {
            guard dataset == .none else { throw ValidationError("--resize and --dataset both say what to resize to; give one of them") }
            guard resize.height <= ImageFile.defaultPixelLimit / resize.width else {
                throw ValidationError(
                    "--resize \(resize.height)x\(resize.width): at most \(Format.grouped(ImageFile.defaultPixelLimit)) pixels are accepted")
            }
        }
    }

    func run() throws {
        try OutputFolder.check(output)
        let list = try PhotographList(images, output: output)
        if let note = list.note, !report.quiet { Console.noteOnInput(note) }
        if report.verbose { for path in list.passedOver { Console.noteOnInput("\(path): is passed over") } }
        let read = graphFiles(network) + (architecture.path.map { [$0] } ?? [])
        let fields = try fov.masks(for: list.photographs, output: output)
        var kinds = SegmentedFileKinds(hasMask: threshold != nil, hasOverlay: overlay, hasFieldOfView: writeFov)
        var files = try SegmentedFiles.plan(
            list.photographs, in: output, kinds, storedFields: fields, read: read, existing: batchOptions.existing)
        try batchOptions.checkTable(files, read: ReadFiles(list.photographs.map(\.path) + fields.values + read))
        let predictor = try MapPredictor(path: network, threads: threadCount.threads, ends: try ends.ends(), architecture: architecture)
        if !predictor.heads.isEmpty {
            // Only now are the names known.
            let names = OutputNames.fileNames(for: predictor.heads.map { Array($0.utf8) })
            kinds.heads = names.map { String(decoding: $0, as: UTF8.self) }
            files = try SegmentedFiles.plan(
                list.photographs, in: output, kinds, storedFields: fields, read: read, existing: batchOptions.existing)
        }
        let segmenter = PhotographSegmenter(
            predictor: predictor, method: try segmentationMethod(predictor),
            size: dataset.side.map { PictureSize(height: $0, width: $0) } ?? resize, stretches: stretch,
            threshold: threshold ?? .standard, fieldOfView: fov, showsProgress: !report.quiet)
        if report.writesLines {
            for assumption in predictor.assumptions { Console.write(Format.line("assumed", assumption)) }
            if let note = predictor.mapNote { Console.write(Format.line("map", note)) }
        }
        let table = try batchOptions.table(files)
        var batch = SegmentBatch(files, passedOver: list.passedOver.count, report: report, table: table?.table)
        try batch.run(known: table?.known ?? [], segmenter.segment)
        if batch.files.count > 1 || batch.failure == nil || report.json {
            try report.write(
                SegmentReport(
                    network: network, protocol: method.rawValue, assumptions: predictor.assumptions, photographs: batch.records,
                    totals: batch.totals, planBytes: predictor.largestPlanBytes, peakResidentBytes: Int(venule_peak_resident_bytes())))
        }
        if let failure = batch.failure { throw failure }
    }

    private func segmentationMethod(_ predictor: MapPredictor) throws -> any SegmentationMethod {
        switch method {
        case .whole: WholeImage(predictor: predictor)
        case .patches: try patches(predictor)
        case .phases: try PhaseAverage(predictor, count: phases ?? 4)
        }
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
}
