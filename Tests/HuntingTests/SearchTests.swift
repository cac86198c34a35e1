import Foundation
import Hunting
import Perturbation
import Records
import Results
import Testing

@Suite struct SearchTests {
    private func inputs(_ strategy: String, _ numbers: [Int]) throws -> [TrialInput] {
        let text = Sample.text(extra: "strategy: \(strategy)\nfaults: [{kill: 50%}, {pause: 50%}]")
        let document = try Sample.document(text)
        let folder = try Sample.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bench = try TrialBench(document.hunt, folder: folder, shouldStop: { false })
        let results = try TrialResults(path: folder + "/r.db", identity: "x")
        let run = try HuntRun(document, bench: bench, results: results, width: 1)
        return try numbers.map { try run.input($0) }
    }

    @Test(arguments: ["random", "swarm", "pct", "coverage"])
    func `a trial's input is a function of the hunt and its number`(strategy: String) throws {
        let one = try inputs(strategy, Array(1...20))
        let two = try inputs(strategy, Array((1...20).reversed()))
        #expect(one.map(\.digest) == two.reversed().map(\.digest))
        #expect(Set(one.map(\.digest)).count > 10, "schedules differ")
        #expect(one.contains { !$0.schedule.faults.isEmpty })
        for input in one {
            // Whatever was drawn can be fed.
            let feed = try FeedSequence(input.workload, input.schedule, paceUs: 1)
            #expect(!feed.items.isEmpty)
        }
    }

    @Test func `a workload is drawn from its seed, its holes by their kind`() throws {
        let hunt = try Sample.document().hunt
        let one = try hunt.makeWorkload()
        #expect(try hunt.makeWorkload() == one)
        #expect(one.records.count == 12)
        #expect(one.records.contains { $0.value == nil })
        var numbers: [String: Int64] = [:]
        for record in one.records {
            let key = String(decoding: record.key ?? [], as: UTF8.self)
            numbers[key, default: 0] += 1
            guard let value = record.value else { continue }
            let json = try value.withUnsafeBytes { try JSONValue(parsing: $0) }
            #expect(json["n"]?.integer == numbers[key])
            #expect((1...9).contains(json["amount"]?.integer ?? 0))
            #expect(json["note"]?.string == "to \(key)")
        }
        let offsets = Dictionary(grouping: one.records, by: \.source).mapValues { $0.map(\.offset) }
        for (_, offsets) in offsets { #expect(offsets == (0..<Int64(offsets.count)).map { $0 }) }
    }

    @Test func `edges of a kind are drawn where they are asked for, and only within its range`()
        throws
    {
        let text = Sample.text().replacing("keys: 3", with: "keys: 3\n    edges: 100%")
            .replacing("\"${int:1..9}\"", with: "\"${int?:-3..9}\"")
        let records = try Sample.document(text).hunt.makeWorkload().records
        let amounts = try records.compactMap(\.value).map { value in
            try value.withUnsafeBytes { try JSONValue(parsing: $0) }["amount"]?.text ?? ""
        }
        #expect(Set(amounts).isSubset(of: ["-3", "9", "0", "1", "-1", "null"]))
        #expect(Set(amounts).count > 2)
    }
}
