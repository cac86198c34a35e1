import Records
import Testing

@testable import Perturbation

@Suite struct WindowTests {
    private let source = TopicPartition("orders", 3)

    /// Offsets of each window's records, with payloads by offset.
    private func windows(
        _ shape: WindowShape, start: Offset, _ records: [(offset: Offset, payload: Int)]
    ) -> [[Offset]] {
        let plan = Plan(seed: "windows", window: shape)
        var former = WindowFormer(Perturber(plan: plan, source: source), start: start)
        var windows: [[Offset]] = [[]]
        func end() {
            former.begin(at: (windows[windows.count - 1].last ?? start) + 1)
            windows.append([])
        }
        for (offset, payload) in records {
            if former.endsBefore(payloadBytes: payload) { end() }
            windows[windows.count - 1].append(offset)
            if former.take(payloadBytes: payload, at: offset) { end() }
        }
        return windows.filter { !$0.isEmpty }
    }

    @Test func `a window takes records whatever the gaps between their offsets`() {
        let offsets: [Offset] = [3, 4, 90, 91, 95, 1000, 1001]
        let found = windows(
            WindowShape(records: 3...3), start: 0, offsets.map { ($0, 1) })
        #expect(found == [[3, 4, 90], [91, 95, 1000], [1001]])
    }

    @Test func `a window ends before a record that is too much, and a larger one stands alone`() {
        let shape = WindowShape(records: 4...4, bytes: 10)
        let payloads = [5, 5, 0, 1, 11, 1, 4, 6, 0, 50, 60]
        let found = windows(
            shape, start: 0, payloads.enumerated().map { (Offset($0.offset), $0.element) })
        #expect(found == [[0, 1, 2], [3], [4], [5, 6], [7, 8], [9], [10]])
    }

    @Test func `where a window starts decides its length, not who asks or when`() {
        let shape = WindowShape(records: 1...20)
        let all = (0..<400).map { (offset: Offset($0), payload: 1) }
        let whole = windows(shape, start: 0, all)
        #expect(Set(whole.map(\.count)).count > 10)
        // Going on at any window's start gives the windows that follow.
        for index in [1, 5, whole.count / 2] {
            let start = whole[index][0]
            let rest = windows(shape, start: start, Array(all[Int(start)...]))
            #expect(rest == Array(whole[index...]))
        }
    }

    @Test func `a start in a gap is another window than one at its first record`() throws {
        let records = (10..<60).map { Record(source: source, offset: Offset($0)) }
        var block = RecordBlock(source: source, reservingBytes: 4096)
        for record in records { try block.append(record) }
        var perturber = Perturber(plan: .standard, source: source)
        var early = Outcome()
        var late = Outcome()
        perturber.perturb(block, start: 7, into: &early)
        perturber.perturb(block, start: 10, into: &late)
        #expect(early.order != late.order)
        // Drops are drawn by record, so they are the same.
        #expect(Set(early.order) == Set(late.order))
    }

    @Test func `an empty window has no outcome`() {
        var perturber = Perturber(plan: .standard, source: source)
        var outcome = Outcome()
        outcome.deliveries = [Delivery(slot: 3)]
        outcome.decisions = [Decision(slot: 3, .drop)]
        perturber.perturb(RecordBlock(source: source), start: 0, into: &outcome)
        #expect(outcome == Outcome())
    }

    @Test func `a perturber remembers nothing of the windows before`() throws {
        var random = TestRandom("memory")
        var used = Perturber(plan: random.plan(), source: source)
        for number in 0..<200 {
            let plan = random.plan()
            if number % 10 == 0 { used = Perturber(plan: plan, source: source) }
            let records = random.log(of: source, records: 0...80)
            var block = RecordBlock(source: source, reservingBytes: 1 << 14)
            for record in records { try block.append(record) }
            let start = records.first?.offset ?? 0
            // The same perturber on other windows before, a copy of it, and a new one for each.
            var copy = used
            var first = Outcome()
            var second = Outcome()
            used.perturb(block, start: start, into: &first)
            copy.perturb(block, start: start, into: &second)
            #expect(first == second)
            copy.perturb(block, start: start, into: &second)
            #expect(first == second)
        }
    }
}
