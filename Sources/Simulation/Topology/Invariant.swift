import Configuration

/// What must hold in every run; docs/invariants.md defines each.
public enum Invariant: String, Hashable, Sendable, CaseIterable {
    /// No entity gave out more than it had at the start.
    case noOversell
    /// No accepted write is overwritten by one that had not seen it.
    case noLostUpdate
    /// No message's effect, store or publication was carried out by more than one attempt.
    case exactlyOnceEffect
    /// Messages of one key are done in the order of their arrival.
    case fifoPerKey
    /// What an entity has, and what was taken off it by messages that are done, is what it had at first.
    case conservation
    /// No two holders of one lock at a time, and no write by one whose lease is over.
    case mutualExclusion
    /// Every message was handled or is a dead letter.
    case allHandledOrDead
    /// Nothing is done that rests on a value which was overwritten longer ago than the bound.
    case boundedStaleness

    /// Whether it takes a look at everything that happens, where the others are told by counting.
    var needsWatch: Bool { self == .conservation || self == .boundedStaleness }
}

/// What the transport between source and handler may do without a fault of its own.
public enum DeliveryContract: String, Hashable, Sendable, CaseIterable {
    /// A message may come again, and handlers must cope.
    case atLeastOnce
    /// A message may be lost, and comes once at most.
    case atMostOnce
    /// A message comes once; what a repeat does is the transport's doing and no handler's.
    case exactlyOnce
}

/// How old what an act rests on may be.
public enum StalenessBound: Hashable, Sendable {
    /// Since it was overwritten.
    case time(Duration)
    /// How many times it was overwritten.
    case versions(Int)
}
