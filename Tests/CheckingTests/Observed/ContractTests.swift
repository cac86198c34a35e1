import Testing

@testable import Checking

/// Whose doing it is: what the schedule injected is the system's fault only where the contract says that it copes.
@Suite struct ContractTests {
    private func judgement(
        _ invariant: String, _ mutation: Ledger.Mutation, delivering order: [Int], faults: Int = 0
    ) throws -> Judgement {
        let records = Ledger.workload
        let system = Ledger(mutation: mutation)
        return try #require(
            try Examiner(try plan("invariants:\n  - \(invariant)", nil)).judgements(
                of: system.run(Feed(records, delivering: order, faults: faults)),
                baseline: system.run(Feed(records, delivering: Array(records.indices)))
            ).first)
    }

    private static let copy = [0, 1, 1] + Array(2..<24)
    private static let swapped = [4, 0, 1, 2, 3] + Array(5..<24)
    private static let rewound = Array(0..<5) + Array(1..<24)
    /// Behind a later record of its key, and alone.
    private static let stale = Array(0..<5) + [0] + Array(5..<24)
    private static let dropped = Array(0..<7) + Array(8..<24)

    @Test(arguments: [
        ("exactlyOnceEffect: {stream: charges, key: .id}", Ledger.Mutation.noDedupe, copy, 0, 1, 0),
        (
            "exactlyOnceEffect: {stream: charges, key: .id, contract: exactlyOnce}", .noDedupe,
            copy, 0, 0, 1
        ),
        (
            "exactlyOnceEffect: {stream: charges, key: .id, contract: atMostOnce}", .noDedupe, copy,
            0, 0, 1
        ),
        // What is not delivered has no effect, and nobody's fault it is.
        ("exactlyOnceEffect: {stream: charges, key: .id}", .none, dropped, 0, 0, 0),
        ("convergence: {stream: balances}", .none, dropped, 0, 0, 1),
        ("convergence: {stream: newest}", .lastWriteWins, swapped, 0, 0, 0),
        // A loss of the system's own, at most once, after a kill.
        ("noLoss: {stream: charges, key: .id}", .loses, dropped, 1, 4, 0),
        ("noLoss: {stream: charges, key: .id, contract: atMostOnce}", .loses, dropped, 1, 0, 4),
        ("noLoss: {stream: charges, key: .id, contract: atMostOnce}", .loses, dropped, 0, 4, 0),
        // Order within a key is the schedule's doing unless any order must be coped with.
        ("monotonicReads: {stream: views, version: .version}", .lastWriteWins, swapped, 0, 0, 1),
        (
            "monotonicReads: {stream: views, version: .version, contract: {order: none}}",
            .lastWriteWins, swapped, 0, 1, 0
        ),
        ("fifoPerKey: {stream: charges, id: .id, order: log}", .none, swapped, 0, 0, 1),
        (
            "fifoPerKey: {stream: charges, id: .id, order: log, contract: {order: none}}", .none,
            swapped, 0, 1, 0
        ),
        ("fifoPerKey: {stream: charges, id: .id}", .none, swapped, 0, 0, 0),
        // Sums: a repetition that the contract does not cover adds what was delivered.
        (
            "conservation: {stream: balances, sum: .balance, inputSum: .amount}", .noDedupe, copy,
            0, 1, 0
        ),
        (
            "conservation: {stream: balances, sum: .balance, inputSum: .amount, contract: exactlyOnce}",
            .noDedupe, copy, 0, 0, 1
        ),
        ("conservation: {stream: balances, sum: .balance, equals: 84}", .none, dropped, 0, 0, 1),
        // Whoever goes back goes on from there; a single old record is out of order.
        ("convergence: {stream: balances}", .noDedupe, rewound, 0, 4, 0),
        ("convergence: {stream: balances}", .noDedupe, stale, 0, 0, 1),
        ("convergence: {stream: balances, contract: {order: none}}", .noDedupe, stale, 0, 1, 0),
        ("convergence: {stream: newest}", .lastWriteWins, rewound, 0, 0, 0),
        ("convergence: {stream: newest}", .lastWriteWins, stale, 0, 0, 0),
        ("idempotent: {stream: balances}", .noDedupe, stale, 0, 1, 0),
        // An entity that more happened to than is declared harmless is not judged.
        ("metamorphic: {stream: balances, under: [move]}", .noDedupe, copy, 0, 0, 0),
        ("idempotent: {stream: balances}", .noDedupe, copy, 0, 1, 0),
        ("idempotent: {stream: balances, contract: exactlyOnce}", .noDedupe, copy, 0, 1, 0),
    ])
    func `is told apart`(
        invariant: String, mutation: Ledger.Mutation, order: [Int], faults: Int, broken: Int,
        injected: Int
    ) throws {
        let judgement = try judgement(invariant, mutation, delivering: order, faults: faults)
        #expect(
            judgement.broken == broken && judgement.injected == injected,
            "\(judgement.broken) and \(judgement.injected): \(judgement.breaches.map(\.words))")
        #expect(judgement.holds == (broken == 0))
        #expect((judgement.signature == nil) == (broken == 0))
    }

    /// A system that refuses what it cannot read, or books what it reads, is right; what it misses of a record that came
    /// whole is its own.
    @Test(arguments: [
        ("exactlyOnceEffect: {stream: out, key: .id}", #"{"id":"p1"}"#, [String](), 0, 1),
        (
            "exactlyOnceEffect: {stream: out, key: .id}", #"{"id":"p0"}"#,
            [#"a {"id":"p0"}"#, #"a {"id":"p0"}"#], 0, 1
        ),
        ("exactlyOnceEffect: {stream: out, key: .id}", #"{"id":"p0"}"#, [], 1, 0),
        (
            "noInvention: {stream: out, key: .id}", #"{"id":"p?"}"#,
            [#"a {"id":"p0"}"#, #"a {"id":"p9"}"#], 0, 1
        ),
        (
            "conservation: {stream: out, sum: .n, inputSum: .n}", #"{"id":"p1","n":70}"#,
            [#"a {"id":"p0","n":1}"#], 0, 1
        ),
        (
            "uniqueness: {stream: out, key: key}", #"{"id":"p0"}"#,
            [#"a {"id":"p0"}"#, #"a {"id":"p0"}"#], 0, 1
        ),
        (
            "monotonicReads: {stream: out, version: .n}", #"{"id":"p1","n":9}"#,
            [#"a {"n":9}"#, #"a {"n":2}"#], 0, 1
        ),
    ])
    func `what a corrupted record leads to is the schedule's doing`(
        invariant: String, corrupted: String, shown: [String], broken: Int, injected: Int
    ) throws {
        var records = observed([#"a {"id":"p0","n":1}"#, #"a {"id":"p1","n":2}"#])
        records.append(key: Array("a".utf8), value: Array(corrupted.utf8))
        // p0 comes whole only where nothing else is shown of it.
        let first: [Feed.Delivery] = shown.isEmpty && broken == 0 ? [] : [.init(record: 0)]
        let feed = Feed(
            records: records, workloadCount: 2,
            deliveries: first + [.init(record: 1, content: 2)],
            injections: [Injection(.corrupt, record: 1)])
        let judgement = try #require(
            try Examiner(try plan("invariants:\n  - \(invariant)", nil)).judgements(
                of: Evidence(
                    feed: feed, observations: [Observation("out", .topic, observed(shown))])
            ).first)
        #expect(
            judgement.broken == broken && judgement.injected == injected,
            "\(judgement.breaches.map(\.words))")
    }

    @Test func `without a baseline or input it says so`() throws {
        let examiner = Examiner(
            try plan(
                "invariants:\n  - idempotent: {stream: out}\n  - noLoss: {stream: out, key: key}\n  - uniqueness: {stream: gone, key: key}",
                nil))
        let evidence = Evidence(
            feed: Feed(ObservedRecords()),
            observations: [Observation("out", .topic, observed(["a 1"]))])
        #expect(
            try examiner.judgements(of: evidence).map(\.reason) == [
                "it takes a baseline, and there is none", "it takes the input, and there is none",
                "there is no stream gone",
            ])
    }

    @Test(arguments: [
        ("true", 0, ""), ("[]", 0, ""), ("false", 1, "it is false"), ("null", 1, "it is null"),
        ("\"twice\"", 1, "twice"), ("[\"a\", {\"words\": \"b\", \"anomaly\": \"odd\"}]", 2, "a"),
        ("[true, true]", 0, ""),
    ])
    func `a command's answer says what is wrong`(answer: String, broken: Int, words: String) throws
    {
        let examiner = Examiner(try plan("invariants:\n  - custom: {command: [./judge]}", nil))
        let judgement = try examiner.judgement(
            of: examiner.plan.invariants[0], answering: Array(answer.utf8))
        #expect(judgement.broken == broken && judgement.judged == 1)
        #expect(judgement.breaches.first?.words ?? "" == words)
    }

    @Test(arguments: ["", "{", "17", "{\"a\":1}", "[1]"])
    func `what is no answer is an error`(answer: String) throws {
        let examiner = Examiner(try plan("invariants:\n  - custom: {command: [./judge]}", nil))
        #expect(throws: CheckingError.self) {
            try examiner.judgement(of: examiner.plan.invariants[0], answering: Array(answer.utf8))
        }
    }
}
