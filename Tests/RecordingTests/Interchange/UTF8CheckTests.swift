import Testing

@testable import Interchange

@Suite struct UTF8CheckTests {
    private func isText(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes(UTF8Check.isText) }

    @Test func `the standard library says the same of random bytes`() {
        var random = TestRandom("utf8")
        let parts: [[UInt8]] = [
            [0x41], [0x00], [0x7F], [0xC2, 0x80], [0xC3], [0xE0, 0xA0, 0x80], [0xE0, 0x9F, 0x80],
            [0xED, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xEF, 0xBF, 0xBF], [0xF0, 0x90, 0x80, 0x80],
            [0xF0, 0x8F, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5],
            [0x80], [0xC0, 0xAF], Array("plain text".utf8), [0xE2, 0x82],
        ]
        var valid = 0
        for _ in 0..<5000 {
            var bytes: [UInt8] = []
            for _ in 0..<random.below(6) { bytes += random.pick(parts) }
            if random.chance(1, in: 5) { bytes += random.bytes(2) }
            let expected = String(validating: bytes, as: UTF8.self) != nil
            #expect(isText(bytes) == expected, "\(bytes)")
            valid += expected ? 1 : 0
        }
        #expect(valid > 500 && valid < 4500)
    }
}
