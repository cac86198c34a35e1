/// Where each state along a path can lead: found all at once for each, since looking all of them up together takes hardly
/// longer than one look at memory that nobody has at hand.
struct Successors: ~Copyable {
    struct One {
        var choice = Choice(0)
        /// Otherwise its state has to be made again: it broke something, had no room, or does not fit the way in which
        /// states are packed.
        var isPacked = false
        /// The number of its state; -1: it had not been seen by then.
        var number = -1
        /// The upper half of its packed state's digest.
        var half: UInt64 = 0
    }

    /// Those of one state.
    private struct Family {
        var next: Int
        var end: Int
        /// Where their packed states begin, how long each is, and in which way it is packed.
        var packed: Int
        var bytes: Int
        var generation: Int
    }

    private var families: [Family] = []
    private var all: UnsafeMutablePointer<One>
    private var room = 1 << 10
    private var packed: UnsafeMutableRawPointer
    private var packedRoom = 1 << 16

    init() {
        all = .allocate(capacity: room)
        packed = .allocate(byteCount: packedRoom, alignment: 16)
    }

    deinit {
        all.deallocate()
        packed.deallocate()
    }

    // MARK: The last state's

    /// The next to be tried; nil: all were.
    @inline(__always)
    func next() -> One? {
        let family = families[families.count - 1]
        return family.next < family.end ? all[family.next] : nil
    }

    /// How many were tried.
    var tried: [Int] {
        var first = 0
        return families.map { family in
            defer { first = family.end }
            return family.next - first
        }
    }

    @inline(__always)
    mutating func skip(_ count: Int = 1) { families[families.count - 1].next += count }

    /// Whether as many were there as were skipped.
    var isWithin: Bool { families.last.map { $0.next <= $0.end } ?? false }

    /// The next one's packed state; nil: it has to be made again.
    @inline(__always)
    func packed(_ one: One, _ seen: borrowing StateSet) -> UnsafeMutableRawPointer? {
        let family = families[families.count - 1]
        guard one.isPacked, family.generation == seen.generation else { return nil }
        let first = families.count > 1 ? families[families.count - 2].end : 0
        return packed + family.packed + (family.next - first) * family.bytes
    }

    @inline(__always)
    mutating func pop() { families.removeLast() }

    /// All ways on from a state by some deliveries, behind those that it has already.
    ///
    /// - Parameters:
    ///   - isMore: for the last state, which has some already; else a new one.
    mutating func add(
        _ slots: UInt64, of state: UnsafeMutablePointer<Int32>, isMore: Bool,
        _ stepper: inout Stepper, _ seen: borrowing StateSet, _ log: inout CoverageLog?
    ) {
        if !isMore {
            let last = families.last
            let first = last?.end ?? 0
            let before = families.count > 1 ? families[families.count - 2].end : 0
            let place = last.map { $0.packed + ($0.end - before) * $0.bytes } ?? 0
            families.append(
                Family(
                    next: first, end: first, packed: place, bytes: seen.bytes,
                    generation: seen.generation))
        }
        let own = families.count - 1
        let first = own > 0 ? families[own - 1].end : 0
        let begin = families[own].end
        let isPackable = families[own].generation == seen.generation
        var end = begin
        var rest = slots
        while rest != 0 {
            let slot = rest.trailingZeroBitCount
            rest &= rest &- 1
            stepper.restore(state)
            let offered = stepper.actions(slot)
            var actions = offered
            while actions != 0 {
                if actions != offered { stepper.restore(state) }
                let action = Action(rawValue: UInt8(actions.trailingZeroBitCount)) ?? .goOn
                actions &= actions &- 1
                log?.noteFault(slot, action, of: offered, stepper)
                stepper.step(slot, action)
                var one = One(choice: Choice(UInt8(slot), action))
                if end == room { grow() }
                if stepper.broken == 0 && !stepper.overflows && isPackable {
                    let place = families[own].packed + (end - first) * families[own].bytes
                    if place + families[own].bytes > packedRoom { growPacked() }
                    if seen.pack(stepper.state, into: packed + place) {
                        one.half = StateSet.packedDigest(packed + place, seen.bytes) >> 32
                        one.isPacked = true
                    }
                }
                stepper.overflows = false
                all[end] = one
                end += 1
            }
        }
        families[own].end = end
        guard isPackable else { return }
        let (base, bytes) = (packed + families[own].packed, families[own].bytes)
        for place in begin..<end where all[place].isPacked {
            all[place].number =
                seen.number(ofPacked: base + (place - first) * bytes, all[place].half) ?? -1
        }
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<One>.allocate(capacity: room * 2)
        larger.update(from: all, count: room)
        all.deallocate()
        all = larger
        room *= 2
    }

    private mutating func growPacked() {
        let larger = UnsafeMutableRawPointer.allocate(byteCount: packedRoom * 2, alignment: 16)
        larger.copyMemory(from: packed, byteCount: packedRoom)
        packed.deallocate()
        packed = larger
        packedRoom *= 2
    }
}
