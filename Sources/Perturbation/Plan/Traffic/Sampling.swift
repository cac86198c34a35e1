import Configuration
import Records

/// Which records are taken at all. What is sampled out is no input: it is counted, and neither recorded
/// nor scheduled.
public struct SampleRule: Hashable, Sendable {
    /// The rule is for records that match, as they arrived.
    public var condition: Condition
    /// This share of their keys is taken; null keys are drawn by offset.
    public var share: Ratio

    public init(condition: Condition = Condition(), share: Ratio) {
        self.condition = condition
        self.share = share
    }
}

/// Decides record by record what is taken of one partition: the first rule that matches decides, and
/// what no rule matches is sampled out.
///
/// Every rule hashes keys alike, so a key that is in a small share is in every larger one too, whatever
/// the topic.
///
/// Draws: as ``KeyShare``, of the purpose `sample`.
public struct Sampler: Sendable {
    private struct Compiled: Sendable {
        var condition: Condition
        var share: KeyShare
        /// That of the condition itself.
        var inner: KeyShare?
    }

    private let rules: [Compiled]

    /// nil where every record is taken: no rules are no sampling.
    public init?(_ rules: [SampleRule], seed: String, source: TopicPartition) {
        if rules.isEmpty { return nil }
        self.rules = rules.filter { $0.condition.admits(source) }.map { rule in
            Compiled(
                condition: rule.condition,
                share: KeyShare(rule.share, seed: seed, purpose: "sample", source: source),
                inner: rule.condition.share.map {
                    KeyShare($0, seed: seed, purpose: "sample", source: source)
                })
        }
    }

    /// - Parameter bytes: those of the entry's block.
    public func takes(_ entry: RecordBlock.Entry, in bytes: UnsafeRawBufferPointer) -> Bool {
        for rule in rules {
            if let inner = rule.inner, !inner.includes(entry, in: bytes) { continue }
            guard rule.condition.matches(entry, in: bytes) else { continue }
            return rule.share.includes(entry, in: bytes)
        }
        return false
    }
}
