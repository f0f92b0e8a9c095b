import Foundation
import Testing

@testable import Evaluation

/// The files that `make_fixtures.py` made with scikit-learn.
enum Fixture {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")

    /// Scores, and whether a pixel is of a vessel and counts.
    static func counts(_ name: String) throws -> ScoreCounts {
        let file = try Data(contentsOf: folder.appendingPathComponent("\(name).npy"))
        // NumPy's header takes a multiple of 64 bytes; these are 128.
        let floats = file.dropFirst(128).withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
        let count = floats.count / 3
        return try ScoreCounts(
            scores: Array(floats[..<count]), truth: floats[count..<2 * count].map { $0 == 1 },
            field: floats[(2 * count)...].map { $0 == 1 })
    }

    static func decoded<Value: Decodable>(_ name: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(contentsOf: folder.appendingPathComponent("\(name).json")))
    }
}

/// What scikit-learn says.
struct ExpectedFigures: Decodable {
    var bestThreshold: Float?
    var rocAUC: Double?
    var averagePrecision: Double?
    var calibrationError: Double?
    var atHalf: ExpectedConfusion
    var atBest: ExpectedConfusion?
}

struct ExpectedConfusion: Decodable {
    var truePositives: Int
    var falsePositives: Int
    var trueNegatives: Int
    var falseNegatives: Int
    var accuracy: Double?
    var sensitivity: Double?
    var specificity: Double?
    var precision: Double?
    var dice: Double?
    var jaccard: Double?
    var matthews: Double?
}

/// Whether both are undefined or equal to 1e-9.
func agree(_ found: Double?, _ expected: Double?) -> Bool {
    guard let found, let expected else { return (found == nil) == (expected == nil) }
    return abs(found - expected) <= 1e-9
}

func expectEqual(_ found: Confusion?, _ expected: ExpectedConfusion?, sourceLocation: SourceLocation = #_sourceLocation) {
    guard let found, let expected else {
        #expect((found == nil) == (expected == nil), sourceLocation: sourceLocation)
        return
    }
    #expect(found.truePositives == expected.truePositives, sourceLocation: sourceLocation)
    #expect(found.falsePositives == expected.falsePositives, sourceLocation: sourceLocation)
    #expect(found.trueNegatives == expected.trueNegatives, sourceLocation: sourceLocation)
    #expect(found.falseNegatives == expected.falseNegatives, sourceLocation: sourceLocation)
    #expect(agree(found.accuracy, expected.accuracy), sourceLocation: sourceLocation)
    #expect(agree(found.sensitivity, expected.sensitivity), sourceLocation: sourceLocation)
    #expect(agree(found.specificity, expected.specificity), sourceLocation: sourceLocation)
    #expect(agree(found.precision, expected.precision), sourceLocation: sourceLocation)
    #expect(agree(found.dice, expected.dice), sourceLocation: sourceLocation)
    #expect(agree(found.jaccard, expected.jaccard), sourceLocation: sourceLocation)
    #expect(agree(found.matthews, expected.matthews), sourceLocation: sourceLocation)
}
