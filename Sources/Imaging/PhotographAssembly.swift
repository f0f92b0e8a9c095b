/// Puts decoded rows together to a photograph, upright, and judges its exposure.
struct PhotographAssembly {
    /// A pixel is dark where red, green and blue are all below this.
    static let darkLevel = 32
    /// The largest sample of a file of 16 bits that needs no more than 12.
    static let largestOfFewBits = 4095

    private let placement: Placement
    private let conversion: PixelConversion
    private var brightPixels = 0
    private var largestSample: UInt16 = 0

    /// Reads a file's rows to their end.
    static func photograph(
        from decoder: any PictureDecoder
    ) throws(DecodingFailure) -> (photograph: Photograph, warnings: [PhotographWarning]) {
        try decoder.start()
        // Some formats tell what their samples mean only with the pixels.
        let header = decoder.header
        var assembly = PhotographAssembly(header)
        var failure: DecodingFailure?
        // Not filled with zeros first: memory is taken as rows come, while decoders give back what they have read.
        let samples = [UInt8](unsafeUninitializedCapacity: 3 * header.height * header.width) { samples, count in
            do throws(DecodingFailure) {
                try assembly.addRows(of: decoder, to: samples)
                count = samples.count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        let placement = assembly.placement
        return (
            Photograph(height: placement.height, width: placement.width, samples: samples),
            decoder.warnings + assembly.warnings
        )
    }

    /// - Parameter samples: all of them are set, unless this throws.
    private mutating func addRows(
        of decoder: any PictureDecoder, to samples: UnsafeMutableBufferPointer<UInt8>
    ) throws(DecodingFailure) {
        let header = decoder.header
        var row = [UInt16](repeating: 0, count: header.width * header.pixels.samplesPerPixel)
        for index in 0..<header.height {
            try decoder.readRow(into: &row)
            add(row, at: index, to: samples)
        }
        try decoder.finish()
    }

    private init(_ header: StoredHeader) {
        placement = Placement(header.orientation, storedHeight: header.height, storedWidth: header.width)
        conversion = PixelConversion(header.pixels)
    }

    private mutating func add(_ row: [UInt16], at index: Int, to samples: UnsafeMutableBufferPointer<UInt8>) {
        let start = placement.origin + index * placement.rowStep
        let step = placement.columnStep
        var bright = 0
        conversion.convert(row) { column, red, green, blue in
            let first = 3 * (start + column * step)
            samples[first] = red
            samples[first + 1] = green
            samples[first + 2] = blue
            if max(red, green, blue) >= Self.darkLevel { bright += 1 }
        }
        brightPixels += bright
        if hasSixteenBits { noteLargestSample(of: row) }
    }

    private var hasSixteenBits: Bool { conversion.form.maximum == Int(UInt16.max) && !conversion.form.isReduced }

    private mutating func noteLargestSample(of row: [UInt16]) {
        // Once a sample is large the answer is known.
        guard largestSample <= Self.largestOfFewBits else { return }
        let colours = conversion.form.colour.samples
        let samples = conversion.form.samplesPerPixel
        for first in stride(from: 0, to: row.count, by: samples) {
            for sample in first..<first + colours { largestSample = max(largestSample, row[sample]) }
        }
    }

    private var warnings: [PhotographWarning] {
        if hasSixteenBits, largestSample > 0, largestSample <= Self.largestOfFewBits {
            // Those that cameras have.
            let bits = [8, 10, 12].first { Int(largestSample) < 1 << $0 } ?? 12
            return [.fewBits(largest: Int(largestSample), bits: bits)]
        }
        return 100 * brightPixels < placement.height * placement.width ? [.nearlyBlack(level: Self.darkLevel)] : []
    }
}
