/// Makes 8-bit RGB of a stored row. The only place that knows what opacity, ink and white zeros mean.
///
/// Transparent pixels are put in front of black, the colour outside the round field of a fundus photograph. Inks are subtracted
/// from paper as Pillow's `convert("RGB")` does, without colour profiles: a colour is the paper that neither its ink nor black
/// covers, (maximum - ink) (maximum - black).
struct PixelConversion {
    let form: PixelForm
    private let scale: SampleScale

    init(_ form: PixelForm) {
        self.form = form
        scale = SampleScale(maximum: form.maximum)
    }

    /// - Parameters:
    ///   - row: whole pixels of the form.
    ///   - emit: gets the pixels' red, green and blue in order.
    @inline(__always)
    func convert(_ row: [UInt16], _ emit: (_ column: Int, _ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Void) {
        let samples = form.samplesPerPixel
        let columns = row.count / samples
        row.withUnsafeBufferPointer { row in
            switch (form.colour, form.alpha) {
            case (.grey, .none), (.grey, .premultiplied):
                for column in 0..<columns {
                    let level = scale.byte(row[column * samples])
                    emit(column, level, level, level)
                }
            case (.grey, .straight):
                for column in 0..<columns {
                    let level = scale.byte(Int(row[column * samples]), weight: Int(row[column * samples + 1]))
                    emit(column, level, level, level)
                }
            case (.inverseGrey, let alpha):
                for column in 0..<columns {
                    let weight = alpha == .straight ? Int(row[column * samples + 1]) : form.maximum
                    let level = scale.byte(form.maximum - Int(row[column * samples]), weight: weight)
                    emit(column, level, level, level)
                }
            case (.rgb, .none), (.rgb, .premultiplied):
                for column in 0..<columns {
                    let first = column * samples
                    emit(column, scale.byte(row[first]), scale.byte(row[first + 1]), scale.byte(row[first + 2]))
                }
            case (.rgb, .straight):
                for column in 0..<columns {
                    let first = column * samples
                    let alpha = Int(row[first + 3])
                    emit(
                        column, scale.byte(Int(row[first]), weight: alpha), scale.byte(Int(row[first + 1]), weight: alpha),
                        scale.byte(Int(row[first + 2]), weight: alpha))
                }
            case (.cmyk, _):
                for column in 0..<columns {
                    let first = column * samples
                    let bare = form.maximum - Int(row[first + 3])
                    emit(
                        column, scale.byte(form.maximum - Int(row[first]), weight: bare),
                        scale.byte(form.maximum - Int(row[first + 1]), weight: bare),
                        scale.byte(form.maximum - Int(row[first + 2]), weight: bare))
                }
            }
        }
    }
}
