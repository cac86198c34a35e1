import Configuration
import Testing

@testable import Checking

/// Every invariant, a mutant that breaks it, and how the mutant shows.
private struct Case: CustomTestStringConvertible {
    let invariant: String
    let mutation: Ledger.Mutation
    let torments: Torments
    let anomaly: ObservedAnomaly
    /// In how many of 40 schedules it must be found, at least.
    var least = 40
    var testDescription: String { "\(mutation): \(invariant)" }
}

private let anyOrder = "contract: {order: none}"
private let cases = [
    Case(
        invariant: "exactlyOnceEffect: {stream: charges, key: .id}", mutation: .noDedupe,
        torments: [.copies, .moves], anomaly: .duplicate),
    Case(
        invariant: "exactlyOnceEffect: {stream: charges, key: .id}", mutation: .loses,
        torments: [.copies, .drops], anomaly: .lostWrite),
    Case(
        invariant: "noLoss: {stream: charges, key: .id}", mutation: .loses, torments: [.drops],
        anomaly: .lostWrite),
    Case(
        invariant: "noInvention: {stream: charges, key: .id}", mutation: .invents,
        torments: [.drops, .copies, .moves], anomaly: .invented),
    Case(
        invariant: "uniqueness: {stream: charges, key: .id}", mutation: .noDedupe,
        torments: .copies, anomaly: .duplicate),
    Case(
        invariant: "fifoPerKey: {stream: charges, id: .id}", mutation: .swaps, torments: [.copies],
        anomaly: .nonmonotonicSend),
    Case(
        invariant: "fifoPerKey: {stream: charges, sequence: .version}", mutation: .swaps,
        torments: [], anomaly: .nonmonotonicSend),
    Case(
        invariant: "contiguousReads: {stream: charges, id: .id}", mutation: .swaps,
        torments: [.drops, .copies], anomaly: .pollSkip),
    Case(
        invariant: "contiguousReads: {stream: charges, id: .id, session: .account}",
        mutation: .loses, torments: [.copies, .moves], anomaly: .pollSkip),
    Case(
        invariant: "monotonicReads: {stream: views, version: .version, \(anyOrder)}",
        mutation: .lastWriteWins, torments: .moves, anomaly: .nonmonotonicPoll, least: 25),
    Case(
        invariant: "monotonicReads: {stream: views, version: .version}",
        mutation: .lastWriteWins, torments: .copies, anomaly: .nonmonotonicPoll, least: 15),
    Case(
        invariant: "convergence: {stream: balances}", mutation: .noDedupe, torments: .copies,
        anomaly: .stateDiffers),
    Case(
        invariant: "convergence: {stream: newest, \(anyOrder)}", mutation: .lastWriteWins,
        torments: [.moves, .copies], anomaly: .stateDiffers, least: 8),
    Case(
        invariant: "idempotent: {stream: charges}", mutation: .noDedupe,
        torments: [.copies, .drops], anomaly: .effectsDiffer, least: 30),
    Case(
        invariant: "idempotent: {stream: balances}", mutation: .noDedupe, torments: .copies,
        anomaly: .stateDiffers),
    Case(
        invariant: "commutative: {stream: newest, \(anyOrder)}", mutation: .lastWriteWins,
        torments: .moves, anomaly: .stateDiffers, least: 8),
    Case(
        invariant: "conservation: {stream: balances, sum: .balance, inputSum: .amount}",
        mutation: .noDedupe, torments: [.copies, .drops, .moves], anomaly: .sumDiffers),
    Case(
        invariant:
            "conservation: {stream: charges, key: .account, input: .account, sum: .amount, inputSum: .amount}",
        mutation: .loses, torments: [.drops], anomaly: .sumDiffers),
    Case(
        invariant: "boundedStaleness: {stream: views, version: .version, versions: 1}",
        mutation: .lateViews, torments: .copies, anomaly: .stale),
    Case(
        invariant: "boundedStaleness: {stream: views, version: .version, within: 3ms}",
        mutation: .lateViews, torments: [], anomaly: .stale),
    Case(
        invariant:
            "readYourWrites: {stream: calls, key: .account, session: .user, version: .version, write: '.op == \"w\"'}",
        mutation: .staleReads, torments: [.copies, .moves], anomaly: .ownWriteUnseen),
    Case(
        invariant: "metamorphic: {stream: balances, under: [duplicate]}", mutation: .noDedupe,
        torments: .copies, anomaly: .stateDiffers),
    Case(
        invariant:
            "metamorphic: {stream: charges, under: [duplicate], relation: '(.baseline | length) == (.variant | length)'}",
        mutation: .noDedupe, torments: .copies, anomaly: .custom),
    Case(
        invariant:
            "custom: {jq: '[.observed.charges | group_by(.value.id)[] | select(length > 1) | {words: \"twice\", entity: .[0].value.id}]'}",
        mutation: .noDedupe, torments: .copies, anomaly: .custom),
]

@Suite struct MutantTests {
    private func examiner(_ invariant: String) throws -> Examiner {
        Examiner(try plan("invariants:\n  - \(invariant)", nil))
    }

    @Test(arguments: cases)
    fileprivate func `finds the mutant and is silent on its correct twin`(_ row: Case) throws {
        let examiner = try examiner(row.invariant)
        let records = Ledger.workload
        var found = 0
        for seed in 0..<40 {
            let order = row.torments.order(records.count, seed: seed)
            let feed = Feed(records, delivering: order)
            for mutation in [Ledger.Mutation.none, row.mutation] {
                // The baseline is the same system without torment.
                let system = Ledger(mutation: mutation)
                let baseline = system.run(
                    Feed(records, delivering: Array(records.indices)))
                let judgement = try #require(
                    try examiner.judgements(of: system.run(feed), baseline: baseline).first)
                #expect(judgement.reason == nil)
                if mutation == .none {
                    #expect(
                        judgement.broken == 0,
                        "seed \(seed): \(judgement.breaches.first?.words ?? "")")
                } else if judgement.broken > 0 {
                    found += 1
                    let anomalies = Set(
                        judgement.breaches.filter { $0.cause == .system }
                            .map(\.signature.anomaly))
                    #expect(anomalies.contains(row.anomaly.rawValue), "\(anomalies)")
                }
            }
        }
        #expect(found >= row.least, "found in \(found) of 40")
    }

    @Test(arguments: cases)
    fileprivate func `judges something even where nothing is wrong`(_ row: Case) throws {
        let feed = Feed(Ledger.workload, delivering: Array(0..<24))
        let evidence = Ledger(mutation: .none).run(feed)
        let judgement = try #require(
            try examiner(row.invariant).judgements(of: evidence, baseline: evidence).first)
        #expect(judgement.judged > 0 && judgement.holds && judgement.injected == 0)
    }
}
