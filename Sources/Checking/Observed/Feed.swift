import Records

/// What was fed to a system: each input record once, and how a schedule delivered it.
public struct Feed: Sendable {
    /// Each record of the workload as it was before any schedule, in its order. Behind them stands what a
    /// schedule made of some of them (corruption), which ``Delivery/content`` names.
    public var records: ObservedRecords
    /// How many of `records` are the workload's own.
    public var workloadCount: Int
    /// In the order in which they were handed over.
    public var deliveries: [Delivery]
    /// Where the deliveries stand among all, where these are some of them; nil: they are all.
    public var excerpt: Excerpt?
    /// What the schedule did, in its order.
    public var injections: [Injection]

    /// Places of some deliveries.
    public struct Excerpt: Hashable, Sendable {
        /// Of each delivery, from 0.
        public var places: [Int]
        /// How many deliveries there are in all.
        public var count: Int

        public init(places: [Int], count: Int) {
            self.places = places
            self.count = count
        }
    }

    /// A record handed over once.
    public struct Delivery: Hashable, Sendable {
        /// Which record of the workload.
        public var record: Int
        /// 0 for the original, 1, … for copies.
        public var copy: Int32
        /// What was handed over: `record` itself, or the index of what became of it.
        public var content: Int
        /// Nanoseconds since 1970 at which the broker had it; 0 where nobody noted it.
        public var timeNs: UInt64

        public init(record: Int, copy: Int32 = 0, content: Int? = nil, timeNs: UInt64 = 0) {
            self.record = record
            self.copy = copy
            self.content = content ?? record
            self.timeNs = timeNs
        }
    }

    /// Every record delivered once, in its order: no schedule at all.
    public init(_ records: ObservedRecords) {
        self.records = records
        workloadCount = records.count
        deliveries = records.indices.map {
            Delivery(record: $0, timeNs: records.entries[$0].arrivalNs)
        }
        injections = []
    }

    public init(
        records: ObservedRecords, workloadCount: Int? = nil, deliveries: [Delivery],
        injections: [Injection]
    ) {
        self.records = records
        self.workloadCount = workloadCount ?? records.count
        self.deliveries = deliveries
        self.injections = injections
    }
}
