import Hashing
import Testing

@Suite struct SHA256Tests {
    /// The examples of FIPS 180-4 and NIST's test of a million letters, shortened to lengths around a block.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (String(repeating: "a", count: 64), "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
        (String(repeating: "a", count: 1000), "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"),
    ])
    func knownDigests(text: String, digest: String) {
        var hasher = SHA256()
        hasher.update(Array(text.utf8))
        let found = hasher.finalize().map { String(Int($0) + 256, radix: 16).dropFirst() }.joined()
        #expect(found == digest)
    }

    @Test func piecesGiveTheSameDigestAsTheWhole() {
        let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }
        var whole = SHA256()
        whole.update(bytes)
        let digest = whole.finalize()
        for size in [1, 3, 55, 56, 63, 64, 65, 128] {
            var pieces = SHA256()
            for start in stride(from: 0, to: bytes.count, by: size) { pieces.update(Array(bytes[start..<min(start + size, bytes.count)])) }
            let found = pieces.finalize()
            #expect(found == digest)
        }
    }
}
