/// Rows of one kind in flat memory, each known by its number; numbers of rows that were given back are
/// given out again, the last one first. So memory follows what is in flight, not how long a run is.
struct Table<Row: BitwiseCopyable>: ~Copyable {
    private(set) var rows: UnsafeMutablePointer<Row>
    private var free: [Int32] = []
    private(set) var count = 0
    private var capacity: Int
    private let blank: Row

    init(blank: Row, capacity: Int = 64) {
        self.blank = blank
        self.capacity = max(1, capacity)
        rows = .allocate(capacity: self.capacity)
    }

    deinit { rows.deallocate() }

    /// How many rows are given out.
    var used: Int { count - free.count }

    @inline(__always)
    subscript(index: Int) -> Row {
        get { rows[index] }
        nonmutating _modify { yield &rows[index] }
    }

    @inline(__always)
    subscript(index: Int32) -> Row {
        get { rows[Int(index)] }
        nonmutating _modify { yield &rows[Int(index)] }
    }

    /// A blank row.
    ///
    /// - Complexity: O(1), amortized.
    @inline(__always)
    mutating func take() -> Int32 {
        if let index = free.popLast() {
            rows[Int(index)] = blank
            return index
        }
        if count == capacity { grow() }
        (rows + count).initialize(to: blank)
        count += 1
        return Int32(truncatingIfNeeded: count - 1)
    }

    @inline(__always)
    mutating func giveBack(_ index: Int32) { free.append(index) }

    /// The numbers of all rows that are given out, rising.
    ///
    /// - Complexity: O(n)
    func inUse() -> [Int32] {
        var isFree = [Bool](repeating: false, count: count)
        for index in free { isFree[Int(index)] = true }
        return (0..<count).filter { !isFree[$0] }.map { Int32($0) }
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Row>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: rows, count: count)
        rows.deallocate()
        rows = larger
        capacity *= 2
    }
}
