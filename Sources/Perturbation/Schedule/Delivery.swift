/// One delivery of a window's output: which record, and the how-manieth time.
public struct Delivery: Hashable, Sendable {
    /// Index of the record in its window.
    public var slot: Int32
    /// 0 is the original.
    public var copy: Int32
    /// Microseconds after the record's arrival before which it is not sent.
    public var delayMicroseconds: Int64
    /// The rule behind its place: what moved the original or made the copy; -1 for an unmoved original.
    public var placedBy: Int32
    /// The first rule that delayed it; -1 where none did.
    public var delayedBy: Int32
    /// Whether ``Outcome/corruptions`` holds a change of its value.
    public var isCorrupted: Bool

    public init(
        slot: Int32, copy: Int32 = 0, placedBy: Int32 = -1, delayMicroseconds: Int64 = 0,
        delayedBy: Int32 = -1, isCorrupted: Bool = false
    ) {
        self.slot = slot
        self.copy = copy
        self.delayMicroseconds = delayMicroseconds
        self.placedBy = placedBy
        self.delayedBy = delayedBy
        self.isCorrupted = isCorrupted
    }
}

/// What becomes of a window: its deliveries in order, and the decisions that say so, which are a
/// function of the window and the deliveries alone.
public struct Outcome: Sendable, Equatable {
    /// A change of the value of one delivery, and the rule that made it.
    public struct ValueChange: Hashable, Sendable {
        public var slot: Int32
        public var copy: Int32
        public var corruption: Corruption
        public var rule: Int32

        public init(slot: Int32, copy: Int32, corruption: Corruption, rule: Int32) {
            self.slot = slot
            self.copy = copy
            self.corruption = corruption
            self.rule = rule
        }
    }

    public var deliveries: [Delivery] = []
    /// In the canonical order of the schedule.
    public var decisions: [Decision] = []
    /// In the order in which they apply.
    public var corruptions: [ValueChange] = []

    public init() {}

    /// Counts of what was done, for progress and metrics.
    public var counts: Counts {
        var counts = Counts()
        for decision in decisions {
            switch decision.operation {
            case .drop: counts.dropped += 1
            case .move: counts.moved += 1
            case .duplicate: counts.duplicated += 1
            case .delay: counts.delayed += 1
            case .corrupt: counts.corrupted += 1
            case .untimed: break
            }
        }
        counts.delivered = deliveries.count
        return counts
    }

    /// The value of a corrupted delivery.
    ///
    /// - Throws: `ScheduleError.impossible` where a change cannot be made to that value.
    public func changedValue(
        of delivery: Delivery, original: [UInt8]?
    ) throws(ScheduleError) -> [UInt8]? {
        var value = original
        for change in corruptions where change.slot == delivery.slot && change.copy == delivery.copy
        {
            guard let bytes = value, let changed = change.corruption.applied(to: bytes) else {
                throw .impossible(change.corruption, valueBytes: value?.count)
            }
            switch changed {
            case .bytes(let bytes): value = bytes
            case .null: value = nil
            }
        }
        return value
    }
}

/// How many records and deliveries were what.
public struct Counts: Hashable, Sendable {
    public var delivered = 0
    public var dropped = 0
    public var duplicated = 0
    public var moved = 0
    public var delayed = 0
    public var corrupted = 0

    public init() {}

    public static func += (left: inout Counts, right: Counts) {
        left.delivered += right.delivered
        left.dropped += right.dropped
        left.duplicated += right.duplicated
        left.moved += right.moved
        left.delayed += right.delayed
        left.corrupted += right.corrupted
    }
}
