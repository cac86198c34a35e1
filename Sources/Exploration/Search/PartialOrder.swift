/// The partial order of an execution as one number: the same for executions that differ only in the order of steps that
/// do not conflict.
///
/// By the Foata normal form: a step's level is one more than the greatest of the steps before it that it conflicts
/// with or that its delivery took. The number is a sum over (delivery, its step, what it did, level), in whatever order
/// they come.
struct PartialOrder: ~Copyable {
    private let levels: UnsafeMutablePointer<Int32>
    private let counts: UnsafeMutablePointer<Int32>
    /// Of each object: the level of the last write, of the highest read and of the highest addition since.
    private let objects: UnsafeMutablePointer<Int32>
    private let deliveries: Int
    private(set) var digest: UInt64 = 0

    init(deliveries: Int) {
        self.deliveries = deliveries
        levels = .allocate(capacity: deliveries)
        counts = .allocate(capacity: deliveries)
        objects = .allocate(capacity: 192)
        begin()
    }

    deinit {
        levels.deallocate()
        counts.deallocate()
        objects.deallocate()
    }

    mutating func begin() {
        levels.initialize(repeating: 0, count: deliveries)
        counts.initialize(repeating: 0, count: deliveries)
        objects.initialize(repeating: 0, count: 192)
        digest = 0
    }

    /// - Parameter woken: deliveries that could not go before the step, and can now.
    @inline(__always)
    mutating func add(_ slot: Int, _ action: Action, _ touched: Touched, woken: UInt64) {
        var level = levels[slot]
        var rest = touched.reads | touched.writes | touched.adds
        while rest != 0 {
            let object = rest.trailingZeroBitCount
            let bit: UInt64 = 1 << UInt64(object)
            rest &= rest &- 1
            let row = objects + 3 * object
            level = max(level, row[0])
            if touched.writes & bit != 0 || touched.adds & bit != 0 { level = max(level, row[1]) }
            if touched.writes & bit != 0 || touched.reads & bit != 0 { level = max(level, row[2]) }
        }
        level += 1
        rest = touched.reads | touched.writes | touched.adds
        while rest != 0 {
            let object = rest.trailingZeroBitCount
            let bit: UInt64 = 1 << UInt64(object)
            rest &= rest &- 1
            let row = objects + 3 * object
            if touched.writes & bit != 0 {
                row[0] = level
            } else if touched.reads & bit != 0 {
                row[1] = max(row[1], level)
            } else {
                row[2] = max(row[2], level)
            }
        }
        levels[slot] = level
        var others = woken
        while others != 0 {
            let other = others.trailingZeroBitCount
            levels[other] = max(levels[other], level)
            others &= others &- 1
        }
        let what =
            UInt64(slot) | UInt64(action.rawValue) << 8
            | UInt64(UInt32(bitPattern: counts[slot])) << 16
            | UInt64(UInt32(bitPattern: level)) << 40
        counts[slot] += 1
        let product = (what ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        digest = digest &+ (product.high ^ product.low)
    }
}
