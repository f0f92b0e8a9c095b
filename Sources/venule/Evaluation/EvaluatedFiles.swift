import Evaluation
import Files
import Imaging

/// Where figures are computed.
enum FieldSource: Equatable {
    /// In the whole picture.
    case none
    /// In the field of view that is found in the photograph.
    case automatic
    /// In stored fields of view.
    case files(String)

    init(_ text: String) {
        switch text {
        case "none": self = .none
        case "auto": self = .automatic
        default: self = .files(text)
        }
    }
}

/// A map with its truth, read from a pair of files.
struct EvaluatedMap {
    let height: Int
    let width: Int
    /// Row-major, from 0 to 1 where they are probabilities.
    let scores: [Float]
    let truth: Mask
    /// Nil where all pixels count.
    let field: Mask?

    /// - Throws: for files that cannot be read, sizes that differ, and masks that are none.
    init(_ pair: EvaluationPair, _ source: FieldSource) throws {
        let prediction = try Self.prediction(pair.prediction)
        (height, width, scores) = prediction
        func check(_ path: String, _ otherHeight: Int, _ otherWidth: Int) throws {
            guard otherHeight == prediction.height, otherWidth == prediction.width else {
                throw CommandFailure(
                    .usage,
                    "\(pair.prediction) has \(prediction.width)x\(prediction.height) pixels, \(path) has \(otherWidth)x\(otherHeight); one size is expected"
                )
            }
        }
        truth = try Self.mask(pair.truth, "vessels")
        try check(pair.truth, truth.height, truth.width)
        var field: Mask?
        if let path = pair.field {
            let mask = try Self.mask(path, "the field of view")
            try check(path, mask.height, mask.width)
            guard mask.area > 0 else { throw CommandFailure(.usage, "\(path): no pixel is in the field of view; white is expected for it") }
            field = mask
        } else if source == .automatic, let path = pair.photograph {
            let photograph = try ImageFile.read(path)
            try check(path, photograph.height, photograph.width)
            let mask = FieldOfView.find(in: photograph)
            guard mask.area > 0 else {
                throw CommandFailure(.usage, "\(path): the photograph is nearly black, so that no field of view is found in it")
            }
            field = mask
        }
        self.field = field
    }

    /// How often each score was given to vessels and to others.
    func counts(_ path: String) throws -> ScoreCounts {
        do throws(ScoreError) {
            return try ScoreCounts(scores: scores, truth: truth.isSet, field: field?.isSet)
        } catch {
            throw CommandFailure(
                .usage,
                "\(path): the prediction for row \(error.index / width), column \(error.index % width) is \(error.value); finite numbers are expected"
            )
        }
    }

    private static func prediction(_ path: String) throws -> (height: Int, width: Int, scores: [Float]) {
        guard path.lowercased().hasSuffix(".npy") else {
            let picture = try ImageFile.read(path)
            guard picture.isGrey else {
                throw CommandFailure(.usage, "\(path): is a picture in colours; a grey map is expected, black for 0 and white for 1")
            }
            let levels = (0...255).map { Float(Double($0) / 255) }
            let scores = stride(from: 0, to: picture.samples.count, by: 3).map { levels[Int(picture.samples[$0])] }
            return (picture.height, picture.width, scores)
        }
        let file = try ArrayFile(FileReader(path), as: .float32)
        guard file.element == .float32 else {
            throw CommandFailure(
                .unsupported, "\(path): has elements of \(file.element.name); float32 or float64 is expected of a prediction")
        }
        var shape = file.header.shape
        while shape.count > 2, shape.last == 1 || shape.first == 1 {
            if shape.last == 1 { shape.removeLast() } else { shape.removeFirst() }
        }
        guard shape.count == 2 else {
            throw CommandFailure(
                .usage, "\(path): has the shape \(Format.shape(file.header.shape)); that of one map is expected, HEIGHTxWIDTH")
        }
        return (shape[0], shape[1], try NPYArray(file).floats)
    }

    private static func mask(_ path: String, _ meaning: String) throws -> Mask {
        let picture = try ImageFile.read(path)
        guard picture.isGrey else {
            throw CommandFailure(.usage, "\(path): is a picture in colours; black and white are expected, white for \(meaning)")
        }
        let brightest = picture.samples.max() ?? 0
        guard brightest == 0 || brightest > 127 else {
            throw CommandFailure(.usage, "\(path): its brightest pixel is \(brightest) of 255; white is expected for \(meaning)")
        }
        return Mask(picture)
    }
}

extension Photograph {
    /// Whether red, green and blue hardly differ, as lossy compression leaves them of grey.
    fileprivate var isGrey: Bool {
        samples.withUnsafeBufferPointer { samples in
            stride(from: 0, to: samples.count, by: 3).allSatisfy { first in
                let (red, green, blue) = (samples[first], samples[first + 1], samples[first + 2])
                return max(red, green, blue) - min(red, green, blue) <= 32
            }
        }
    }
}
