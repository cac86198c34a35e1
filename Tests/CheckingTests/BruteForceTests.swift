import Testing

@testable import Checking

/// Thousands of small random histories, each against the definitions.
@Suite struct BruteForceTests {
    /// A generator of Lehmer's kind (Park and Miller, 1988): the same histories everywhere.
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state = state * 48_271 % 2_147_483_647
            return Int(state % UInt64(sides))
        }
    }

    private func random(_ seed: Int) -> History {
        var dice = Dice(state: UInt64(seed) * 7919 + 1)
        for _ in 0..<3 { _ = dice.roll(2) }
        var history = History()
        let count = 2 + dice.roll(4)
        for number in 0..<count {
            _ = history.begin(History.Transaction(message: Int64(number), beganNs: 0))
        }
        var versions: [Int64] = [0, 0]
        for time in 1...(4 + dice.roll(9)) {
            let (by, object) = (dice.roll(count), dice.roll(2))
            if dice.roll(2) == 0 {
                let version = Int64(dice.roll(Int(versions[object]) + 1))
                history.append(
                    History.Event(.read, by: by, on: object, at: Int64(time), version: version))
            } else {
                versions[object] += 1
                let basis = dice.roll(3) == 0 ? nil : Int64(dice.roll(Int(versions[object])))
                history.append(
                    History.Event(
                        .write, by: by, on: object, at: Int64(time), version: versions[object],
                        basis: basis))
            }
        }
        for number in 0..<count {
            let roll = dice.roll(6)
            if roll == 5 { continue }
            history.end(number, roll == 4 ? .aborted : .committed, at: Int64(20 + dice.roll(9)))
        }
        return history
    }

    @Test func `cycles are those of the definitions`() {
        var seen: [Anomaly.Kind: Int] = [:]
        for seed in 0..<1500 {
            let history = random(seed)
            let naive = NaiveSearch(history)
            let found = history.anomalies()
            func cycles(_ kind: Anomaly.Kind) -> [Anomaly] { found.filter { $0.kind == kind } }
            #expect(!cycles(.g0).isEmpty == naive.hasG0, "seed \(seed)")
            #expect(!cycles(.g1c).isEmpty == naive.hasG1c, "seed \(seed)")
            let lost = Set(cycles(.lostUpdate).map { $0.edges[0] })
            #expect(lost == naive.lost, "seed \(seed)")
            let single = Set(cycles(.gSingle).map { $0.edges[0] })
            #expect(single.union(lost) == naive.single, "seed \(seed)")
            #expect(Set(cycles(.g2Item).map { $0.edges[0] }) == naive.item, "seed \(seed)")
            let known = Set(naive.edges)
            for anomaly in found where anomaly.edges.count > 1 {
                seen[anomaly.kind, default: 0] += 1
                check(anomaly, known, seed)
            }
        }
        // The dice throw enough of each to say something.
        for kind in [Anomaly.Kind.g0, .g1c, .lostUpdate, .gSingle, .g2Item] {
            #expect(seen[kind, default: 0] > 40, "\(kind): \(seen[kind, default: 0])")
        }
    }

    /// A witness is a simple cycle of the graph, with the edges that its name asks for.
    private func check(_ anomaly: Anomaly, _ known: Set<Dependency>, _ seed: Int) {
        let edges = anomaly.edges
        #expect(edges.allSatisfy { known.contains($0) }, "seed \(seed)")
        #expect(zip(edges, edges.dropFirst() + [edges[0]]).allSatisfy { $0.to == $1.from })
        #expect(Set(edges.map(\.from)).count == edges.count)
        let counts = Dependency.Kind.allCases.map { kind in edges.count { $0.kind == kind } }
        switch anomaly.kind {
        case .g0: #expect(counts[1] == 0 && counts[2] == 0)
        case .g1c: #expect(counts[1] > 0 && counts[2] == 0)
        case .lostUpdate:
            #expect(counts[1] == 0 && counts[2] == 1 && Set(edges.map(\.object)).count == 1)
        case .gSingle: #expect(counts[2] == 1)
        default: #expect(counts[2] > 1)
        }
    }

    @Test func `reads of what was taken back or half done are those of the definitions`() {
        var count = 0
        for seed in 2000..<3500 {
            let history = random(seed)
            let found = history.anomalies()
            var aborted = Set<[Int]>()
            var half = Set<[Int]>()
            for (read, event) in history.events.enumerated() where event.kind == .read {
                guard history.transactions[event.transaction].outcome == .committed else {
                    continue
                }
                for (write, other) in history.events.enumerated()
                where other.kind == .write && other.object == event.object
                    && other.version == event.version && other.transaction != event.transaction
                {
                    if history.transactions[other.transaction].outcome == .aborted {
                        aborted.insert([write, read])
                    }
                    let isLast = !history.events.contains {
                        $0.kind == .write && $0.transaction == other.transaction
                            && $0.object == other.object && $0.version > other.version
                    }
                    if !isLast { half.insert([write, read]) }
                }
            }
            func pairs(_ kind: Anomaly.Kind) -> Set<[Int]> {
                Set(
                    found.filter { $0.kind == kind }.map {
                        [$0.edges[0].first, $0.edges[0].second]
                    })
            }
            #expect(pairs(.g1a) == aborted, "seed \(seed)")
            #expect(pairs(.g1b) == half, "seed \(seed)")
            count += aborted.count + half.count
        }
        #expect(count > 300)
    }
}
