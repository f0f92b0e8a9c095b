/// How bright a pixel is, of its red, green and blue.
///
/// Source: ITU-R BT.601, the weights that `PIL.Image.convert("L")` has.
public enum Luminance {
    /// Of red, green and blue.
    public static let weights = SIMD3<Float>(0.299, 0.587, 0.114)

    public static func of(red: Float, green: Float, blue: Float) -> Float {
        weights[0] * red + weights[1] * green + weights[2] * blue
    }
}
