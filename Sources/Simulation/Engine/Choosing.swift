/// Who decides where a run could go on in more than one way.
///
/// The simulator is generic over it, so that the usual one costs nothing.
public protocol Choosing {
    /// Whether message and worker choices are put at all. Who says no always gets value 0 for them, and
    /// the ready messages need not be counted.
    static var decidesOrder: Bool { get }

    /// A value below the arity.
    ///
    /// - Parameters:
    ///   - choice: what is asked; its value is what the seed says: 0, or what was drawn for a fault.
    mutating func choose(_ choice: Choice) -> Int32
}

/// What the seed says: faults as drawn, everything else in order of arrival.
public struct SeededChoices: Choosing {
    public static var decidesOrder: Bool { false }

    public init() {}

    @inline(__always)
    public mutating func choose(_ choice: Choice) -> Int32 { choice.value }
}

/// What another chooser says, keeping each value other than the default.
public struct RecordedChoices<Base: Choosing>: Choosing {
    public static var decidesOrder: Bool { true }

    public private(set) var base: Base
    /// In the order in which they were made.
    public private(set) var deviations: [Choice] = []

    public init(_ base: Base) { self.base = base }

    public mutating func choose(_ choice: Choice) -> Int32 {
        let value = base.choose(choice)
        if value != 0 {
            deviations.append(
                Choice(
                    kind: choice.kind, site: choice.site, actor: choice.actor,
                    index: choice.index, arity: choice.arity, value: value))
        }
        return value
    }
}

/// Made again from a list of deviations: who is not in it gets the default.
public struct ReplayedChoices: Choosing {
    public static var decidesOrder: Bool { true }

    /// What becomes of an entry that does not fit the run.
    public enum Mode: Sendable {
        /// It is counted in `misfits`, and the run is not the one that was recorded.
        case strict
        /// It is passed over.
        case lenient
    }

    private struct Place: Hashable {
        let actor: Int32
        let index: Int32
    }

    private let mode: Mode
    private var values: [Place: Choice] = [:]
    /// Entries that stood at a place with another kind, site or fewer values; under `strict`.
    public private(set) var misfits: [Choice] = []

    public init(_ deviations: [Choice], _ mode: Mode = .strict) {
        self.mode = mode
        for choice in deviations {
            values[Place(actor: choice.actor, index: choice.index)] = choice
        }
    }

    /// Entries that no choice has asked for.
    public var unused: [Choice] {
        values.values.sorted { ($0.actor, $0.index) < ($1.actor, $1.index) }
    }

    public mutating func choose(_ choice: Choice) -> Int32 {
        let place = Place(actor: choice.actor, index: choice.index)
        guard let kept = values.removeValue(forKey: place) else { return 0 }
        if kept.kind == choice.kind && kept.site == choice.site && kept.value < choice.arity {
            return kept.value
        }
        if mode == .strict { misfits.append(kept) }
        return 0
    }
}
