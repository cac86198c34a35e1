/// What one invariant says of one trial.
public struct Judgement: Sendable {
    public let invariant: SystemInvariant
    /// How many entities, identities or records were judged; 0: the invariant says nothing of this trial.
    public internal(set) var judged = 0
    /// How many of them the system broke.
    public internal(set) var broken = 0
    /// How many are not as they should be by the schedule's doing alone.
    public internal(set) var injected = 0
    /// The first of both, at most ``Judgement/mostBreaches`` of each.
    public internal(set) var breaches: [Breach] = []
    /// Why it could not be judged; nil: it was.
    public internal(set) var reason: String?

    public static var mostBreaches: Int { 20 }

    public var holds: Bool { broken == 0 }

    init(_ invariant: SystemInvariant) { self.invariant = invariant }

    /// The same with the places of records counted otherwise.
    package func moving(_ place: (Breach.Place) -> Breach.Place) -> Judgement {
        var moved = self
        moved.breaches = breaches.map { breach in
            Breach(
                breach.signature, cause: breach.cause, entity: breach.entity, words: breach.words,
                places: breach.places.map(place))
        }
        return moved
    }

    /// What failures are told apart by; nil: there is none.
    public var signature: FailureSignature? {
        breaches.first { $0.cause == .system }?.signature
    }

    /// Counts what is wrong; `breach` is asked only while there is room.
    mutating func note(_ cause: Breach.Cause, _ breach: () -> Breach) {
        let count = cause == .system ? broken : injected
        if count < Self.mostBreaches { breaches.append(breach()) }
        if cause == .system { broken += 1 } else { injected += 1 }
    }
}
