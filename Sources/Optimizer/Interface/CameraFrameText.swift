// How frames are written on the command line and in a plan's provenance.

extension CameraFrame.Size: LosslessStringConvertible {
    /// `3504x2336`: width, then height.
    public init?(_ text: String) {
        let parts = text.split(separator: "x", omittingEmptySubsequences: false)
        guard parts.count == 2, let width = pixels(parts[0], from: 1), let height = pixels(parts[1], from: 1) else { return nil }
        self.init(width: width, height: height)
    }

    public var description: String { "\(width)x\(height)" }
}

extension CameraFrame.Crop: LosslessStringConvertible {
    /// `2336x2336+584+0`: size, columns to the left of it, rows above it.
    public init?(_ text: String) {
        let parts = text.split(separator: "+", omittingEmptySubsequences: false)
        guard parts.count == 3, let size = CameraFrame.Size(String(parts[0])), let left = pixels(parts[1], from: 0),
            let top = pixels(parts[2], from: 0)
        else { return nil }
        self.init(size, left: left, top: top)
    }

    public var description: String { "\(size)+\(left)+\(top)" }
}

/// More pixels than a side of a plan's image may have are refused here, so that no sum overflows.
private func pixels(_ text: Substring, from least: Int) -> Int? {
    guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let value = Int(text), value >= least, value <= 1 << 20 else {
        return nil
    }
    return value
}

extension CameraFrame {
    /// `rgb8:3504x2336`
    public init?(format text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let format = PixelFormat(rawValue: String(parts[0])), let frame = Size(String(parts[1])) else {
            return nil
        }
        self.init(format, frame)
    }

    /// Numbers as `0.485,0.456,0.406`.
    public static func numbers(_ text: String) -> [Float]? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Float($0) }
        return numbers.count == parts.count ? numbers : nil
    }

    /// What a plan records, in this order; ``init(provenance:)`` reads it back.
    public var provenance: [(key: String, value: String)] {
        var entries = [(key: "options.input-format", value: "\(format.rawValue):\(frame)")]
        if let crop { entries.append((key: "options.crop", value: "\(crop)")) }
        if let resized { entries.append((key: "options.resize", value: "\(resized)")) }
        for (name, numbers) in [("scale", [scale]), ("mean", normalization.mean), ("deviation", normalization.deviation)] {
            entries.append((key: "options.\(name)", value: numbers.map { "\($0)" }.joined(separator: ",")))
        }
        return entries
    }

    /// - Parameter value: What a plan records under a key.
    /// - Returns: Nil for a plan without a frame, and where the record is none of this compiler's.
    public init?(provenance value: (String) -> String?) {
        guard let text = value("options.input-format"), let format = CameraFrame(format: text) else { return nil }
        self = format
        guard let scale = value("options.scale").flatMap(Self.numbers), scale.count == 1,
            let mean = value("options.mean").flatMap(Self.numbers),
            let deviation = value("options.deviation").flatMap(Self.numbers)
        else { return nil }
        if let text = value("options.crop") {
            guard let crop = Crop(text) else { return nil }
            self.crop = crop
        }
        if let text = value("options.resize") {
            guard let size = Size(text) else { return nil }
            resized = size
        }
        self.scale = scale[0]
        normalization = ChannelNormalization(mean: mean, deviation: deviation)
    }
}
