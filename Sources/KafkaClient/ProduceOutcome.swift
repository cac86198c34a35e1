/// What became of a call to produce.
public enum ProduceOutcome: Hashable, Sendable {
    case queued
    /// Back-pressure, not an error: nothing was queued, the same call succeeds later.
    case queueFull
}
