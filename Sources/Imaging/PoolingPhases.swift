/// Shifts of a picture that are spread evenly over the period with which a network pools.
///
/// The period's rectangle is halved in both directions again and again, and of the four quarters one is taken after the other, on
/// the diagonal first: the first 4 shifts are those of a 2x2 grid, the first 16 of a 4x4 grid, and any first ones lie as far from
/// each other as such a sequence allows (the order of Bayer's dither matrix, which is the sequence of van der Corput in base 4 on
/// a Z-shaped curve). So P phases are among those of any larger number.
///
/// Source: B. E. Bayer, "An optimum method for two-level rendition of continuous-tone pictures", ICC 1973.
public struct PoolingPhases: Sendable {
    public struct Shift: Hashable, Sendable {
        public var rows: Int
        public var columns: Int
    }

    /// All different; the first is none.
    public let shifts: [Shift]

    /// - Parameters: the number of shifts, and the period's rows and columns.
    /// - Precondition: the period has so many shifts.
    public init(count: Int, rows: Int, columns: Int) {
        precondition(count >= 1 && count <= rows * columns, "there are not so many phases")
        var seen: Set<Shift> = []
        var shifts: [Shift] = []
        var number = 0
        while shifts.count < count {
            let place = Self.place(number)
            // A period that is no power of two has its shifts more than once.
            let shift = Shift(rows: Int(place.down * Double(rows)), columns: Int(place.right * Double(columns)))
            if seen.insert(shift).inserted { shifts.append(shift) }
            number += 1
        }
        self.shifts = shifts
    }

    public var largestRows: Int { shifts.map(\.rows).max() ?? 0 }
    public var largestColumns: Int { shifts.map(\.columns).max() ?? 0 }

    /// Where a number lies in a square of side 1: its two lowest bits say in which quarter, the next two in which quarter of that.
    private static func place(_ number: Int) -> (down: Double, right: Double) {
        var rest = number
        var side = 0.5
        var place = (down: 0.0, right: 0.0)
        while rest > 0 {
            // 0 top left, 1 bottom right, 2 bottom left, 3 top right.
            if rest & 3 == 1 || rest & 3 == 2 { place.down += side }
            if rest & 3 == 1 || rest & 3 == 3 { place.right += side }
            rest >>= 2
            side /= 2
        }
        return place
    }
}
