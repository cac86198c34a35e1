import Testing

@testable import Checking

@Suite struct ComparisonTests {
    private func divergences(
        _ view: Divergence.View, _ left: [String], _ right: [String], key: String = "key"
    ) throws -> [String] {
        let sides = (observed(left), observed(right))
        func evidence(_ records: ObservedRecords) -> Evidence {
            Evidence(feed: Feed(records), observations: [Observation("out", .topic, records)])
        }
        let selector = try #require(Selector(plain: key))
        let found = try Examiner(CheckPlan()).divergences(
            from: evidence(sides.0), to: evidence(sides.1),
            [Comparison(stream: "out", view: view, key: selector)])
        return found.map { divergence in
            let entity = divergence.entity.map { String(decoding: $0, as: UTF8.self) } ?? "-"
            return
                "\(entity) \(divergence.baseline)\(divergence.variant) @\(divergence.position) x\(divergence.differences)"
        }
    }

    @Test(arguments: [
        (Divergence.View.sequence, ["a 1", "b 1", "a 2"], ["b 1", "a 1", "a 2"], [String]()),
        (.sequence, ["a 1", "a 2", "a 3"], ["a 1", "a 3"], ["a [1][1] @1 x1"]),
        (.sequence, ["a 1", "a 2"], ["a 2", "a 1"], ["a [0][0] @0 x2"]),
        (.sequence, ["a 1"], ["a 1", "a 1"], ["a [][1] @1 x1"]),
        (.sequence, ["a 1", "b 2"], ["b 2"], ["a [0][] @0 x1"]),
        // A null key and an empty one, a null value and an empty one, are not the same.
        (.sequence, ["- 1", "a"], ["- 1", "a "], []),
        (.multiset, ["a 1", "a 2", "a 2"], ["a 2", "a 1", "a 2"], []),
        (.multiset, ["a 1", "a 2"], ["a 2", "a 2"], ["a [0][1] @0 x2"]),
        (.multiset, ["a 1"], ["a 1", "a 1", "c 1"], ["a [][1] @0 x1", "c [][2] @0 x1"]),
        (.state, ["a 1", "a 2", "b 1"], ["b 1", "a 7", "a 2"], []),
        (.state, ["a 1", "a"], ["b 1", "b"], []),
        (.state, ["a 1"], ["a 1", "a 3"], ["a [0][1] @0 x1"]),
        (.state, ["a 1", "b 2"], ["a 1", "b"], ["b [1][1] @0 x1"]),
        // Lines without keys have no entities: how often each is there is what counts.
        (.state, ["- 1", "- 2"], ["- 2", "- 1"], []),
        (.state, ["- 1", "- 2"], ["- 2"], ["- [0][] @0 x1"]),
    ])
    func `finds the first difference of each key`(
        view: Divergence.View, left: [String], right: [String], expected: [String]
    ) throws {
        #expect(try divergences(view, left, right) == expected)
        // The other way round as many differ.
        #expect(try divergences(view, right, left).count == expected.count)
    }

    @Test func `null and empty stay apart`() throws {
        var records = (ObservedRecords(), ObservedRecords())
        records.0.append(key: nil, value: [])
        records.1.append(key: [], value: nil)
        let found = try Examiner(CheckPlan()).divergences(
            from: Evidence(
                feed: Feed(ObservedRecords()), observations: [Observation("o", .topic, records.0)]),
            to: Evidence(
                feed: Feed(ObservedRecords()), observations: [Observation("o", .topic, records.1)]))
        #expect(found.map(\.entity) == [nil, []])
    }

    @Test func `compares by a field`() throws {
        let found = try divergences(
            .state, [#"x {"id":"a","v":1}"#], [#"y {"id":"a","v":1}"#], key: ".id")
        #expect(found.isEmpty)
    }

    @Test func `explains a difference by the records and by what the schedule did`() throws {
        let workload = observed([#"a {"id":1}"#, #"a {"id":2}"#])
        let variant = Evidence(
            feed: Feed(
                records: workload,
                deliveries: [.init(record: 1), .init(record: 0), .init(record: 1, copy: 1)],
                injections: [Injection(.move, record: 0, line: #"{"in":"o/0@0","op":"move"}"#)]),
            observations: [Observation("out", .topic, observed(["a 2", "a 1", "a 2"]))])
        let baseline = Evidence(
            feed: Feed(workload),
            observations: [Observation("out", .topic, observed(["a 1", "a 2"]))])
        let divergence = try #require(
            try Examiner(CheckPlan()).divergences(from: baseline, to: variant).first)
        #expect(
            divergence.explanation(baseline: baseline, variant: variant) == [
                #"out, key "a": differs from its record 1 on"#,
                #"  baseline  record 1 key "a": "1""#, #"  variant   record 1 key "a": "2""#,
                #"  fed       1 of 3: record 2 key "a": {"id":2}"#,
                #"  fed       2 of 3: record 1 key "a": {"id":1}"#,
                #"  fed       3 of 3, copy 1: record 2 key "a": {"id":2}"#,
                #"  schedule  move record 1  {"in":"o/0@0","op":"move"}"#,
            ])
    }
}
