import Kernels
import PlanFormat
import Platform

/// A set of instructions for which the kernels are compiled. It decides how fast a plan runs. All sets that fuse multiply and
/// add give the same results.
public enum InstructionSet: UInt32, Sendable, CaseIterable {
    case portable = 0
    case avx2 = 1
    case avx512 = 2
    case neon = 3
    case rvv = 4

    public var name: String {
        switch self {
        case .portable: "portable"
        case .avx2: "avx2"
        case .avx512: "avx512"
        case .neon: "neon"
        case .rvv: "rvv"
        }
    }

    static var names: String { "portable, avx2, avx512, neon or rvv" }

    var code: venule_isa { venule_isa(rawValue: venule_isa.RawValue(rawValue)) }

    /// The best set that this processor can run and this build contains.
    public static var best: InstructionSet {
        InstructionSet(rawValue: UInt32(venule_isa_best().rawValue)) ?? .portable
    }

    public var isAvailable: Bool { venule_isa_available(code) != 0 }

    /// Whether its kernels fuse multiply and add. All sets that do give the same bits.
    public var fusesMultiplyAdd: Bool { venule_isa_is_fused(code) != 0 }

    /// The name of the kernel that runs an operation with these parameters, such as "convolution_direct_6x16_avx2". It is valid
    /// as long as the program runs, and the same pointer for the same kernel.
    public func kernelName(for kernel: KernelParameters) -> UnsafePointer<CChar>? {
        let (family, algorithm) = KernelArguments.family(of: kernel)
        return venule_kernel_find(code, family, algorithm)?.pointee.name
    }

    /// The set that the environment variable `VENULE_ISA` names, or the best one if it is not set.
    ///
    /// - Throws: ``RuntimeError`` for a name that is unknown, or a set that is unavailable here.
    public static func selected() throws(RuntimeError) -> InstructionSet {
        guard let name = venule_environment("VENULE_ISA"), name[0] != 0 else { return best }
        return try named(name)
    }

    /// The set with this name.
    ///
    /// - Throws: ``RuntimeError`` for a name that is unknown, or a set that is unavailable here.
    static func named(_ name: UnsafePointer<CChar>) throws(RuntimeError) -> InstructionSet {
        for set in allCases where matches(name, set.staticName) {
            guard set.isAvailable else { throw .unavailableInstructionSet(set.name) }
            return set
        }
        throw .unknownInstructionSet(String(cString: name))
    }

    // Names are compared byte by byte, because comparing Strings would bring Swift's Unicode tables into the program.
    private var staticName: StaticString {
        switch self {
        case .portable: "portable"
        case .avx2: "avx2"
        case .avx512: "avx512"
        case .neon: "neon"
        case .rvv: "rvv"
        }
    }

    private static func matches(_ text: UnsafePointer<CChar>, _ name: StaticString) -> Bool {
        for index in 0..<name.utf8CodeUnitCount where UInt8(bitPattern: text[index]) != name.utf8Start[index] {
            return false
        }
        return text[name.utf8CodeUnitCount] == 0
    }
}
