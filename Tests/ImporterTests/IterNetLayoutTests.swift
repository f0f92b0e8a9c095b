import Foundation
import Testing

@testable import Importer

@Suite struct IterNetLayoutTests {
    private func layout(k: Int, iterations: Int, channels: Int = 3) -> IterNetLayout {
        IterNetLayout(IterNetMember(baseChannels: k, iterations: iterations, inputChannels: channels))
    }

    /// The published network (k = 32, N = 3) has 117 layers, 82 tensors and 8,244,356 parameters.
    @Test func countsThePublishedNetwork() {
        let layers = layout(k: 32, iterations: 3).layers
        #expect(layers.count == 117)
        let shapes = layers.flatMap(\.weightShapes)
        #expect(shapes.count == 82)
        #expect(shapes.reduce(0) { $0 + $1.reduce(1, *) } == 8_244_356)
    }

    @Test(arguments: 1...11)
    func countsLayersAndHeads(iterations: Int) {
        let layout = layout(k: 4, iterations: iterations)
        #expect(layout.layers.count == 102 + 5 * iterations)
        #expect(layout.weightedLayers.count == IterNetMember.fixedLayerCount + 2 * iterations)
        #expect(layout.heads.count == iterations + 1)
        #expect(layout.outputNames.last == "final_out")
        #expect(layout.outputNames.count == iterations + 1)
    }

    /// The numbers that the reference's renaming gives (`model2_conv2d_74`) are places in this order.
    @Test func hasTheReferencesOrder() {
        let layout = layout(k: 4, iterations: 3)
        #expect(layout.fusions.map(\.convolution) == [74, 106, 110])
        #expect(layout.expansion.map(\.upsampling) == [35, 43, 51, 59])
        #expect(layout.miniExpansion.map(\.concatenations) == [[90, 107, 111], [98, 108, 112]])
        #expect(layout.layers[67].calls == [[66], [104], [104]])
        #expect(layout.layers[105].calls == [[6, 72, 72]])
        #expect(layout.heads == [113, 114, 115, 116])
    }

    /// Layers, shapes and connections as Keras 2.3.1 lists them.
    @Test(arguments: [1, 3, 5, 6])
    func agreesWithKeras(iterations: Int) throws {
        let text = try String(contentsOfFile: "\(Fixture.folder)/iternet_layers/k2_n\(iterations).txt", encoding: .utf8)
        let lines = layout(k: 2, iterations: iterations).layers.map { layer in
            let shapes = layer.weightShapes.map { " " + shapeText($0) }.joined()
            let calls = layer.calls.map { $0.map { " \($0)" }.joined() }.joined(separator: " ;")
            return "\(layer.className)\(shapes) <-\(calls)"
        }
        #expect(lines == text.split(separator: "\n").map(String.init))
    }

    @Test(arguments: [(1, 1, 3), (4, 3, 3), (5, 2, 1), (32, 3, 3), (8, 11, 4)])
    func infersTheMemberFromTheShapes(k: Int, iterations: Int, channels: Int) {
        let layout = layout(k: k, iterations: iterations, channels: channels)
        let shapes = layout.weightedLayers.map { layout.layers[$0].weightShapes }
        #expect(IterNetMember(weightShapes: shapes) == layout.member)
    }

    @Test(arguments: [[], [[7, 7, 3, 8]], [[3, 3, 8]], [[3, 3, 3, 0]], [[3, 3, 3, 1 << 62]]])
    func infersNothingFromAnotherBeginning(shapes: [[Int]]) {
        #expect(IterNetMember(weightShapes: [shapes]) == nil)
    }
}

@Suite struct SequenceAlignmentTests {
    @Test func tellsMissingExtraAndDifferent() {
        let steps = SequenceAlignment.align(expected: ["a", "b", "c", "d"], found: ["a", "x", "c", "d", "e"])
        #expect(
            steps == [
                .same(expected: 0, found: 0), .different(expected: 1, found: 1), .same(expected: 2, found: 2),
                .same(expected: 3, found: 3), .extra(found: 4),
            ])
        #expect(
            SequenceAlignment.align(expected: ["a", "b"], found: ["b"])
                == [.missing(expected: 0, found: 0), .same(expected: 1, found: 0)])
        #expect(SequenceAlignment.align(expected: [String](), found: []) == [])
    }
}
