import Perturbation
import Records

/// What a plan does to the records of one partition before anything else: sampling, then masking.
public struct Intake: Sendable {
    public enum Verdict: Hashable, Sendable {
        /// The record was appended.
        case taken
        case sampledOut
        /// Its value is no JSON, and such records are left out.
        case unparsable
    }

    private let sampler: Sampler?
    private var masker: Masker?

    /// nil where every record passes as it is.
    ///
    /// - Parameter key: must be there where the plan masks.
    public init?(_ plan: Plan, key: MaskKey?, source: TopicPartition) {
        sampler = Sampler(plan.sample, seed: plan.seed, source: source)
        if let mask = plan.mask, let key {
            masker = Masker(mask, key: key, topic: source.topic)
        }
        if sampler == nil && masker == nil { return nil }
    }

    /// Appends a record of `raw` to `block` as it goes on, or tells why it does not.
    public mutating func take(
        _ raw: RecordBlock, at index: Int, into block: inout RecordBlock
    ) throws(RecordError) -> Verdict {
        if let sampler {
            let entry = raw.entries[index]
            if !raw.withUnsafeBytes({ sampler.takes(entry, in: $0) }) { return .sampledOut }
        }
        guard masker != nil else {
            try block.append(raw, index..<(index + 1))
            return .taken
        }
        switch try masker?.mask(raw, at: index, into: &block) {
        case .masked?: return .taken
        case .dropped?, nil: return .unparsable
        }
    }
}
