/// What is odd about a photograph that was read all the same.
public enum PhotographWarning: Equatable, Sendable, CustomStringConvertible {
    /// Samples of 16 bits of which only the lower ones are used, as cameras of 8 to 12 bits deliver them.
    case fewBits(largest: Int, bits: Int)
    /// Almost all pixels are black or nearly so.
    case nearlyBlack(level: Int)
    /// Samples of a float file outside of 0 (black) to 1 (white), which were clamped; the largest of them.
    case floatsOutOfRange(smallest: Float, largest: Float)
    /// A JPEG file has compressed data that no pixel needs.
    case leftoverData

    public var description: String {
        switch self {
        case .fewBits(let largest, let bits):
            """
            its 16-bit samples are at most \(largest), as those of a camera of \(bits) bits, so almost nothing of their range is used; \
            multiply them by \(1 << (16 - bits)), or scale them to 8 bits, and segment that
            """
        case .nearlyBlack(let level):
            """
            nearly black: fewer than 1 % of its pixels reach \(level) of 255, and no vessels can be found there; see whether its samples \
            use their whole range and whether it is transparent, brighten it, and segment that
            """
        case .floatsOutOfRange(let smallest, let largest):
            """
            its samples are floats from \(smallest) to \(largest), of which 0 is taken for black and 1 for white, and all beyond is \
            clamped; scale them to 0…1 and segment that
            """
        case .leftoverData:
            "its compressed data do not end where its pixels do; if the picture looks damaged, take another copy of the file"
        }
    }
}
