import Testing

@testable import Perturbation

@Suite struct CanonicalTests {
    @Test func `every order of up to six records with any of them dropped is given back`() throws {
        var canonical = Canonical()
        for count in 0...6 {
            for subset in 0..<(1 << count) {
                let survivors = (0..<Int32(count)).filter { subset & (1 << $0) != 0 }
                let drops = (0..<Int32(count)).map {
                    survivors.contains($0) ? Canonical.notDropped : 0
                }
                for order in permutations(survivors) {
                    var outcome = Outcome()
                    outcome.deliveries = order.map { Delivery(slot: $0) }
                    canonical.describe(&outcome, drops: drops)
                    let applied = try Outcome(applying: outcome.decisions, to: count)
                    #expect(applied.deliveries == outcome.deliveries)
                }
            }
        }
    }
}

func permutations(_ items: [Int32]) -> [[Int32]] {
    if items.isEmpty { return [[]] }
    return items.indices.flatMap { index -> [[Int32]] in
        var rest = items
        let first = rest.remove(at: index)
        return permutations(rest).map { [first] + $0 }
    }
}
