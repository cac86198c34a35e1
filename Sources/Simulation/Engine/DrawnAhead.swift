/// Exponential durations of first attempts, drawn for many consecutive entities at a time. What a draw comes
/// to does not depend on when it is made, and many at a time cost a third of what they cost one by one.
///
/// The numbers of entities fall into blocks. A block is drawn when its first number is asked for, since the
/// others mostly follow soon; what is asked for in another order is drawn alone.
struct DrawnAhead: ~Copyable {
    private static let length = 32
    private static let blocks = 8

    private let mean: Double
    private let stream: RandomStream
    /// The block whose durations are kept in each place; -1: none.
    private let kept: UnsafeMutablePointer<Int64>
    private let times: UnsafeMutablePointer<Int64>
    private var drawnBlocks = 0
    private var drawnAlone = 0

    init(mean: Double, _ stream: RandomStream) {
        self.mean = mean
        self.stream = stream
        kept = .allocate(capacity: Self.blocks)
        kept.initialize(repeating: -1, count: Self.blocks)
        times = .allocate(capacity: Self.blocks * Self.length)
        times.initialize(repeating: 0, count: Self.blocks * Self.length)
    }

    deinit {
        kept.deallocate()
        times.deallocate()
    }

    /// The duration of an entity's attempt 0.
    @inline(__always)
    mutating func time(_ entity: Int64) -> Int64 {
        let block = entity >> 5
        let place = Int(truncatingIfNeeded: entity) & (Self.blocks * Self.length - 1)
        return kept[place >> 5] == block ? times[place] : miss(entity)
    }

    @inline(never)
    private mutating func miss(_ entity: Int64) -> Int64 {
        // Where few of a block are met before another takes its place, blocks are not worth it.
        let isWorthIt = drawnBlocks < 16 || drawnAlone < drawnBlocks * (Self.length / 2)
        guard entity & Int64(Self.length - 1) == 0 && isWorthIt else {
            drawnAlone += 1
            return Latency.exponential(mean, stream.bits(entity, 0))
        }
        drawnBlocks += 1
        let place = Int(truncatingIfNeeded: entity) & (Self.blocks * Self.length - 1)
        kept[place / Self.length] = entity / Int64(Self.length)
        Latency.exponentials(
            mean, stream, from: entity, into: times + place, count: Self.length)
        return times[place]
    }
}

/// As many of them as were added, by number.
struct DrawsAhead: ~Copyable {
    private var rows: UnsafeMutablePointer<DrawnAhead> = .allocate(capacity: 4)
    private var count = 0
    private var capacity = 4

    deinit {
        rows.deinitialize(count: count)
        rows.deallocate()
    }

    @inline(__always)
    subscript(index: Int32) -> DrawnAhead {
        nonmutating _modify { yield &rows[Int(index)] }
        _read { yield rows[Int(index)] }
    }

    mutating func add(mean: Double, _ stream: RandomStream) -> Int32 {
        if count == capacity {
            let larger = UnsafeMutablePointer<DrawnAhead>.allocate(capacity: capacity * 2)
            larger.moveInitialize(from: rows, count: count)
            rows.deallocate()
            rows = larger
            capacity *= 2
        }
        (rows + count).initialize(to: DrawnAhead(mean: mean, stream))
        count += 1
        return Int32(count - 1)
    }
}
