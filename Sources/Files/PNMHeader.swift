/// The header of a binary PGM (P5) or PPM (P6), as the Netpbm manual defines them.
public struct PNMHeader {
    /// 1 (grey) or 3 (red, green, blue).
    public let channels: Int
    public let width: Int
    public let height: Int
    /// The sample that is white, 1 through 65535.
    public let largest: Int
    /// Bytes of the header, behind which the samples begin.
    public let byteCount: Int

    public static let longest = 4096
    /// Sides of at most this many pixels, which is more than a plan has.
    private static let largestNumber = 1 << 24

    /// Of one sample; two have the high one first.
    public var sampleBytes: Int { largest < 256 ? 1 : 2 }
    public var rowBytes: Int { width * channels * sampleBytes }

    /// Whether a file that begins with these bytes is meant to be one, or one of its relatives.
    public static func isLikely(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 3 && bytes[0] == UInt8(ascii: "P") && bytes[1] >= 49 && bytes[1] <= 55 && isSpace(bytes[2])
    }

    /// - Parameter bytes: The beginning of a file for which ``isLikely(_:)`` holds.
    public init(_ bytes: [UInt8]) throws(HeaderProblem) {
        switch bytes[1] {
        case UInt8(ascii: "5"): channels = 1
        case UInt8(ascii: "6"): channels = 3
        default:
            throw HeaderProblem(.unsupported, "is a P\(bytes[1] - 48) picture, expected a binary PGM (P5) or PPM (P6)")
        }
        var position = 2
        width = try Self.number(bytes, &position, "width", atMost: Self.largestNumber)
        height = try Self.number(bytes, &position, "height", atMost: Self.largestNumber)
        largest = try Self.number(bytes, &position, "largest sample", atMost: 65535)
        // One space, and no more, since the next byte may be a sample.
        guard position < bytes.count, Self.isSpace(bytes[position]) else {
            throw HeaderProblem(.damaged, "has a header that ends early")
        }
        byteCount = position + 1
    }

    /// The next number, behind space and comments.
    private static func number(
        _ bytes: [UInt8], _ position: inout Int, _ what: StaticString, atMost most: Int
    ) throws(HeaderProblem) -> Int {
        while position < bytes.count, isSpace(bytes[position]) || bytes[position] == UInt8(ascii: "#") {
            if bytes[position] == UInt8(ascii: "#") {
                while position < bytes.count, bytes[position] != 10, bytes[position] != 13 { position += 1 }
            } else {
                position += 1
            }
        }
        var value = 0
        let start = position
        while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 {
            value = value * 10 + Int(bytes[position] - 48)
            guard value <= most else { throw HeaderProblem(.damaged, "has a \(what) above \(most)") }
            position += 1
        }
        guard position > start, value > 0 else { throw HeaderProblem(.damaged, "has no \(what) at byte \(start) of its header") }
        return value
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }
}
