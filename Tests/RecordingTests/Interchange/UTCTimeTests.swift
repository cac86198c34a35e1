import Foundation
import Testing

@testable import Interchange

@Suite struct UTCTimeTests {
    @Test(arguments: [
        (UInt64(0), "1970-01-01T00:00:00.000000000Z"),
        (1_700_000_000_123_456_789, "2023-11-14T22:13:20.123456789Z"),
        (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
        (4_107_542_399_999_999_999, "2100-02-28T23:59:59.999999999Z"),
        (UInt64.max, "2554-07-21T23:34:33.709551615Z"),
    ])
    func `an instant has one text, which reads back`(nanoseconds: UInt64, text: String) {
        #expect(UTCTime.text(nanoseconds: nanoseconds) == text)
        #expect(UTCTime.nanoseconds(of: text) == nanoseconds)
    }

    @Test func `Foundation's calendar says the same`() throws {
        var random = TestRandom("times")
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime]
        for _ in 0..<500 {
            let seconds = random.below(18_446_744_073)
            let date = Date(timeIntervalSince1970: TimeInterval(seconds))
            let expected = formatter.string(from: date).dropLast()
            #expect(UTCTime.text(nanoseconds: UInt64(seconds) * 1_000_000_000).hasPrefix(expected))
            // Also before 1970; from 1589, as Foundation has Julian dates before 1582.
            let early = Int64(random.below(40_000_000_000)) - 12_000_000_000
            let earlier = formatter.string(from: Date(timeIntervalSince1970: TimeInterval(early)))
            #expect(UTCTime.text(milliseconds: early * 1000).hasPrefix(earlier.dropLast()))
        }
    }

    @Test(arguments: [
        ("2023-11-14", UInt64(1_699_920_000_000_000_000)),
        ("2023-11-14T22:13", 1_699_999_980_000_000_000),
        ("2023-11-14 22:13:20", 1_700_000_000_000_000_000),
        ("2023-11-14T22:13:20.5z", 1_700_000_000_500_000_000),
        ("2023-11-14T23:13:20+01:00", 1_700_000_000_000_000_000),
        ("2023-11-14T20:43:20-01:30", 1_700_000_000_000_000_000),
        ("1970-01-01T01:00+01:00", 0),
    ])
    func `shorter spellings and zones are read`(text: String, nanoseconds: UInt64) {
        #expect(UTCTime.nanoseconds(of: text) == nanoseconds)
    }

    @Test(arguments: [
        "", "now", "2023", "2023-13-01", "2023-02-29", "2023-11-14T24:00", "2023-11-14T22:60",
        "2023-11-14T22:13:20.1234567890", "2023-11-14T22:13:20.", "2023-11-14Tx", "1969-12-31",
        "9999-01-01", "2023-11-14T22:13:20Z ", "2023-11-14T22:13:20+0100", "+2023-11-14",
    ])
    func `what is no instant is none`(text: String) {
        #expect(UTCTime.nanoseconds(of: text) == nil)
    }

    @Test func `no timestamp is out of reach`() {
        #expect(UTCTime.text(milliseconds: -1) == "1969-12-31T23:59:59.999Z")
        #expect(UTCTime.text(milliseconds: -62_167_219_200_000) == "0000-01-01T00:00:00.000Z")
        #expect(UTCTime.text(milliseconds: .max) == "9223372036854775807 ms")
        #expect(UTCTime.text(milliseconds: .min) == "-9223372036854775808 ms")
    }
}
