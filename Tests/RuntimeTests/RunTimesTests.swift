import Testing

@testable import Runtime

@Suite struct RunTimesTests {
    @Test func whatIsSaidOfTimes() {
        let hundred = RunTimes(first: 7, (1...100).reversed())
        #expect(hundred.first == 7 && hundred.count == 100)
        #expect(hundred.minimum == 1 && hundred.median == 51 && hundred.percentile95 == 95)
        let ten = RunTimes(first: 0, [5, 3, 9, 1, 7, 2, 8, 4, 6, 10])
        #expect(ten.minimum == 1 && ten.median == 6 && ten.percentile95 == 10)
        let one = RunTimes(first: 0, [4])
        #expect(one.minimum == 4 && one.median == 4 && one.percentile95 == 4)
    }
}
