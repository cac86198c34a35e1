import Digests
import Testing

@Suite struct XXH128Tests {
    /// What the package xxhash of PyPI says (`xxhash.xxh3_128(…).hexdigest()`); `xxhsum -H2` says the same.
    static let cases: [(bytes: [UInt8], expected: String)] = [
        ([], "99aa06d3014798d86001c324468d497f"),
        (Array("abc".utf8), "06b05ab6733a618578af5f94892f3950"),
        (
            Array(repeating: Array(0...255), count: 40).flatMap { $0 },
            "1cb22534d0d96975c03d2231ab9348f3"
        ),
    ]

    @Test(arguments: cases)
    func `agrees with another implementation, in one piece and in many`(
        bytes: [UInt8], expected: String
    ) {
        for size in [max(1, bytes.count), 1, 7, 1000] {
            let digest = RecordDigest(.xxh128)
            for start in stride(from: 0, to: bytes.count, by: size) {
                bytes[start..<min(bytes.count, start + size)].withUnsafeBytes { digest.update($0) }
                // A digest in between changes nothing of what follows.
                _ = digest.text
            }
            #expect(digest.text == expected)
        }
    }
}
