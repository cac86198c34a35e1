/// What one trial of some of the atoms showed.
///
/// `Signature` tells one failure from another: an invariant with its anomaly and role, say.
public enum Answer<Signature: Hashable & Sendable>: Hashable, Sendable {
    case fails(Signature)
    case passes
    /// It could not be run, or shows neither.
    case unresolved
}
