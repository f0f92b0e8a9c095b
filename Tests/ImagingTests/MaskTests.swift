import Files
import Testing

@testable import Imaging

/// Parts and holes of masks beside those that scikit-image and SciPy find: `Fixtures/make_masks.py` wrote them.
@Suite struct MaskTests {
    /// A mask, its labels with both kinds of neighbours, and the mask with its holes filled.
    private struct Example {
        let mask: Mask
        let labels: [Int32]
        let edgeLabels: [Int32]
        let filled: Mask

        init(_ name: String) throws {
            let array = try NPYArray(contentsOf: Fixture.path("masks/components-\(name).npy"))
            let (height, width) = (array.shape[1], array.shape[2])
            let planes = array.integers
            let count = height * width
            func plane(_ index: Int) -> [Int32] { Array(planes[index * count..<(index + 1) * count]) }
            func flags(_ index: Int) -> Mask { Mask(height: height, width: width, isSet: plane(index).map { $0 != 0 }) }
            mask = flags(0)
            labels = plane(1)
            edgeLabels = plane(2)
            filled = flags(3)
        }
    }

    static let names = [
        "noise10", "noise40", "noise60", "noise90", "chequerboard", "rings", "spiral", "comb", "comb-upwards", "diagonal", "empty",
        "full", "row", "column", "pixel",
    ]

    @Test(arguments: names)
    func componentsAreThoseOfScikitImage(name: String) throws {
        let example = try Example(name)
        for (neighbours, labels) in [
            (ConnectedComponents.Neighbours.edgesAndCorners, example.labels), (.edges, example.edgeLabels),
        ] {
            let components = ConnectedComponents(of: example.mask, neighbours: neighbours)
            #expect(components.labels == labels)
            #expect(components.count == Int(labels.max() ?? 0))
            let areas = (0..<components.count).map { component in labels.count { $0 == Int32(component + 1) } }
            #expect(components.areas == areas)
            let largest = example.mask.largestComponent(neighbours: neighbours)
            let first = areas.max().flatMap { areas.firstIndex(of: $0) }
            #expect(largest.isSet == labels.map { label in first.map { label == Int32($0 + 1) } ?? false })
        }
    }

    @Test(arguments: names)
    func holesAreThoseOfSciPy(name: String) throws {
        let example = try Example(name)
        #expect(example.mask.withHolesFilled() == example.filled)
    }

    @Test func partsAtTheBorderAreTold() {
        let mask = Mask(
            height: 4, width: 5,
            isSet: [
                false, false, false, false, false,
                true, false, true, false, false,
                false, false, false, false, true,
                false, true, false, false, false,
            ])
        #expect(ConnectedComponents(of: mask, neighbours: .edges).touchesBorder == [true, false, true, true])
    }

    @Test func whatIsBrighterThanHalfOfWhiteIsSet() {
        let grey = Photograph(height: 1, width: 4, samples: [0, 127, 128, 255].flatMap { [$0, $0, $0] as [UInt8] })
        #expect(Mask(grey).isSet == [false, false, true, true])
        // Green alone is more than half of white, red and blue together are less.
        let colours = Photograph(height: 1, width: 2, samples: [0, 255, 0, 255, 0, 255])
        #expect(Mask(colours).isSet == [true, false])
    }
}

extension NPYArray {
    /// The elements of an int32 array.
    var integers: [Int32] {
        precondition(element == .int32, "integers of an array of other elements")
        return bytes.withUnsafeBytes { raw in
            (0..<raw.count / 4).map { Int32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self)) }
        }
    }
}
