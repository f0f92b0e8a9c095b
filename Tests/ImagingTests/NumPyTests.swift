import TestSupport
import Testing

@testable import Imaging

@Suite struct NumPyTests {
    @Test(arguments: [[], [0], [5], [2, 3], [1, 2, 3, 4]])
    func arraysSurviveWriting(shape: [Int]) throws {
        try withTemporaryDirectory { folder in
            let values = (0..<shape.reduce(1, *)).map { Float($0) * 0.37 - 1 }
            let array = NumPyArray(shape: shape, values: values)
            try array.write(to: "\(folder)/a.npy")
            #expect(try NumPyArray(contentsOf: "\(folder)/a.npy") == array)
            #expect(try entries(folder) == ["a.npy"])
        }
    }

    @Test func bytesAreThoseOfNumPy() throws {
        let path = Fixture.path("resize-5x4.npy")
        let array = try NumPyArray(contentsOf: path)
        #expect(array.shape == [5, 4, 3])
        #expect(array.bytes == (try FileAccess.read(path)))
    }

    @Test func bitsAreKept() throws {
        let array = NumPyArray(shape: [4], values: [-0.0, .infinity, .leastNonzeroMagnitude, Float(bitPattern: 0x7FC0_1234)])
        let read = try NumPyArray(bytes: array.bytes, path: "bits")
        #expect(read.values.map(\.bitPattern) == array.values.map(\.bitPattern))
    }

    /// Headers that announce what is not there, or something else than float32 in C order.
    @Test(arguments: [
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", "'<f8' found"),
        ("{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }", "'>f4' found"),
        ("{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }", "Fortran order found"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "8 bytes of data found"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "8 bytes of data found"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", "too many bytes"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "expected"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", "expected"),
        ("{'descr': '<f4', 'fortran_order': False, }", "expected"),
        ("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "expected"),
        ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", "expected"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } more", "expected"),
        ("", "expected"),
    ])
    func hostileHeadersAreRefused(header: String, message: String) {
        let error = #expect(throws: ImagingError.self) { try NumPyArray(bytes: file(header), path: "x.npy") }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test func everyTruncationIsRefused() throws {
        let bytes = NumPyArray(shape: [2, 3], values: [1, 2, 3, 4, 5, 6]).bytes
        for count in 0..<bytes.count {
            #expect(throws: ImagingError.self) { try NumPyArray(bytes: Array(bytes[..<count]), path: "cut.npy") }
        }
        #expect(throws: ImagingError.self) { try NumPyArray(bytes: bytes + [0], path: "long.npy") }
    }

    @Test func unknownVersionsAreRefused() {
        var bytes = NumPyArray(shape: [1], values: [1]).bytes
        bytes[6] = 9
        #expect(throws: ImagingError.self) { try NumPyArray(bytes: bytes, path: "new.npy") }
    }

    /// A version 1.0 file with this header and two values.
    private func file(_ header: String) -> [UInt8] {
        let text = Array(header.utf8) + [UInt8(ascii: "\n")]
        let magic: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count & 0xFF), UInt8(text.count >> 8)]
        return magic + text + [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]
    }
}
