import Evaluation
import Imaging
import Reference

/// The maps of a photograph that two networks make, and how a user would see that they differ.
struct ComparedPhotograph: Encodable {
    /// Of the photograph.
    let path: String
    /// Of the maps, at the photograph's size.
    let value: ComparedValue
    /// Of the pixels that are vessels, from a half on, in the one map and in the other: 2·|A ∩ B| ÷ (|A| + |B|); 1 where there are none.
    let dice: Double
    /// Pixels that are a vessel in one map only.
    let changedPixels: Int
    let pixels: Int
    /// The area under the ROC curve of the first map against the second map's vessels; nil where all pixels are of one kind, and where the
    /// map has numbers that are not finite.
    let auc: Double?

    /// Compares the last of the outputs that is a map on both sides.
    ///
    /// - Throws: `CommandFailure` where none is.
    init(_ photograph: PhotographInput, _ result: Comparison.Result, _ comparison: Comparison) throws {
        path = photograph.path
        let maps = zip(result.outputs, result.outputTensors).compactMap { output, tensors -> (ComparedValue, Raster, Raster)? in
            guard let ours = photograph.map(of: tensors.a), let theirs = photograph.map(of: tensors.b) else { return nil }
            return (output, ours, theirs)
        }
        guard let (output, ours, theirs) = maps.last, ours.height == theirs.height, ours.width == theirs.width else {
            let found = result.outputs.map { "'\($0.name)' is \($0.type)\($0.otherType.map { " and \($0)" } ?? "")" }
            throw CommandFailure(
                .mismatch, "\(path): no output is a map of the photograph on both sides: \(found.joined(separator: ", "))")
        }
        let shape = [ours.height, ours.width]
        value = ComparedValue(
            output.name, called: output.otherName, Tensor(ours.values, shape: shape), Tensor(theirs.values, shape: shape),
            comparison.tolerance)
        let (a, b) = (ours.values.map { $0 >= Figures.half }, theirs.values.map { $0 >= Figures.half })
        pixels = a.count
        changedPixels = zip(a, b).count { $0 != $1 }
        let common = zip(a, b).count { $0 && $1 }
        let confusion = Confusion(
            truePositives: common, falsePositives: a.count { $0 } - common, falseNegatives: b.count { $0 } - common)
        // Where nothing is a vessel in either map, they agree.
        dice = confusion.dice ?? 1
        do throws(ScoreError) { auc = try ScoreCounts(scores: ours.values, truth: b).rocAUC } catch { auc = nil }
    }

    var lines: [String] {
        var lines = [Format.line("photograph", path)] + value.detailedLines(role: "  map")
        lines.append(Format.line("  Dice", Format.fixed(dice, decimals: 6)))
        lines.append(Format.line("  changed", "\(Format.grouped(changedPixels)) of \(Format.grouped(pixels)) pixels"))
        lines.append(Format.line("  AUC", auc.map { Format.fixed($0, decimals: 6) } ?? "undefined"))
        return lines
    }
}
