/// The formats of Netpbm: PBM, PGM and PPM, plain and raw, and PAM with up to four samples; any largest sample from 1 to 65535.
/// Of several pictures in a file the first is read.
///
/// Read here, since the only library for it, Netpbm's own, ends the process on a damaged file.
///
/// Source: pbm(5), pgm(5), ppm(5) and pam(5) of Netpbm.
final class PNMDecoder: PictureDecoder {
    let header: StoredHeader
    private let contents: FileContents
    private let encoding: Encoding
    private var text: PNMText

    private enum Encoding {
        case plainBits, plain, rawBits, raw
    }

    init(_ contents: FileContents) throws(DecodingFailure) {
        self.contents = contents
        var text = PNMText(contents)
        let kind = contents.bytes[1]
        text.position = 2
        if kind == UInt8(ascii: "7") {
            header = try PAMHeader(&text).storedHeader()
            encoding = .raw
        } else {
            let width = try text.number("width")
            let height = try text.number("height")
            let hasBits = kind == UInt8(ascii: "1") || kind == UInt8(ascii: "4")
            let maximum = hasBits ? 1 : try text.number("largest sample")
            guard (1...65535).contains(maximum) else {
                throw .damaged("its largest sample is \(maximum), 1 to 65535 is expected")
            }
            let isColour = kind == UInt8(ascii: "3") || kind == UInt8(ascii: "6")
            header = StoredHeader(
                height: height, width: width,
                pixels: PixelForm(colour: hasBits ? .inverseGrey : isColour ? .rgb : .grey, maximum: maximum))
            switch kind {
            case UInt8(ascii: "1"): encoding = .plainBits
            case UInt8(ascii: "4"): encoding = .rawBits
            case UInt8(ascii: "2"), UInt8(ascii: "3"): encoding = .plain
            default: encoding = .raw
            }
            // Exactly one character of white space stands before raw samples.
            if encoding == .raw || encoding == .rawBits { try text.skipOneWhiteSpace() }
        }
        self.text = text
    }

    func start() throws(DecodingFailure) {
        let rows = header.height
        let samples = header.width * header.pixels.samplesPerPixel
        let expected: Int
        switch encoding {
        case .raw: expected = rows * samples * (header.pixels.maximum > 255 ? 2 : 1)
        case .rawBits: expected = rows * ((samples + 7) / 8)
        // A digit for each sample, and white space between those that are no bits.
        case .plainBits: expected = rows * samples
        case .plain: expected = 2 * rows * samples - 1
        }
        let found = contents.count - text.position
        guard found >= expected else {
            throw .damaged("its pixels take \(expected) bytes or more, and \(found) are there")
        }
    }

    func readRow(into row: inout [UInt16]) throws(DecodingFailure) {
        let maximum = header.pixels.maximum
        let bytes = contents.bytes
        switch encoding {
        case .plainBits:
            for index in row.indices { row[index] = try text.bit() }
        case .plain:
            for index in row.indices { row[index] = try text.sample(maximum: maximum) }
        case .rawBits:
            for index in row.indices {
                row[index] = UInt16(bytes[text.position + index / 8] >> UInt8(7 - index % 8) & 1)
            }
            text.position += (row.count + 7) / 8
        case .raw where maximum > 255:
            for index in row.indices {
                row[index] = UInt16(bytes[text.position + 2 * index]) << 8 | UInt16(bytes[text.position + 2 * index + 1])
            }
            text.position += 2 * row.count
        case .raw:
            for index in row.indices { row[index] = UInt16(bytes[text.position + index]) }
            text.position += row.count
        }
        contents.release(before: text.position)
        if let largest = row.max(), Int(largest) > maximum {
            throw .damaged("a sample is \(largest), its header promises at most \(maximum)")
        }
    }
}

/// The header of a PAM file behind its magic number.
private struct PAMHeader {
    var numbers: [String: Int] = [:]
    var tupleType = ""

    init(_ text: inout PNMText) throws(DecodingFailure) {
        while true {
            let line = try text.line()
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let name = words.first, !name.hasPrefix("#") else { continue }
            if name == "ENDHDR" { return }
            if name == "TUPLTYPE" {
                tupleType = words.dropFirst().joined(separator: " ")
                continue
            }
            guard words.count == 2, let number = Int(words[1]), (1...Int(Int32.max)).contains(number) else {
                throw .damaged("its header has the line '\(line)', which is no name and positive number")
            }
            numbers[name] = number
        }
    }

    func storedHeader() throws(DecodingFailure) -> StoredHeader {
        guard let width = numbers["WIDTH"], let height = numbers["HEIGHT"], let depth = numbers["DEPTH"],
            let maximum = numbers["MAXVAL"]
        else { throw .damaged("its header lacks one of WIDTH, HEIGHT, DEPTH and MAXVAL") }
        guard maximum <= 65535 else { throw .damaged("its largest sample is \(maximum), 1 to 65535 is expected") }
        let form: PixelForm
        switch (tupleType, depth) {
        // A PAM's ones are white, other than a PBM's.
        case ("BLACKANDWHITE", 1), ("GRAYSCALE", 1), ("", 1): form = PixelForm(colour: .grey, maximum: maximum)
        case ("BLACKANDWHITE_ALPHA", 2), ("GRAYSCALE_ALPHA", 2): form = PixelForm(colour: .grey, alpha: .straight, maximum: maximum)
        case ("RGB", 3), ("", 3): form = PixelForm(colour: .rgb, maximum: maximum)
        case ("RGB_ALPHA", 4): form = PixelForm(colour: .rgb, alpha: .straight, maximum: maximum)
        case ("CMYK", 4): form = PixelForm(colour: .cmyk, maximum: maximum)
        default: throw .unsupported("PAM of \(depth) samples and the type '\(tupleType)'")
        }
        return StoredHeader(height: height, width: width, pixels: form)
    }
}
