/// What happens next: entries ordered by time, then class, then insertion.
///
/// A 4-ary heap of 16-byte entries (64 bits of time, 2 of class, 38 of insertion, 24 of payload) that are
/// compared as one number each; four children lie in one cache line. A pop leaves a hole at the root that
/// the next push fills, since most events schedule their successor.
///
/// Arrivals come one after the other, what takes a constant time ends in the order in which it began, and
/// leases are mostly given back long before their time: such entries wait in line beside the heap, where adding
/// and taking cost O(1).
struct EventQueue: ~Copyable {
    typealias Entry = UInt128

    /// Of events at one instant the lower class comes first.
    enum Class: UInt64 {
        /// What was under way: a step ends, a timer fires.
        case step = 0
        /// What comes from outside: arrivals.
        case arrival = 1
        /// Faults strike last: what ends at the same instant has ended.
        case fault = 2
    }

    /// The most payloads: processes or messages at a time.
    static let mostPayloads = 1 << 24

    private var entries: UnsafeMutablePointer<Entry>
    private var count = 0
    private var capacity: Int
    private var hasHole = false
    private var sequence: UInt64 = 0
    private let lines: UnsafeMutablePointer<EntryLine>
    private static let mostLines = 4
    /// Those that have had an entry.
    private var lineCount = 0
    /// Entries in all lines.
    private var inLine = 0

    init(capacity: Int = 64) {
        self.capacity = max(4, capacity)
        entries = Self.allocate(self.capacity)
        lines = .allocate(capacity: Self.mostLines)
    }

    deinit {
        Self.base(of: entries).deallocate()
        lines.deinitialize(count: lineCount)
        lines.deallocate()
    }

    /// Children of entry i are 4i+1 ... 4i+4: three entries in front of the root put them into one line.
    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Entry> {
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: (capacity + 3) * MemoryLayout<Entry>.stride, alignment: 64)
        return bytes.bindMemory(to: Entry.self, capacity: capacity + 3) + 3
    }

    private static func base(of entries: UnsafeMutablePointer<Entry>) -> UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(entries - 3)
    }

    /// How many entries wait.
    var waiting: Int { count - (hasHole ? 1 : 0) + inLine }

    /// The number of entries pushed so far.
    var pushed: UInt64 { sequence }

    /// The time of the next entry; nil where none waits.
    ///
    /// - Complexity: O(log n)
    mutating func nextTime() -> Int64? {
        fillHole()
        var next = count == 0 ? nil : entries[0]
        if let line = firstLine(before: next ?? .max) { next = lines[line].head }
        return next.map { Int64(truncatingIfNeeded: $0 >> 64) }
    }

    /// Adds an entry.
    ///
    /// - Returns: its insertion number, from 1.
    /// - Complexity: O(log n)
    @inline(__always)
    @discardableResult
    mutating func push(_ time: Int64, _ payload: Int, _ order: Class = .step) -> UInt64 {
        insert(makeEntry(time, payload, order))
        return sequence
    }

    /// Adds an entry that is most likely later than others that were added so.
    ///
    /// - Returns: its insertion number.
    /// - Complexity: O(1) where it is, else O(log n)
    mutating func pushInLine(_ time: Int64, _ payload: Int, _ order: Class = .step) -> UInt64 {
        let entry = makeEntry(time, payload, order)
        var index = 0
        while index < lineCount && !lines[index].takes(entry) { index &+= 1 }
        if index == Self.mostLines {
            insert(entry)
            return sequence
        }
        if index == lineCount {
            (lines + index).initialize(to: EntryLine())
            lineCount &+= 1
        }
        lines[index].append(entry)
        inLine &+= 1
        return sequence
    }

    @inline(__always)
    private mutating func insert(_ entry: Entry) {
        if hasHole {
            hasHole = false
            siftDown(entry)
        } else {
            if count == capacity { grow() }
            siftUp(entry)
        }
    }

    @inline(__always)
    private mutating func makeEntry(_ time: Int64, _ payload: Int, _ order: Class) -> Entry {
        sequence &+= 1
        let low = order.rawValue << 62 | sequence << 24 | UInt64(truncatingIfNeeded: payload)
        return UInt128(UInt64(bitPattern: time)) << 64 | UInt128(low)
    }

    /// Takes the first entry away: its time, payload and insertion number.
    ///
    /// - Complexity: O(log n), of those in line O(1)
    @inline(__always)
    mutating func pop() -> (time: Int64, payload: Int, sequence: UInt64)? {
        fillHole()
        let entry: Entry
        if inLine > 0, let line = firstLine(before: count > 0 ? entries[0] : .max) {
            entry = lines[line].removeHead()
            inLine &-= 1
        } else {
            guard count > 0 else { return nil }
            entry = entries[0]
            hasHole = true
        }
        let low = UInt64(truncatingIfNeeded: entry)
        return (
            Int64(truncatingIfNeeded: entry >> 64), Int(low & 0xFF_FFFF),
            low >> 24 & 0x3F_FFFF_FFFF
        )
    }

    /// The line whose head comes first of all and before an entry.
    @inline(__always)
    private func firstLine(before entry: Entry) -> Int? {
        var first = entry
        var found = -1
        var index = 0
        while index < lineCount {
            if lines[index].head < first {
                first = lines[index].head
                found = index
            }
            index &+= 1
        }
        return found < 0 ? nil : found
    }

    @inline(__always)
    private mutating func fillHole() {
        guard hasHole else { return }
        hasHole = false
        count -= 1
        if count > 0 { siftDown(entries[count]) }
    }

    @inline(__always)
    private mutating func siftUp(_ entry: Entry) {
        var index = count
        count += 1
        while index > 0 {
            let parent = (index - 1) >> 2
            if entries[parent] <= entry { break }
            entries[index] = entries[parent]
            index = parent
        }
        entries[index] = entry
    }

    @inline(__always)
    private func siftDown(_ entry: Entry) {
        var index = 0
        var child = 1
        while child &+ 3 < count {
            let least = child &+ Self.least(entries + child)
            if entry <= entries[least] {
                entries[index] = entry
                return
            }
            entries[index] = entries[least]
            index = least
            child = index &* 4 &+ 1
        }
        if child < count {
            var least = child
            var other = child + 1
            while other < count {
                if entries[other] < entries[least] { least = other }
                other += 1
            }
            if entries[least] < entry {
                entries[index] = entries[least]
                index = least
            }
        }
        entries[index] = entry
    }

    /// Which of four entries is the least, by arithmetic: no processor could predict branches on it.
    @inline(__always)
    private static func least(_ four: UnsafeMutablePointer<Entry>) -> Int {
        let left = four[1] < four[0] ? 1 : 0
        let right = four[3] < four[2] ? 3 : 2
        let shift = four[right] < four[left] ? 8 : 0
        return ((left | right << 8) &>> shift) & 0xFF
    }

    private mutating func grow() {
        let larger = Self.allocate(capacity * 2)
        larger.update(from: entries, count: count)
        Self.base(of: entries).deallocate()
        entries = larger
        capacity *= 2
    }
}
