/// Values by number in flat memory that grows as numbers do; a number never asked for has the value that
/// all have at the start.
struct Column<Value: BitwiseCopyable>: ~Copyable {
    private var values: UnsafeMutablePointer<Value>
    private(set) var count: Int
    private let initial: Value

    init(_ initial: Value, count: Int = 0) {
        self.initial = initial
        self.count = max(1, count)
        values = .allocate(capacity: self.count)
        values.initialize(repeating: initial, count: self.count)
    }

    deinit { values.deallocate() }

    @inline(__always)
    subscript(index: Int) -> Value {
        get {
            assert(index >= 0 && index < count)
            return values[index]
        }
        nonmutating _modify {
            assert(index >= 0 && index < count)
            yield &values[index]
        }
    }

    @inline(__always)
    subscript(index: Int32) -> Value {
        get {
            assert(index >= 0 && index < count)
            return values[Int(index)]
        }
        nonmutating _modify {
            assert(index >= 0 && index < count)
            yield &values[Int(index)]
        }
    }

    /// Where a value lies until room is made for another number.
    @inline(__always)
    func pointer(_ index: Int32) -> UnsafeMutablePointer<Value> { values + Int(index) }

    /// Makes room for a number.
    ///
    /// - Complexity: O(1), amortized.
    @inline(__always)
    mutating func reach(_ index: Int) {
        if index >= count { grow(index) }
    }

    private mutating func grow(_ index: Int) {
        let larger = max(index + 1, count * 2)
        let moved = UnsafeMutablePointer<Value>.allocate(capacity: larger)
        moved.moveInitialize(from: values, count: count)
        (moved + count).initialize(repeating: initial, count: larger - count)
        values.deallocate()
        values = moved
        count = larger
    }
}
