import Kernels
import PlanFormat

extension KernelParameters {
    var family: venule_family { venule_family(rawValue: familyCode) }

    /// Calls `body` with the family's parameter struct.
    /// - Parameter channels: of the image, NHWC, that an input or output converts.
    func withStruct(channels: Int, _ body: (UnsafeRawPointer?) -> Void) {
        switch self {
        case .input, .output:
            ImageStrides(row: 0, column: channels, channel: 1).words.withUnsafeBytes { body($0.baseAddress) }
        default:
            let words = words
            if words.isEmpty { body(nil) } else { words.withUnsafeBytes { body($0.baseAddress) } }
        }
    }
}
