import CVenule
import Runtime

typealias FailurePointer = UnsafeMutablePointer<venule_failure>

/// Describes an error to the caller.
/// - Returns: Its status.
func report(_ error: RuntimeError, to failure: FailurePointer?) -> Int32 {
    report(error.status, error.description, to: failure)
}

func report(_ status: RuntimeError.Status, _ message: String, to failure: FailurePointer?) -> Int32 {
    guard let failure else { return status.rawValue }
    failure.pointee.status = status.rawValue
    let capacity = MemoryLayout.size(ofValue: failure.pointee.text)
    withUnsafeMutableBytes(of: &failure.pointee.text) { text in
        var count = 0
        for byte in message.utf8 {
            guard count < capacity - 1 else {
                // A character that does not fit whole is left out.
                if byte & 0xC0 == 0x80 {
                    while text[count - 1] & 0xC0 == 0x80 { count -= 1 }
                    count -= 1
                }
                break
            }
            text[count] = byte
            count += 1
        }
        text[count] = 0
    }
    return status.rawValue
}

func succeed(_ failure: FailurePointer?) -> Int32 {
    failure?.pointee.status = 0
    failure?.pointee.text.0 = 0
    return 0
}
