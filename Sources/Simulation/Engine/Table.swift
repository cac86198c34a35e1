/// Rows of one kind in flat memory, each known by its number; numbers of rows that were given back are
/// given out again, the last one first. So memory follows what is in flight, not how long a run is.
struct Table<Row: BitwiseCopyable>: ~Copyable {
    private(set) var rows: UnsafeMutablePointer<Row>
    /// The numbers that were given back, the last one on top; room for as many as there are rows.
    private var free: UnsafeMutablePointer<Int32>
    private var freeCount = 0
    private(set) var count = 0
    private var capacity: Int
    private let blank: Row

    init(blank: Row, capacity: Int = 64) {
        self.blank = blank
        self.capacity = max(1, capacity)
        rows = .allocate(capacity: self.capacity)
        free = .allocate(capacity: self.capacity)
    }

    deinit {
        rows.deallocate()
        free.deallocate()
    }

    /// How many rows are given out.
    var used: Int { count &- freeCount }

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

    /// Where a row lies until the next one is taken.
    @inline(__always)
    func pointer(_ index: Int32) -> UnsafeMutablePointer<Row> { rows + Int(index) }

    /// A blank row.
    ///
    /// - Complexity: O(1), amortized.
    @inline(__always)
    mutating func take() -> Int32 {
        let index: Int32
        if freeCount > 0 {
            freeCount &-= 1
            index = free[freeCount]
        } else {
            if count == capacity { grow() }
            index = Int32(truncatingIfNeeded: count)
            count &+= 1
        }
        (rows + Int(index)).initialize(to: blank)
        return index
    }

    @inline(__always)
    mutating func giveBack(_ index: Int32) {
        free[freeCount] = index
        freeCount &+= 1
    }

    /// The numbers of all rows that are given out, rising.
    ///
    /// - Complexity: O(n)
    func inUse() -> [Int32] {
        var isFree = [Bool](repeating: false, count: count)
        for place in 0..<freeCount { isFree[Int(free[place])] = true }
        return (0..<count).filter { !isFree[$0] }.map { Int32($0) }
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Row>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: rows, count: count)
        rows.deallocate()
        rows = larger
        let freed = UnsafeMutablePointer<Int32>.allocate(capacity: capacity * 2)
        freed.moveInitialize(from: free, count: freeCount)
        free.deallocate()
        free = freed
        capacity *= 2
    }
}
