import Files
import Foundation
import Imaging
import TestSupport
import Testing

/// What `segment` says of photographs that are odd or that it does not read.
@Suite struct PhotographTests {
    @Test func oddPhotographsAreSegmentedWithAWarning() throws {
        let plan = try Made.plan.get()
        try withTemporaryDirectory { folder in
            // 16 bits, of which a camera of 12 uses the lower ones.
            var samples: [UInt8] = []
            for index in 0..<3 * 48 * 80 { samples += [UInt8(index % 16), UInt8(index % 256)] }
            try AtomicFile.write(Array("P6 80 48 65535\n".utf8) + samples, to: "\(folder)/few.ppm")
            let few = try Venule.succeed("segment", plan, "\(folder)/few.ppm", "-o", "\(folder)/out")
            #expect(few.standardError.contains("few.ppm: warning: ") && few.standardError.contains("multiply them by 16"))

            let dark = Photograph(height: 48, width: 80, samples: [UInt8](repeating: 9, count: 3 * 48 * 80))
            try dark.write(to: "\(folder)/dark.png")
            let black = try Venule.succeed("segment", plan, "\(folder)/dark.png", "-o", "\(folder)/out")
            #expect(black.standardError.contains("dark.png: warning: nearly black"))

            try Fixtures.photograph(height: 48, width: 80).write(to: "\(folder)/eye.png")
            let bright = try Venule.succeed("segment", plan, "\(folder)/eye.png", "-o", "\(folder)/out")
            #expect(!bright.standardError.contains("warning"), "\(bright.standardError)")
        }
    }

    @Test func unreadFormsAreNoDamage() throws {
        let plan = try Made.plan.get()
        try withTemporaryDirectory { folder in
            let dicom = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
            try AtomicFile.write(dicom, to: "\(folder)/eye.dcm")
            try Venule.fail(2, "DICOM is not read", "segment", plan, "\(folder)/eye.dcm", "-o", "\(folder)/out")
            #expect(try entries(folder) == ["eye.dcm"])
        }
    }
}
