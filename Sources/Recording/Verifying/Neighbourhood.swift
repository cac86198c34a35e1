import Perturbation
import Records

/// What should be and what is around the first delivery of a partition that is not as it should be, and
/// what may have happened there.
struct Neighbourhood {
    /// Deliveries before the place, all of them right.
    var before: [Expectation]
    /// The one that should stand at the place, and those that should follow.
    var expected: [Expectation] = []
    /// Deliveries from the place on, `expected` included.
    var remaining = 0
    /// What stands at the place, and what follows.
    var found = RecordBlock(source: TopicPartition("", 0))
    /// How much is looked at.
    static let reach = 64

    init(before: [Expectation]) { self.before = before }

    mutating func expect(_ piece: ExpectedOutput.Piece, from position: Int) {
        remaining += piece.outcome.deliveries.count - position
        for delivery in piece.outcome.deliveries[position...].prefix(Self.reach - expected.count) {
            expected.append(Expectation(piece: piece, delivery: delivery))
        }
    }

    /// One sentence, and the kind of what happened.
    func explained() throws -> (kind: Verification.Difference.Kind, text: String) {
        let first = expected[0]
        if found.isEmpty {
            let rest = remaining == 1 ? "it" : "it and the \(remaining - 1) that follow"
            return (.short, "\(first) is not there; the output ends before \(rest)")
        }
        if found.count == 1, expected.count == 1 { return try changed() }
        var best = try (run: aligned(1, 1), explanation: changed())
        func consider(_ run: Int, _ explanation: @autoclosure () -> Explanation) {
            if run > best.run { best = (run, explanation()) }
        }
        consider(aligned(1, 0), missing(1))
        consider(aligned(0, 1), extra(1))
        if let width = exchange() { consider(aligned(width, width) + width, order(width)) }
        for count in 2..<16 {
            consider(aligned(count, 0), missing(count))
            consider(aligned(0, count), extra(count))
        }
        return best.explanation
    }

    private typealias Explanation = (kind: Verification.Difference.Kind, text: String)

    /// How many deliveries fit when so many expected and so many found ones are left out.
    private func aligned(_ skipped: Int, _ extra: Int) -> Int {
        var count = 0
        while skipped + count < expected.count, extra + count < found.count,
            expected[skipped + count].isMet(by: found, extra + count)
        {
            count += 1
        }
        return count
    }

    /// The least number of deliveries from here on that are there in another order.
    private func exchange() -> Int? {
        var isTaken = [Bool](repeating: false, count: expected.count)
        var reach = 0
        for index in 0..<min(found.count, expected.count) {
            guard
                let match = expected.indices.first(where: {
                    !isTaken[$0] && expected[$0].isMet(by: found, index)
                })
            else { return nil }
            isTaken[match] = true
            reach = max(reach, match)
            if reach == index { return index + 1 }
        }
        return nil
    }

    private func changed() throws -> Explanation {
        if let other = known(0) {
            let again = before.contains { $0.isMet(by: found, 0) } ? " once more" : ""
            return (.order, "\(other) stands here\(again) in place of \(expected[0])")
        }
        let record = found.record(at: 0)
        let fields = try FieldDifferences(
            expected[0], record, kind: found.entries[0].timestampKind)
        return (.changed, "\(expected[0]) is changed: \(fields)")
    }

    private func missing(_ count: Int) -> Explanation {
        let what =
            count == 1 ? "\(expected[0]) is" : "\(expected[0]) and the \(count - 1) that follow are"
        return (.missing, "\(what) missing; \(expected[count]) stands here")
    }

    private func extra(_ count: Int) -> Explanation {
        if let other = before.last(where: { $0.isMet(by: found, 0) }) {
            let more = count == 1 ? "" : ", with \(count - 1) more"
            return (.extra, "\(other) stands here once more\(more), before \(expected[0])")
        }
        let (stranger, fault) = stranger()
        let stand = count == 1 ? "stands" : "and \(count - 1) more stand"
        return (.extra, "\(stranger) \(stand) before \(expected[0])\(fault)")
    }

    /// What a record that should not be there is, as far as it is known, and what is wrong with it.
    private func stranger() -> (name: String, fault: String) {
        for piece in [expected[0].piece] + before.suffix(1).map(\.piece) {
            for slot in piece.records.entries.indices {
                let delivery = Delivery(slot: Int32(slot))
                let record = Expectation(piece: piece, delivery: delivery)
                guard record.isMet(by: found, 0) else { continue }
                let isDropped = !piece.outcome.deliveries.contains { $0.slot == delivery.slot }
                return ("\(record)", isDropped ? "; it is dropped" : "; its place is another")
            }
        }
        return ("a record that should not be there", "")
    }

    private func order(_ width: Int) -> Explanation {
        let other = known(0)?.description ?? "another"
        if width == 2 { return (.order, "\(expected[0]) and \(other) have changed places") }
        return (
            .order,
            "\(other) stands here in place of \(expected[0]): \(width) deliveries are in another order"
        )
    }

    /// Which of the deliveries around a found record is.
    private func known(_ index: Int) -> Expectation? {
        expected.first { $0.isMet(by: found, index) }
            ?? before.last { $0.isMet(by: found, index) }
    }
}
