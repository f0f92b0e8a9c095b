import Testing

@testable import RunCommand

@Suite struct NPYHeaderTests {
    private func problem(_ dictionary: String) -> String? {
        do {
            _ = try NPYHeader(dictionary: Array(dictionary.utf8))
            return nil
        } catch {
            return error.message
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

    @Test func otherSpellingsAreRead() throws {
        let text = "{\"shape\":(2,3),\"descr\":\"<f4\",\"fortran_order\":False}  \n"
        #expect(try NPYHeader(dictionary: Array(text.utf8)).shape == [2, 3])
        let version2: [UInt8] = NPYHeader.magic + [2, 0, 0x10, 0x01, 0, 0]
        let (count, at) = try NPYHeader.dictionaryBytes(version2)
        #expect((count, at) == (272, 12))
    }

    @Test func whatIsRefusedIsNamed() {
        #expect(
            problem("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }")
                == "has elements of type '<f8', expected little-endian float32, int32, int64, uint8, int8 or bool")
        #expect(problem("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }") == "is in Fortran order, expected C order")
        #expect(problem("{'descr': '<f4', 'shape': (1,), }") == "lacks 'descr', 'fortran_order' or 'shape'")
        #expect(
            problem("{'descr': '<f4', 'fortran_order': False, 'shape': (1234567890123456,), }")
                == "has a side of more than 15 digits")
        #expect(problem("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }") == "has no number at byte 51 of its header")
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
            #expect(throws: NPYHeader.Problem.self) { try NPYHeader.dictionaryBytes(start) }
        }
    }
}
