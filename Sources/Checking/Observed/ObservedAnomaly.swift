/// What is wrong with what a system showed. Jepsen's names for Kafka where they apply.
public enum ObservedAnomaly: String, Hashable, Sendable, CaseIterable {
    /// The same thing was done more than once.
    case duplicate
    /// Something is missing though what came later is there.
    case lostWrite = "lost-write"
    /// Something is missing and so is all that came later: it may only be late.
    case unseen
    /// Something is there that nothing which was delivered accounts for.
    case invented
    /// Effects of one key are not in the order of their causes.
    case nonmonotonicSend = "nonmonotonic-send"
    /// What was seen of a key went back to an older version.
    case nonmonotonicPoll = "nonmonotonic-poll"
    /// A reader went on without something that was delivered to it.
    case pollSkip = "poll-skip"
    /// One offset of a partition holds two different things.
    case inconsistentOffsets = "inconsistent-offsets"
    /// The final state of an entity is another one than it should be.
    case stateDiffers = "state-differs"
    /// Effects differ from the baseline's, as sequence or multiset.
    case effectsDiffer = "effects-differ"
    /// Sums do not agree.
    case sumDiffers = "sum-differs"
    /// Something older than the bound was shown.
    case stale
    /// A session did not see what it had written itself.
    case ownWriteUnseen = "own-write-unseen"
    /// What a custom check found; its own words say what.
    case custom
}
