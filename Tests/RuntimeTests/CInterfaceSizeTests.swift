import CVenule
import PlanFormat
import RuntimeTestSupport
import Testing

@testable import Runtime
@testable import VenuleC

/// The sizes by which venule.h's structs may grow, and its version.
@Suite struct CInterfaceSizeTests {
    @Test func headerAndLibraryAreOfOneVersion() {
        #expect(VENULE_VERSION == RuntimeVersion.text)
        #expect("\(VENULE_VERSION_MAJOR).\(VENULE_VERSION_MINOR).\(VENULE_VERSION_PATCH)" == VENULE_VERSION)
        #expect(String(cString: venule_version()) == VENULE_VERSION)
    }

    @Test func otherSizesAreRefused() throws {
        let network = SmallNetwork(height: 4, width: 4, stepRows: 1)
        let bytes = PlanWriter.bytes(of: network.plan, constants: network.constants)
        var failure = venule_failure()
        var model: OpaquePointer?
        var session: OpaquePointer?
        let (modelSize, sessionSize, runSize) = (
            MemoryLayout<venule_model_options>.stride, MemoryLayout<venule_options>.stride, MemoryLayout<venule_run>.stride
        )
        try #require(venule_model_copy(bytes, bytes.count, nil, &model, &failure) == 0, "\(text(failure))")
        defer { venule_model_free(model) }
        for (size, named) in [
            (0, "0"), (8, "8"), (modelSize - 1, "\(modelSize - 1)"), (modelSize + 8, "\(modelSize + 8)"), (-1, "18446744073709551615"),
        ] as [(Int, String)] {
            var options = venule_model_options()
            options.structSize = size
            var refused: OpaquePointer?
            #expect(venule_model_copy(bytes, bytes.count, &options, &refused, &failure) == 1)
            #expect(text(failure) == "options.structSize: \(named), expected \(modelSize), the size of venule_model_options")
            #expect(refused == nil)
        }
        for size in [0, sessionSize + 8] {
            var options = venule_options(structSize: size, threads: 1, memory: nil)
            #expect(venule_session_create(model, &options, &session, &failure) == 1)
            #expect(text(failure) == "options.structSize: \(size), expected \(sessionSize), the size of venule_options")
            #expect(session == nil)
        }
        try #require(venule_session_create(model, nil, &session, &failure) == 0)
        defer { venule_session_free(session) }
        for size in [0, runSize - 8] {
            var run = venule_run()
            run.structSize = size
            for status in [venule_session_run(session, &run, nil, &failure), venule_session_start(session, &run, &failure)] {
                #expect(status == 1)
                #expect(text(failure) == "run.structSize: \(size), expected \(runSize), the size of venule_run")
            }
        }
    }

    /// A struct that has had one member fewer.
    private struct Grown: SizedStructure {
        var structSize = 0
        var first = 0
        var second = 0

        static var name: StaticString { "grown" }
        static func isKnown(size: Int) -> Bool { size == 16 || size == 24 }
    }

    @Test func whatTheCallerHasNotIsZero() throws {
        for (size, expected) in [(16, 0), (24, 7)] {
            // What lies behind an older caller's struct is none of its members.
            let given = Grown(structSize: size, first: 5, second: 7)
            let read = try withUnsafePointer(to: given) { try Grown(of: $0, called: "grown") }
            #expect(read.first == 5 && read.second == expected)
        }
        let given = Grown(structSize: 20)
        let error = #expect(throws: UnknownSize.self) { try withUnsafePointer(to: given) { _ = try Grown(of: $0, called: "it") } }
        #expect(error?.message == "it.structSize: 20, expected 24, the size of grown")
    }
}
