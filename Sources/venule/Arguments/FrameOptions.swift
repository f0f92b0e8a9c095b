import ArgumentParser
import GraphIR
import Optimizer

/// Options of `compile` for plans that take a camera's frames.
struct FrameOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Make a plan whose input is a camera's frame of 8-bit pixels, u8 [1, height, width, channels]: rgb8, bgr8, rgba8 or \
            gray8, and its width and height.
            """, valueName: "rgb8:3504x2336"))
    var inputFormat: String?
    @Option(
        help: ArgumentHelp(
            "The part of the frame that is used: width, height, and what is left of it and above it.",
            valueName: "2336x2336+584+0"))
    var crop: CameraFrame.Crop?
    @Option(help: ArgumentHelp("The model's width and height, which the frame or its part is resized to.", valueName: "592x592"))
    var resize: CameraFrame.Size?
    @Option(parsing: .unconditional, help: ArgumentHelp("What bytes are multiplied with. Default: 1/255.", valueName: "S"))
    var scale: Float?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("What is subtracted from scaled pixels: a number for each channel of the model, or one.", valueName: "R,G,B"))
    var mean: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("What they are divided by then.", valueName: "R,G,B"))
    var deviation: String?

    /// - Throws: `CommandFailure` for what cannot be read, and for options without a frame.
    func entry() throws -> CameraFrame? {
        guard let inputFormat else {
            let given = [crop != nil, resize != nil, scale != nil, mean != nil, deviation != nil]
            if let first = given.firstIndex(of: true) {
                let option = ["crop", "resize", "scale", "mean", "deviation"][first]
                throw CommandFailure(.usage, "--\(option): is for a frame; give --input-format too")
            }
            return nil
        }
        guard var entry = CameraFrame(format: inputFormat) else {
            let formats = CameraFrame.PixelFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure(
                .usage, "--input-format \(inputFormat): expected one of \(formats), a colon, and WIDTHxHEIGHT: rgb8:3504x2336")
        }
        entry.crop = crop
        entry.resized = resize
        entry.scale = scale ?? entry.scale
        entry.normalization = try ChannelNormalization(meanArgument: mean, deviationArgument: deviation)
        return entry
    }
}

extension ChannelNormalization {
    /// What `--mean` and `--deviation` say; without them 0 and 1.
    ///
    /// - Throws: `CommandFailure` for what cannot be read.
    init(meanArgument mean: String?, deviationArgument deviation: String?) throws {
        self.init()
        if let mean { self.mean = try Self.numbers(mean, "--mean") }
        if let deviation { self.deviation = try Self.numbers(deviation, "--deviation") }
    }

    private static func numbers(_ text: String, _ option: String) throws -> [Float] {
        guard let numbers = CameraFrame.numbers(text) else {
            throw CommandFailure(.usage, "\(option) \(text): expected numbers with commas between them, such as 0.485,0.456,0.406")
        }
        return numbers
    }
}

extension CameraFrame.Size: ExpressibleByArgument {}
extension CameraFrame.Crop: ExpressibleByArgument {}
