import CVenule
import PlanFormat

/// A struct of venule.h that may get more members at its end. Its first member, `structSize`, is what the struct's size is in
/// the venule.h that the caller was compiled with.
protocol SizedStructure {
    /// All zeros.
    init()
    static var name: StaticString { get }
    /// Whether a venule.h has had the struct with this size. A version that adds a member adds the size of before; the new
    /// member has to change the size, and not fill what was padding.
    static func isKnown(size: Int) -> Bool
}

/// The caller's mistake, which the message describes.
struct UnknownSize: Error {
    let message: String
}

extension SizedStructure {
    static func isKnown(size: Int) -> Bool { size == MemoryLayout<Self>.stride }

    /// What the caller gave; members that the caller's venule.h has not are 0.
    /// - Parameter argument: What the function calls it.
    init(of pointer: UnsafePointer<Self>, called argument: StaticString) throws(UnknownSize) {
        // The caller's struct may end before this one does, so that no more than its first member is read for now.
        let bytes = UnsafeRawPointer(pointer)
        let size = bytes.load(as: Int.self)
        guard Self.isKnown(size: size) else {
            throw UnknownSize(
                message:
                    "\(argument).structSize: \(UInt(bitPattern: size)), expected \(MemoryLayout<Self>.stride), the size of \(Self.name)"
            )
        }
        self.init()
        withUnsafeMutableBytes(of: &self) { $0.copyMemory(from: UnsafeRawBufferPointer(start: bytes, count: size)) }
    }
}

extension venule_model_options: SizedStructure {
    static var name: StaticString { "venule_model_options" }
}

extension venule_options: SizedStructure {
    static var name: StaticString { "venule_options" }
}

extension venule_run: SizedStructure {
    static var name: StaticString { "venule_run" }
}
