import Files
import Foundation
import Imaging
import TestSupport
import Testing

/// `venule evaluate`: which files belong together, what is refused, and what is written. The figures themselves are compared with
/// scikit-learn's in EvaluationTests.
@Suite struct EvaluateTests {
    /// Eight pixels in two rows: scores, and which are vessels.
    private static let scores: [Float] = [0.9, 0.8, 0.3, 0.1, 0.7, 0.4, 0.2, 0]
    private static let vessels: [Bool] = [true, true, true, false, false, false, false, false]

    private func map(_ path: String, _ scores: [Float] = scores, shape: [Int] = [2, 4]) throws {
        try AtomicFile.write(NPYArray(scores, shape: shape).fileBytes, to: path)
    }

    private func picture(_ path: String, _ isWhite: [Bool] = vessels, width: Int = 4, white: UInt8 = 255) throws {
        let samples = isWhite.flatMap { [UInt8](repeating: $0 ? white : 0, count: 3) }
        try Photograph(height: isWhite.count / width, width: width, samples: samples).write(to: path)
    }

    /// Two photographs as DRIVE names its files.
    private func withFolders(_ body: (String) throws -> Void) throws {
        try withTemporaryDirectory { folder in
            for name in ["pred", "truth", "fov"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
            for number in ["01", "02"] {
                try map("\(folder)/pred/\(number)_test.npy")
                try picture("\(folder)/truth/\(number)_manual1.png")
                try picture("\(folder)/fov/\(number)_test_mask.png", [true, true, true, true, true, true, true, false])
            }
            try body(folder)
        }
    }

    private func json(_ arguments: [String]) throws -> [String: Any] {
        let text = try Venule.succeed(["evaluate"] + arguments + ["--json"]).standardOutput
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func names(_ report: [String: Any]) throws -> [String] {
        try #require(report["photographs"] as? [[String: Any]]).compactMap { $0["name"] as? String }
    }

    /// 13 of the 15 pairs of a vessel and another pixel are in order; JSONSerialization may miss the last bit.
    private func isArea(_ value: Any?) -> Bool { (value as? Double).map { abs($0 - 13.0 / 15) < 1e-12 } ?? false }

    @Test func figuresStandInTheReport() throws {
        try withFolders { folder in
            let report = try json(["--pred", "\(folder)/pred", "--truth", "\(folder)/truth", "--resamples", "20", "--seed", "3"])
            #expect(try names(report) == ["01_test", "02_test"])
            let pooled = try #require(report["pooled"] as? [String: Any])
            #expect(isArea(pooled["rocAUC"]))
            #expect(pooled["pixels"] as? Int == 16 && pooled["vesselPixels"] as? Int == 6)
            let cut = try #require(pooled["atHalf"] as? [String: Any])
            #expect(cut["truePositives"] as? Int == 4 && cut["falseNegatives"] as? Int == 2)
            #expect(cut["falsePositives"] as? Int == 2 && cut["trueNegatives"] as? Int == 8)
            #expect(cut["dice"] as? Double == 8.0 / 12)
            #expect(report["bestThreshold"] as? Double == Double(Float(0.8)))
            #expect((pooled["atBest"] as? [String: Any])?["dice"] as? Double == 0.8)
            let intervals = try #require(report["intervals"] as? [String: Any])
            #expect(intervals["seed"] as? Int == 3 && intervals["resamples"] as? Int == 20)
            #expect((intervals["atHalf"] as? [String: Any])?["dice"] as? [Double] == [8.0 / 12, 8.0 / 12])
            #expect((report["warnings"] as? [Any])?.isEmpty == true)
        }
    }

    @Test func aFieldOfViewLeavesPixelsOut() throws {
        try withFolders { folder in
            let report = try json(["--pred", "\(folder)/pred", "--truth", "\(folder)/truth", "--fov", "\(folder)/fov"])
            #expect((report["pooled"] as? [String: Any])?["pixels"] as? Int == 14)
            try FileManager.default.removeItem(atPath: "\(folder)/fov/02_test_mask.png")
            try Venule.fail(
                1, "pred/02_test.npy: there is no field of view for it in", "evaluate", "--pred", "\(folder)/pred", "--truth",
                "\(folder)/truth", "--fov", "\(folder)/fov")
            try picture("\(folder)/fov/02_mask.png", [Bool](repeating: false, count: 8))
            try Venule.fail(
                1, "02_mask.png: no pixel is in the field of view", "evaluate", "--pred", "\(folder)/pred", "--truth",
                "\(folder)/truth", "--fov", "\(folder)/fov")
        }
    }

    /// A bright half beside a black one.
    @Test func theFieldOfViewIsFoundInPhotographs() throws {
        try withFolders { folder in
            let left = [true, true, false, false, true, true, false, false]
            try picture("\(folder)/eye.png", left)
            let report = try json([
                "--pred", "\(folder)/pred/01_test.npy", "--truth", "\(folder)/truth/01_manual1.png", "--fov", "auto", "--images",
                "\(folder)/eye.png",
            ])
            #expect((report["pooled"] as? [String: Any])?["pixels"] as? Int == 4)
            try picture("\(folder)/eye.png", left, white: 3)
            try Venule.fail(
                1, "eye.png: the photograph is nearly black", "evaluate", "--pred", "\(folder)/pred/01_test.npy", "--truth",
                "\(folder)/truth/01_manual1.png", "--fov", "auto", "--images", "\(folder)/eye.png")
            try Venule.fail(
                1, "--images is missing", "evaluate", "--pred", "\(folder)/pred", "--truth", "\(folder)/truth", "--fov", "auto")
        }
    }

    /// The names of DRIVE, CHASE-DB1, STARE and HRF, with the files that lie beside them.
    @Test(
        arguments: [
            ("21_training.npy", "21_manual1.png", ["21_manual1-mask.png"]),
            ("Image_01L.npy", "Image_01L_1stHO.png", ["Image_01L.png"]),
            ("im0001.npy", "im0001.ah.png", []), ("im0002.npy", "im0002.vk.png", []),
            ("01_h.npy", "01_h.png", ["01_h_mask.png", "notes.txt", ".hidden.png"]),
        ] as [(String, String, [String])])
    func namesOfDataSetsPair(prediction: String, truth: String, others: [String]) throws {
        try withFolders { folder in
            try FileManager.default.removeItem(atPath: "\(folder)/truth")
            try FileManager.default.createDirectory(atPath: "\(folder)/truth", withIntermediateDirectories: true)
            try map("\(folder)/pred/\(prediction)")
            for name in [truth] + others { try picture("\(folder)/truth/\(name)") }
            // What segment writes beside a map is no map.
            for name in ["x-overlay.png", "x-mask.png", "x-fov.png", "x_mask.png", "x_fov.png"] { try picture("\(folder)/pred/\(name)") }
            let result = try Venule.succeed(["evaluate", "--pred", "\(folder)/pred", "--truth", "\(folder)/truth", "--json"])
            let report = try #require(try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8)) as? [String: Any])
            #expect(try names(report) == [(prediction as NSString).deletingPathExtension])
            let warnings = try #require(report["warnings"] as? [String])
            #expect(warnings.count == 2)
            for name in ["01_test", "02_test"] {
                #expect(result.standardError.contains("pred/\(name).npy: there is no truth for it in"))
                #expect(warnings.contains { $0.contains("pred/\(name).npy: there is no truth for it in") })
            }
        }
    }

    @Test func whatHasNoPartnerIsTold() throws {
        try withFolders { folder in
            try FileManager.default.removeItem(atPath: "\(folder)/pred/01_test.npy")
            let result = try Venule.succeed("evaluate", "--pred", "\(folder)/pred", "--truth", "\(folder)/truth")
            #expect(
                result.standardError.contains("warning: \(folder)/truth/01_manual1.png: there is no prediction for it in \(folder)/pred"))
            try Venule.fail(
                1, "none of the predictions in \(folder)/fov has its truth in", "evaluate", "--pred", "\(folder)/fov", "--truth",
                "\(folder)/pred")
        }
    }

    @Test func ambiguousNamesAreRefused() throws {
        try withFolders { folder in
            try picture("\(folder)/truth/01_manual2.png")
            try Venule.fail(
                1, "truth/01_manual1.png and \(folder)/truth/01_manual2.png could both be its truth", "evaluate", "--pred",
                "\(folder)/pred", "--truth", "\(folder)/truth")
            try FileManager.default.removeItem(atPath: "\(folder)/truth/01_manual2.png")
            try map("\(folder)/pred/01.npy")
            try Venule.fail(
                1, "pred/01.npy and \(folder)/pred/01_test.npy could both be the prediction", "evaluate", "--pred", "\(folder)/pred",
                "--truth", "\(folder)/truth")
        }
    }

    @Test func anArrayIsPreferredToItsPicture() throws {
        try withFolders { folder in
            try picture("\(folder)/pred/01_test.png", [Bool](repeating: false, count: 8))
            let arguments = ["--pred", "\(folder)/pred", "--truth", "\(folder)/truth"]
            #expect(isArea((try json(arguments)["pooled"] as? [String: Any])?["rocAUC"]))
        }
    }

    @Test func picturesAreMapsToo() throws {
        try withFolders { folder in
            try picture("\(folder)/map.png", white: 128)
            let report = try json(["--pred", "\(folder)/map.png", "--truth", "\(folder)/truth/01_manual1.png"])
            let pooled = try #require(report["pooled"] as? [String: Any])
            #expect(pooled["rocAUC"] as? Double == 1 && (pooled["atHalf"] as? [String: Any])?["dice"] as? Double == 1)
            // 1 - 128 / 255 for three of eight pixels.
            let error = try #require(pooled["calibrationError"] as? Double)
            #expect(abs(error - (1 - Double(Float(128.0 / 255))) * 3 / 8) < 1e-9)
            #expect(report["intervals"] == nil)
        }
    }

    @Test func whatIsNoMapOrTruthIsRefused() throws {
        try withFolders { folder in
            let truth = "\(folder)/truth/01_manual1.png"
            func fail(_ status: Int32, _ message: String, _ prediction: String, _ truth: String) throws {
                try Venule.fail(status, message, "evaluate", "--pred", prediction, "--truth", truth)
            }
            var scores = Self.scores
            scores[6] = .nan
            try map("\(folder)/nan.npy", scores)
            try fail(1, "nan.npy: the prediction for row 1, column 2 is nan; finite numbers are expected", "\(folder)/nan.npy", truth)
            try map("\(folder)/long.npy", shape: [1, 8])
            try fail(1, "long.npy has 8x1 pixels, \(truth) has 4x2; one size is expected", "\(folder)/long.npy", truth)
            try map("\(folder)/planes.npy", shape: [2, 2, 2])
            try fail(1, "planes.npy: has the shape 2x2x2; that of one map is expected", "\(folder)/planes.npy", truth)
            let colour = Photograph(height: 2, width: 4, samples: (0..<8).flatMap { _ in [200, 30, 10] as [UInt8] })
            try colour.write(to: "\(folder)/colour.png")
            try fail(1, "colour.png: is a picture in colours; a grey map is expected", "\(folder)/colour.png", truth)
            try fail(1, "colour.png: is a picture in colours; black and white are expected", truth, "\(folder)/colour.png")
            try picture("\(folder)/dark.png", white: 1)
            try fail(1, "dark.png: its brightest pixel is 1 of 255; white is expected for vessels", truth, "\(folder)/dark.png")
            try fail(1, "nothing.npy: there is no such file or folder", "\(folder)/nothing.npy", truth)
            try AtomicFile.write(Array("text".utf8), to: "\(folder)/text.npy")
            try fail(2, "text.npy: is no .npy file", "\(folder)/text.npy", truth)
        }
    }

    @Test func axesOfOneAreLeftOut() throws {
        try withFolders { folder in
            for shape in [[1, 2, 4, 1], [1, 1, 2, 4], [2, 4, 1], [1, 2, 4]] as [[Int]] {
                try map("\(folder)/map.npy", shape: shape)
                let report = try json(["--pred", "\(folder)/map.npy", "--truth", "\(folder)/truth/01_manual1.png"])
                #expect(isArea((report["pooled"] as? [String: Any])?["rocAUC"]))
            }
        }
    }

    @Test func undefinedFiguresAreNull() throws {
        try withFolders { folder in
            try picture("\(folder)/none.png", [Bool](repeating: false, count: 8))
            let result = try Venule.succeed([
                "evaluate", "--pred", "\(folder)/pred/01_test.npy", "--truth", "\(folder)/none.png", "--json", "--csv", "\(folder)/t.csv",
            ])
            let report = try #require(try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8)) as? [String: Any])
            let pooled = try #require(report["pooled"] as? [String: Any])
            #expect(pooled["rocAUC"] is NSNull && pooled["averagePrecision"] is NSNull && report["bestThreshold"] is NSNull)
            #expect(result.standardError.contains("01_test.npy: the truth has no vessels, so that ROC AUC"))
            #expect(!result.standardOutput.contains("nan"))
            let table = String(decoding: try contents("\(folder)/t.csv"), as: UTF8.self)
            #expect(table.contains("\r\npooled,8,0,,,0."))
        }
    }

    @Test func tableAndPageAreWritten() throws {
        try withFolders { folder in
            for kind in ["pred", "truth"] {
                let old = kind == "pred" ? "02_test.npy" : "02_manual1.png"
                let new = kind == "pred" ? "a<b>&,\"c\".npy" : "a<b>&,\"c\".png"
                try FileManager.default.moveItem(atPath: "\(folder)/\(kind)/\(old)", toPath: "\(folder)/\(kind)/\(new)")
            }
            let result = try Venule.succeed(
                "evaluate", "--pred", "\(folder)/pred", "--truth", "\(folder)/truth", "--csv", "\(folder)/t.csv", "--html",
                "\(folder)/t.html", "-q")
            #expect(result.standardOutput.isEmpty && result.standardError.isEmpty)
            let lines = String(decoding: try contents("\(folder)/t.csv"), as: UTF8.self).split(separator: "\r\n")
            #expect(lines.count == 4 && lines[0].hasPrefix("name,pixels,vesselPixels,rocAUC,averagePrecision,calibrationError,atHalf.true"))
            #expect(
                lines[1].hasPrefix("01_test,8,3,0.8666") && lines[2].hasPrefix("\"a<b>&,\"\"c\"\"\",8,3,0.8666")
                    && lines[3].hasPrefix("pooled,16,6,"))
            let page = String(decoding: try contents("\(folder)/t.html"), as: UTF8.self)
            #expect(page.contains("a&lt;b&gt;&amp;,&quot;c&quot;") && !page.contains("a<b>"))
            #expect(page.components(separatedBy: "data:image/png;base64,").count == 3)
            #expect(page.contains("<svg") && page.contains("prefers-color-scheme: dark") && page.contains("optimistic"))
            // Nothing of it is elsewhere.
            #expect(!page.contains("http") && !page.contains("<script") && !page.contains("<link"))
        }
    }

    @Test func outputsDoNotReplaceWhatIsRead() throws {
        try withFolders { folder in
            let truth = "\(folder)/truth/01_manual1.png"
            try Venule.fail(
                1, "is read by this command", "evaluate", "--pred", "\(folder)/pred/01_test.npy", "--truth", truth, "--html", truth)
            try Venule.fail(
                1, "there is no such folder", "evaluate", "--pred", "\(folder)/pred/01_test.npy", "--truth", truth, "--csv",
                "\(folder)/none/t.csv")
        }
    }
}
