import TestSupport
import Testing

@testable import GraphIR

private let h = Dimension(symbol: "h")
private let w = Dimension(symbol: "w")

@Suite struct DimensionTests {
    @Test(arguments: [
        (h * 16 + 3, 2, "8*h+1"), (h * 3, 2, "h+h/2"), (h * 2 + 1, 4, "h/2"), (h + 5, 2, "(h+1)/2+2"),
        (h * -1, 2, "-h+h/2"), ((h + 1).flooredQuotient(by: 2) + 1, 3, "(h+3)/6"), (h * 4 + w, 2, "2*h+w/2"), (7, 2, "3"), (-7, 2, "-4"),
    ])
    func quotientsHaveANormalForm(dividend: Dimension, divisor: Int, text: String) throws {
        let quotient = dividend.flooredQuotient(by: divisor)
        #expect(quotient.description == text)
        var scanner = TextScanner(text)
        #expect(try scanner.dimension() == quotient)
        for (height, width) in [(1, 1), (2, 5), (7, 3), (12, 8), (5, 100)] {
            let value = try #require(dividend.substituting(["h": height, "w": width]).constant)
            #expect(quotient.substituting(["h": height, "w": width]).constant == Int((Double(value) / Double(divisor)).rounded(.down)))
        }
    }

    /// Random expressions: the symbolic result, evaluated, is what the numbers give, and its text reads back to it.
    @Test func arithmeticAgreesWithNumbers() throws {
        var random = SplitMix64(seed: 21)
        for _ in 0..<300 {
            let values = ["h": Int.random(in: 1...40, using: &random), "w": Int.random(in: 1...40, using: &random)]
            var symbolic = h
            var number = values["h"] ?? 0
            for _ in 0..<6 {
                let operand = Int.random(in: 1...5, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: (symbolic, number) = (symbolic * operand, number * operand)
                case 1: (symbolic, number) = (symbolic - Dimension(operand), number - operand)
                case 2: (symbolic, number) = (symbolic + w * operand, number + (values["w"] ?? 0) * operand)
                case 3: (symbolic, number) = (symbolic.ceiledQuotient(by: operand), Int((Double(number) / Double(operand)).rounded(.up)))
                default:
                    (symbolic, number) = (symbolic.flooredQuotient(by: operand), Int((Double(number) / Double(operand)).rounded(.down)))
                }
            }
            #expect(symbolic.substituting(values).constant == number, "\(symbolic)")
            var scanner = TextScanner(symbolic.description)
            #expect(try scanner.dimension() == symbolic)
        }
    }

    @Test func arithmeticSaturates() {
        let huge = Dimension(Int.max)
        #expect((huge + 1).constant == Int.max)
        #expect((huge * -4).constant == Int.min)
        #expect((Dimension(Int.min) - 1).constant == Int.min)
        #expect((h * Int.max * 2).description == "\(Int.max)*h")
        #expect(Dimension(Int.min).flooredQuotient(by: 3).constant == -3_074_457_345_618_258_603)
    }
}
