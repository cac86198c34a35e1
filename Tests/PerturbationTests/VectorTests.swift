import Configuration
import Foundation
import Records
import Testing

@testable import Perturbation

/// The vectors of docs/determinism.md hold for the engine and for the second implementation.
@Suite struct VectorTests {
    private static let window = DrawStream(
        seed: "shadow-seed", purpose: "window", source: TopicPartition("orders", 3))
    private static let rule = DrawStream(
        seed: "", purpose: "rule/é \"1\"", source: TopicPartition("a/b", 0))

    /// The block of code under a heading of the document.
    private func block(under heading: String) throws -> String {
        let path = Reference.folder.deletingLastPathComponent().appending(
            path: "docs/determinism.md")
        let document = String(decoding: try Data(contentsOf: path), as: UTF8.self)
        let section = try #require(document.range(of: heading)).upperBound
        let start = try #require(document[section...].range(of: "```json\n")).upperBound
        let end = try #require(document[start...].range(of: "```")).lowerBound
        return String(document[start..<end])
    }

    @Test func `the document shows what the second implementation prints`() throws {
        let printed = try Reference.run("", arguments: ["--vectors"])
        #expect(try block(under: "## 7. ") == printed)
    }

    @Test func `the engine computes every vector of the document`() throws {
        var count = 0
        for line in try block(under: "## 7. ").split(separator: "\n") {
            let vector = try JSONValue(parsing: String(line))
            let found = try #require(computed(vector), "\(line)")
            #expect(found == vector.members?.last?.value, "\(line)")
            count += 1
        }
        #expect(count > 40)
    }

    /// What the last member should be, from the ones before; nil where the vector is of no known kind.
    private func computed(_ vector: JSONValue) -> JSONValue? {
        let stream = vector["stream"]?.string == "window" ? Self.window : Self.rule
        let position = vector["position"]?.integer ?? 5
        var draws = stream.draws(at: position, copy: Int32(vector["copy"]?.integer ?? 0))
        func text(_ number: Double) -> JSONValue { .string(hex(number.bitPattern)) }
        switch vector.members?.last?.name {
        case "key":
            let key = stream.key
            return .string(
                hex(UInt32(truncatingIfNeeded: key)) + " "
                    + hex(UInt32(truncatingIfNeeded: key >> 32)))
        case "words":
            return .string((0..<6).map { _ in hex(draws.next()) }.joined(separator: " "))
        case "below":
            guard case .number(let bound)? = vector["bound"] else { return nil }
            let limit = UInt64(bound) ?? 0
            return .array((0..<4).map { _ in .number(String(draws.below64(limit))) })
        case "siphash":
            let words = DrawStream.digest(of: ["shadow-seed", "share/some"]).words
            let key = Array((vector["key"]?.string ?? "").utf8)
            return .string(hex(key.withUnsafeBytes { SipHash.hash($0, key: words) }))
        case "log": return double(vector["x"]).map { text(Variates.log($0)) }
        case "exp": return double(vector["x"]).map { text(Variates.exp($0)) }
        case "normal":
            var again = draws
            let exponential = Variates.exponential(&draws)
            #expect(vector["exponential"] == text(exponential))
            return text(Variates.normal(&again))
        case "delays_us":
            let time = ValueParser<DurationDistribution>.durationDistribution
                .parse(vector["time"]?.string ?? "")
            guard let time = try? time.get() else { return nil }
            return .array(
                (0..<6 as Range<Offset>).map { position in
                    var draws = Self.rule.draws(at: position)
                    return .number(String(time.microseconds(&draws)))
                })
        case "windows":
            let perturber = Perturber(plan: .standard, source: TopicPartition("orders", 3))
            return .array(
                (0..<10 as Range<Offset>).map {
                    .number(String(perturber.windowLength(at: $0 * 4)))
                })
        default: return nil
        }
    }

    @Test func `the example of the document is what both compute`() throws {
        var plan = Plan.standard
        plan.rules[1].action = .drop(try Ratio.of(1, 5))
        plan.rules[2].action = .duplicate(
            try Ratio.of(1, 5), copies: 1...1, placement: .adjacent)
        let source = TopicPartition("orders", 3)
        let records = (0..<10 as Range<Offset>).map { Record(source: source, offset: $0) }
        let example = Case(plan: plan, source: source, records: records)
        let shown = try block(under: "## 6. ")
        #expect(try example.output() == shown)
        #expect(try Reference.run(example.input) == shown)
    }

    // Of the reference implementation: the key is bytes 0 to 15, the text bytes 0 to n - 1.
    @Test(
        arguments: [
            (0, 0x726f_db47_dd0e_0e31), (1, 0x74f8_39c5_93dc_67fd), (2, 0x0d6c_8009_d9a9_4f5a),
            (7, 0xab02_00f5_8b01_d137), (8, 0x93f5_f579_9a93_2462), (15, 0xa129_ca61_49be_45e5),
            (63, 0x958a_324c_eb06_4572),
        ] as [(Int, UInt64)])
    func `SipHash agrees with its published vectors`(count: Int, expected: UInt64) {
        let text = (0..<count).map { UInt8($0) }
        let hash = text.withUnsafeBytes {
            SipHash.hash($0, key: (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))
        }
        #expect(hash == expected)
    }

    private func double(_ bits: JSONValue?) -> Double? {
        bits?.string.flatMap { UInt64($0, radix: 16) }.map { Double(bitPattern: $0) }
    }

    private func hex(_ number: some FixedWidthInteger) -> String {
        let digits = String(number, radix: 16)
        let width = type(of: number).bitWidth / 4
        return String(repeating: "0", count: width - digits.count) + digits
    }
}
