import Foundation
import Testing

@testable import Files

@Suite struct NPYHeaderTests {
    private func problem(_ dictionary: String) -> HeaderProblem? {
        do {
            _ = try NPYHeader(dictionary: Array(dictionary.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test func whatIsWrittenIsReadBack() throws {
        for shape in [[], [1], [1, 592, 592, 3], [Int](repeating: 7, count: 32)] {
            let bytes = NPYHeader(shape: shape).bytes
            #expect(bytes.count % 64 == 0)
            let (count, at) = try NPYHeader.dictionaryBytes(Array(bytes[..<12]))
            #expect(at + count == bytes.count)
            #expect(try NPYHeader(dictionary: Array(bytes[at...])).shape == shape)
        }
    }

    /// Byte for byte, since others compare files.
    @Test func whatIsWrittenIsWhatNumPyWrites() {
        func text(_ shape: [Int]) -> String {
            String(decoding: NPYHeader(.int64, shape: shape).bytes[10...], as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        #expect(text([]) == "{'descr': '<i8', 'fortran_order': False, 'shape': (), }")
        #expect(text([5]) == "{'descr': '<i8', 'fortran_order': False, 'shape': (5,), }")
        #expect(text([5, 4, 3]) == "{'descr': '<i8', 'fortran_order': False, 'shape': (5, 4, 3), }")
    }

    @Test func otherSpellingsAreRead() throws {
        let text = "{\"shape\":(2,3),\"descr\":\"<f4\",\"fortran_order\":False}  \n"
        #expect(try NPYHeader(dictionary: Array(text.utf8)).shape == [2, 3])
        let version2: [UInt8] = NPYHeader.magic + [2, 0, 0x10, 0x01, 0, 0]
        let (count, at) = try NPYHeader.dictionaryBytes(version2)
        #expect((count, at) == (272, 12))
    }

    /// What NumPy writes is sound, whether it is read or not; what it never writes is damaged.
    @Test func whatIsRefusedIsNamed() {
        let expected = "expected little-endian floats, bfloat16, integers or bool"
        for type in [">f4", "<f16", "<c8", "|O", "<U3", "|S5", "|V8", "<M8[s]", ">i4", ">u2", "=f4", "f4", "V2"] {
            #expect(
                problem("{'descr': '\(type)', 'fortran_order': False, 'shape': (1,), }")
                    == HeaderProblem(.unsupported, "has elements of type '\(type)', \(expected)"))
        }
        #expect(
            problem("{'descr': [('a', '<f4'), ('b', '<i4')], 'fortran_order': False, 'shape': (1,), }")
                == HeaderProblem(.unsupported, "has elements with fields, \(expected)"))
        func damage(_ dictionary: String) -> String? {
            guard let problem = problem(dictionary), problem.kind == .damaged else { return nil }
            return problem.message
        }
        for type in ["4f", "f", "float", ""] {
            #expect(
                damage("{'descr': '\(type)', 'fortran_order': False, 'shape': (1,), }") == "has elements of type '\(type)', \(expected)")
        }
        #expect(damage("{'descr': '<f4', 'shape': (1,), }") == "lacks 'descr', 'fortran_order' or 'shape'")
        #expect(damage("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }") == "has no 'False' at byte 34 of its header")
        #expect(damage("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }") == "has no number at byte 51 of its header")
        let digits = String(repeating: "9", count: 20)
        #expect(damage("{'descr': '<f4', 'fortran_order': False, 'shape': (\(digits),), }")?.hasPrefix("has a side above ") == true)
        #expect(damage("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } more") == "has more than a dictionary in its header")
        #expect(
            damage("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,), }")
                == "has an unexpected header entry 'descr'")
    }

    @Test func otherFilesAreNamed() {
        func problem(_ start: [UInt8]) -> HeaderProblem? {
            do {
                _ = try NPYHeader.dictionaryBytes(start)
                return nil
            } catch {
                return error
            }
        }
        let archive = problem([0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 8))
        #expect(archive?.kind == .unsupported && archive?.message.contains("np.save") == true)
        #expect(problem(NPYHeader.magic + [3, 0, 9, 9, 9, 9]) == HeaderProblem(.unsupported, "has .npy version 3, expected 1 or 2"))
        #expect(
            problem(NPYHeader.magic + [2, 0, 255, 255, 255, 255])
                == HeaderProblem(.unsupported, "has a header of 4294967295 bytes, expected at most 4096"))
        #expect(problem(NPYHeader.magic + [1, 0, 1, 0, 0, 0])?.kind == .damaged)
        #expect(problem([0x93])?.kind == .damaged)
    }

    /// No prefix and no single changed byte of a header does more than throw.
    @Test func damagedHeadersAreRefusedOrRead() {
        let text = Array("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 20), }\n".utf8)
        for count in 0..<(text.count - 2) { #expect(problem(String(decoding: text[..<count], as: UTF8.self)) != nil) }
        var refused = 0
        for position in text.indices {
            for byte in UInt8.min...UInt8.max {
                var damaged = text
                damaged[position] = byte
                if (try? NPYHeader(dictionary: damaged)) == nil { refused += 1 }
            }
        }
        #expect(refused > text.count * 200)
        for start in [
            [], [0x93], [UInt8](repeating: 0, count: 12), NPYHeader.magic + [9, 0, 9, 9, 9, 9],
            NPYHeader.magic + [2, 0, 255, 255, 255, 255],
        ] {
            #expect(throws: HeaderProblem.self) { try NPYHeader.dictionaryBytes(start) }
        }
    }
}
