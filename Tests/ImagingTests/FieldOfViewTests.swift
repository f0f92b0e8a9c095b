import Testing

@testable import Imaging

@Suite struct FieldOfViewTests {
    /// scikit-image's threshold and components and SciPy's filling of holes, by `Fixtures/make_masks.py`.
    @Test(arguments: ["retina", "noisy-retina"])
    func isThatOfScikitImage(name: String) throws {
        let photograph = try ImageFile.read(Fixture.path("masks/field-\(name).png"))
        let expected = Mask(try ImageFile.read(Fixture.path("masks/field-\(name)-mask.png")))
        #expect(expected.area > photograph.height * photograph.width / 2 && expected.area < photograph.height * photograph.width)
        #expect(FieldOfView.find(in: photograph) == expected)
    }

    /// A disc of one colour on black, and what else is in the picture.
    private func photograph(
        height: Int = 60, width: Int = 80, radius: Int, colour: [UInt8] = [200, 70, 40],
        _ change: (_ row: Int, _ column: Int, _ isInside: Bool) -> [UInt8]? = { _, _, _ in nil }
    ) -> (photograph: Photograph, disc: Mask) {
        var samples: [UInt8] = []
        var disc: [Bool] = []
        for row in 0..<height {
            for column in 0..<width {
                let (down, right) = (row - height / 2, column - width / 2)
                let isInside = down * down + right * right <= radius * radius
                disc.append(isInside)
                samples += change(row, column, isInside) ?? (isInside ? colour : [0, 0, 0])
            }
        }
        return (
            Photograph(height: height, width: width, samples: samples), Mask(height: height, width: width, isSet: disc)
        )
    }

    @Test(arguments: [25, 35])
    func aDiscIsFound(radius: Int) {
        let (photograph, disc) = photograph(radius: radius)
        #expect(FieldOfView.find(in: photograph) == disc)
    }

    @Test func aPhotographOfOneColourIsAsGood() {
        let (green, disc) = photograph(radius: 25, colour: [0, 90, 0])
        #expect(FieldOfView.find(in: green) == disc)
    }

    /// The mean of the dark half is nearer to the border's level than to that of the bright half.
    @Test func aDarkHalfBelongsToTheField() {
        let (photograph, disc) = photograph(radius: 25) { _, column, isInside in isInside && column < 40 ? [70, 20, 10] : nil }
        #expect(FieldOfView.find(in: photograph) == disc)
    }

    @Test func textBesideTheDiscAndBlackSpotsInsideAreNotMistaken() {
        let (photograph, disc) = photograph(radius: 25) { row, column, isInside in
            if row < 6, column < 12 { return [255, 255, 255] }
            return isInside && (28...33).contains(row) && (36...44).contains(column) ? [0, 0, 0] : nil
        }
        #expect(FieldOfView.find(in: photograph) == disc)
    }

    @Test func aPhotographWithoutABorderIsFieldAllOver() {
        let (dark, _) = photograph(radius: 25) { _, _, isInside in isInside ? [200, 70, 40] : [100, 40, 20] }
        #expect(FieldOfView.find(in: dark).area == 60 * 80)
        let (plain, _) = photograph(radius: 200)
        #expect(FieldOfView.find(in: plain).area == 60 * 80)
    }

    @Test func aBlackPhotographHasNoField() {
        let (black, _) = photograph(radius: 0, colour: [0, 0, 0])
        #expect(FieldOfView.find(in: black).area == 0)
        let (noise, _) = photograph(radius: 25, colour: [3, 2, 1])
        #expect(FieldOfView.find(in: noise).area == 0)
    }

    /// What is above the threshold is all over the picture, in as many parts as there can be.
    @Test func aChequerboardHasNoBorder() {
        let (board, _) = photograph(height: 100, width: 100, radius: 0) { row, column, _ in
            (row + column).isMultiple(of: 2) ? [255, 255, 255] : [0, 0, 0]
        }
        // One pixel is the largest part, and what is outside of it is no darker border.
        #expect(FieldOfView.find(in: board).area == 10_000)
    }
}
