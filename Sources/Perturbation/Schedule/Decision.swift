import Records

/// What a schedule says of one record of a window, the records being named by slot: the index in the
/// window as it was read. Every record keeps its slot, also when it is dropped or moved, so that taking
/// a decision away renumbers nothing.
public typealias Decision = DecisionAt<Int32>

/// The same as a line of the file has it, the records being named by offset.
public typealias LineDecision = DecisionAt<Offset>

/// One decision on one record; `Place` is how records are named.
public struct DecisionAt<Place: Hashable & Sendable>: Hashable, Sendable {
    public var slot: Place
    public var operation: Operation
    /// Which rule decided: an index into the names of the plan or schedule; -1 where a hand did.
    public var rule: Int32

    public enum Operation: Hashable, Sendable {
        /// No delivery of the record at all; excludes every other decision on it.
        case drop
        /// The original leaves its slot for a place in the gap.
        case move(Gap)
        /// One more delivery, number `copy` (1, 2, …; the original is 0). Without a gap it stands right
        /// behind the nearest earlier copy of its record that is there, wherever that stands.
        case duplicate(copy: Int32, Gap?)
        /// The delivery is due that much later.
        case delay(copy: Int32, microseconds: Int64)
        /// The delivery's value is changed.
        case corrupt(copy: Int32, Corruption)
        /// The timestamp (0 or none) cannot be produced by the client library: the broker sees another.
        case untimed
    }

    /// A place between slots.
    public enum Gap: Hashable, Sendable {
        /// In front of this slot, which is the first of its window, and behind all that stands
        /// behind the slot before.
        case before(Place)
        /// Behind this slot and in front of the next one.
        case after(Place)
    }

    public init(slot: Place, _ operation: Operation, rule: Int32 = -1) {
        self.slot = slot
        self.operation = operation
        self.rule = rule
    }

    /// The same decision with the records named otherwise.
    public func naming<Other>(
        _ place: (Place) throws(ScheduleError) -> Other
    ) throws(ScheduleError) -> DecisionAt<Other> {
        typealias Gap = DecisionAt<Other>.Gap
        func translate(_ gap: DecisionAt.Gap) throws(ScheduleError) -> Gap {
            switch gap {
            case .before(let anchor): .before(try place(anchor))
            case .after(let anchor): .after(try place(anchor))
            }
        }
        let operation: DecisionAt<Other>.Operation
        switch self.operation {
        case .drop: operation = .drop
        case .move(let gap): operation = .move(try translate(gap))
        case .duplicate(let copy, nil): operation = .duplicate(copy: copy, nil)
        case .duplicate(let copy, let gap?):
            operation = .duplicate(copy: copy, try translate(gap))
        case .delay(let copy, let delay): operation = .delay(copy: copy, microseconds: delay)
        case .corrupt(let copy, let corruption): operation = .corrupt(copy: copy, corruption)
        case .untimed: operation = .untimed
        }
        return DecisionAt<Other>(slot: try place(slot), operation, rule: rule)
    }
}

/// A change of one value. Several compose in the order of the plan's rules.
public enum Corruption: Hashable, Sendable {
    /// Keeps the first bytes only.
    case truncate(toBytes: Int32)
    /// Turns one bit over: bit 0 is the lowest of the first byte.
    case flip(bit: Int64)
    /// Takes the value away: a tombstone.
    case null

    /// The changed value; nil where this cannot be done to it (no value, or one that is too short).
    public func applied(to value: [UInt8]) -> Changed? {
        switch self {
        case .truncate(let count):
            return count >= 0 && Int(count) <= value.count
                ? .bytes(Array(value.prefix(Int(count)))) : nil
        case .flip(let bit):
            guard bit >= 0, bit / 8 < Int64(value.count) else { return nil }
            var changed = value
            changed[Int(bit / 8)] ^= 1 << UInt8(bit % 8)
            return .bytes(changed)
        case .null: return .null
        }
    }

    public enum Changed: Hashable, Sendable {
        case bytes([UInt8])
        case null
    }
}
