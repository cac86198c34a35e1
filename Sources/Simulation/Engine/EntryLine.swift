/// Entries of an event queue that came in their order: a ring that grows.
struct EntryLine: ~Copyable {
    private var entries: UnsafeMutablePointer<EventQueue.Entry>
    private var capacity = 64
    private var first = 0
    private var count = 0
    private var last: EventQueue.Entry = 0
    /// The first entry; the greatest number where there is none.
    private(set) var head = EventQueue.Entry.max

    init() { entries = .allocate(capacity: capacity) }

    deinit { entries.deallocate() }

    /// Whether an entry may stand at the end.
    @inline(__always)
    func takes(_ entry: EventQueue.Entry) -> Bool { count == 0 || last < entry }

    @inline(__always)
    mutating func append(_ entry: EventQueue.Entry) {
        if count == capacity { grow() }
        entries[(first &+ count) & (capacity &- 1)] = entry
        if count == 0 { head = entry }
        last = entry
        count &+= 1
    }

    @inline(__always)
    mutating func removeHead() -> EventQueue.Entry {
        let entry = head
        first = (first &+ 1) & (capacity &- 1)
        count &-= 1
        head = count == 0 ? .max : entries[first]
        return entry
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<EventQueue.Entry>.allocate(capacity: capacity * 2)
        for index in 0..<count { larger[index] = entries[(first + index) & (capacity - 1)] }
        entries.deallocate()
        (entries, first, capacity) = (larger, 0, capacity * 2)
    }
}
