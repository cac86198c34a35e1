import Records

/// What every compiled rule has: which records of one partition it is for, and where its draws come
/// from.
struct RuleScope: Sendable {
    /// Its place in the plan.
    let index: Int32
    let stream: DrawStream
    /// nil: it is for every record. A reference, so that rules are cheap to hand around.
    private let filter: Filter?

    /// nil where the rule can match no record of the partition.
    init?(_ rule: Rule, at index: Int, seed: String, source: TopicPartition) {
        guard rule.condition.admits(source) else { return nil }
        self.index = Int32(index)
        stream = DrawStream(seed: seed, purpose: "rule/\(rule.name)", source: source)
        filter =
            rule.condition.isPerPartition ? nil : Filter(rule, seed: seed, source: source)
    }

    var matchesAll: Bool { filter == nil }

    /// Whether the rule is for the record in that slot.
    @inline(__always)
    func matches(_ slot: Int, in window: Window) -> Bool {
        guard let filter else { return true }
        return filter.admits(window.entries[slot], in: window)
    }
}

/// The part of a condition that looks at the record.
private final class Filter: Sendable {
    private let condition: Condition
    private let share: KeyShare?

    init(_ rule: Rule, seed: String, source: TopicPartition) {
        condition = rule.condition
        share = rule.condition.share.map {
            KeyShare($0, seed: seed, purpose: "share/\(rule.name)", source: source)
        }
    }

    @inline(never)
    func admits(_ entry: RecordBlock.Entry, in window: Window) -> Bool {
        if let share, !share.includes(entry, in: window.bytes) { return false }
        return condition.matches(entry, in: window.bytes)
    }
}

/// The records of one window, lent while it is perturbed.
struct Window {
    let entries: UnsafeBufferPointer<RecordBlock.Entry>
    let bytes: UnsafeRawBufferPointer
    /// Its first record's offset, or one in a gap before it.
    let start: Offset
}
