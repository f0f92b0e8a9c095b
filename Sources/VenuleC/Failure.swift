import CVenule
import Runtime

typealias FailurePointer = UnsafeMutablePointer<venule_failure>

/// Describes a mistake of the caller's.
/// - Returns: Its status.
func report(_ status: RuntimeError.Status, _ message: String, to failure: FailurePointer?) -> Int32 {
    describe(status.rawValue, message, to: failure)
}

/// - Returns: The status.
func describe(_ status: Int32, _ message: String, to failure: FailurePointer?) -> Int32 {
    guard let failure else { return status }
    failure.pointee.status = status
    let capacity = MemoryLayout.size(ofValue: failure.pointee.text)
    withUnsafeMutableBytes(of: &failure.pointee.text) { text in
        var count = 0
        for byte in message.utf8 {
            guard count < capacity - 1 else {
                // A character of which not all bytes fit is left out.
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
    return status
}

func succeed(_ failure: FailurePointer?) -> Int32 {
    failure?.pointee.status = 0
    failure?.pointee.text.0 = 0
    return 0
}
