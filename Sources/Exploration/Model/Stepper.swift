import Simulation

/// Carries out one step of one delivery at a time, on a flat state that can be copied, compared and put back.
///
/// A step is one operation that touches something shared, with all that follows it up to the next such one. What it
/// touched is left in `reads`, `writes` and `adds`, a bit for each object; what it broke in `broken`.
struct Stepper: ~Copyable {
    typealias Instruction = StepProgram.Instruction
    typealias Words = UnsafeMutablePointer<Int32>

    enum Status {
        static let absent: Int32 = 0
        /// On its way to its queue; its turn brings it there.
        static let coming: Int32 = 1
        /// In its queue.
        static let waiting: Int32 = 2
        static let running: Int32 = 3
        /// In line for a lock.
        static let blocked: Int32 = 4
        /// Nobody's any more: a store that was sent and takes effect at its turn.
        static let landing: Int32 = 5
        /// In a window of its topic, as the plan has it; its turn brings it to its queue.
        static let held: Int32 = 6
        static let mask: Int32 = 15
    }

    enum Flag {
        /// It is the delivery that counts for its message.
        static let current: Int32 = 16
        /// Its message stands in the queue once more.
        static let back: Int32 = 32
        static let ownsLane: Int32 = 64
        /// The transport brought it once more.
        static let redelivered: Int32 = 128
        static let isRepeat: Int32 = 256
        static let replyIsLost: Int32 = 512
        /// Nobody counts on it any more: its partition is somebody else's.
        static let stray: Int32 = 1024
        static let holdsWorker: Int32 = 2048
        /// A message of its own that says the same: what becomes of the first is nothing to it.
        static let copy: Int32 = 4096
        /// On its way only if its message is sent twice.
        static let maybe: Int32 = 8192
        /// It has not been in its topic before.
        static let fresh: Int32 = 16384
        /// A stray one whose message is committed: nobody else carries that out.
        static let counts: Int32 = 32768
        /// Its attempt ends as it knows its message for a repeat.
        static let endsAsRepeat: Int32 = 65536
    }

    enum MessageFlag {
        static let settled: Int32 = 1
        static let handled: Int32 = 2
        static let dead: Int32 = 4
        static let lost: Int32 = 8
        /// Its position is committed, before it was carried out, or with it.
        static let atRisk: Int32 = 16
        static let carriedOut: Int32 = 32
        /// A handler has published it; a source that brings one after the other has brought it.
        static let sent: Int32 = 64
        /// The plan of its topic has spoilt it.
        static let corrupted: Int32 = 128
        /// An attempt at it ended as a repeat; one ended in another way, or it was given up; one carried something out.
        static let endedAsRepeat: Int32 = 256
        static let endedByItself: Int32 = 512
        static let acted: Int32 = 1024
        /// From here on how often it was moved back from the dead letters.
        static let redriven: Int32 = 2048
    }

    /// Behind a pointer, so that a stepper is small: it is copied where it is lent to who only reads.
    private let fixed: UnsafeMutablePointer<Fixed>
    let instructions: UnsafeMutablePointer<Instruction>
    let slots: UnsafeMutablePointer<Model.Slot>
    let units: UnsafeMutablePointer<UnitRules>
    let firsts: UnsafeMutablePointer<Int32>
    let keys: UnsafeMutablePointer<Int32>
    let slotCount: Int
    let slotBase: Int
    let slotWords: Int
    let bank: Int
    /// Bits of entities and locks, by table and key.
    let entityBits: UnsafeMutablePointer<UInt64>
    let lockBits: UnsafeMutablePointer<UInt64>
    /// Invariants that are looked for, and some of them.
    let watched: UInt16
    let watchesOversell: Bool
    let watchesEffects: Bool
    let watchesStaleness: Bool
    /// Whether it matters who ends as a repeat of an attempt that carried nothing out.
    let judgesRepeats: Bool
    /// Whether versions are kept although nothing depends on them: for histories.
    let keepsVersions: Bool
    let staleVersions: Int32
    let mostDead: Int32
    let hasFaults: Bool
    /// Whether anything is dealt out to nodes before it is begun.
    let dealsOut: Bool
    /// Whether services work on without their callers, and those that take time, a bit each.
    let servicesWorkOn: Bool
    let slowServices: UInt64
    /// Whether an attempt that ends early does so by a step of its own.
    let endsApart: Bool
    /// The state.
    let state: Words
    private let initial: Words
    let words: Int

    var reads: UInt64 = 0
    var writes: UInt64 = 0
    var adds: UInt64 = 0
    var broken: UInt16 = 0
    /// More deliveries of one message than there are slots: the execution goes on without one.
    var overflows = false

    /// Who is told what happens; for replays.
    var observer: ((TraceEntry) -> Void)?
    var clock: Int64 = 0
    /// The workers of deliveries, named for the observer alone.
    var workers: [Int32] = []
    /// And the services that they are in; -1: in none.
    var servers: [Int32] = []
    var attempts: [Int32] = []

    /// What does not change.
    private struct Fixed {
        let model: Model
        let layout: Layout
    }

    @inline(__always)
    var model: Model { _read { yield fixed.pointee.model } }

    @inline(__always)
    var layout: Layout { _read { yield fixed.pointee.layout } }

    init(_ model: Model, keepsVersions: Bool = false, observer: ((TraceEntry) -> Void)? = nil) {
        fixed = .allocate(capacity: 1)
        fixed.initialize(to: Fixed(model: model, layout: model.layout))
        self.observer = observer
        words = model.layout.words
        slotCount = model.slots.count
        slotBase = model.layout.slots
        slotWords = model.layout.slotWords
        bank = model.layout.bank
        instructions = Self.copied(model.program.instructions)
        slots = Self.copied(model.slots)
        units = Self.copied(model.units)
        firsts = Self.copied(model.program.units.map { Int32($0.first) })
        keys = Self.copied(model.program.messages.map(\.key))
        let layout = model.layout
        entityBits = Self.copied(
            (0..<layout.stores * layout.keys).map { place in
                layout.bits[.entity(Int32(place / layout.keys), Int32(place % layout.keys))] ?? 0
            })
        lockBits = Self.copied(
            (0..<layout.locks * layout.keys).map { place in
                layout.bits[.lock(Int32(place / layout.keys), Int32(place % layout.keys))] ?? 0
            })
        watched = model.topology.invariants.reduce(0) { $0 | $1.bit }
        watchesOversell = watched & Invariant.noOversell.bit != 0
        watchesEffects = watched & Invariant.exactlyOnceEffect.bit != 0
        watchesStaleness = watched & Invariant.boundedStaleness.bit != 0
        judgesRepeats =
            watched & Invariant.allHandledOrDead.bit != 0 && !model.program.inboxes.isEmpty
            && model.topology.delivery != .atMostOnce
        hasFaults = model.limits.contains { $0 > 0 }
        dealsOut = model.units.contains { $0.isDealt }
        servicesWorkOn = model.servicesWorkOn
        slowServices = model.topology.slowServices.reduce(0) { $0 | 1 << UInt64($1 & 63) }
        endsApart = RealTimeBits.asksForEnds(model.topology)
        mostDead = model.bounds.deadLetters.map { Int32(clamping: $0) } ?? .max
        if case .versions(let count) = model.topology.staleness {
            staleVersions = Int32(clamping: count)
        } else {
            staleVersions = -1
        }
        let tells =
            Invariant.noLostUpdate.bit | Invariant.boundedStaleness.bit
        self.keepsVersions =
            keepsVersions || watched & tells != 0 || !model.bounds.forbidden.isEmpty
            || model.program.instructions.contains { $0.code == .store && $0.mode == .versioned }
        state = .allocate(capacity: words)
        initial = .allocate(capacity: words)
        state.initialize(repeating: 0, count: words)
        attempts = [Int32](repeating: 0, count: slotCount)
        workers = [Int32](repeating: -1, count: slotCount)
        servers = workers
        begin()
        initial.initialize(from: state, count: words)
    }

    deinit {
        for pointer in [state, initial, firsts, keys] { pointer.deallocate() }
        instructions.deallocate()
        slots.deallocate()
        units.deallocate()
        entityBits.deallocate()
        lockBits.deallocate()
        fixed.deinitialize(count: 1)
        fixed.deallocate()
    }

    private static func copied<Element>(_ array: [Element]) -> UnsafeMutablePointer<Element> {
        let pointer = UnsafeMutablePointer<Element>.allocate(capacity: max(1, array.count))
        pointer.initialize(from: array, count: array.count)
        return pointer
    }

    // MARK: States

    /// Back to the start.
    @inline(__always)
    func reset() { state.update(from: initial, count: words) }

    @inline(__always)
    func restore(_ kept: Words) { state.update(from: kept, count: words) }

    @inline(__always)
    func save(to kept: Words) { kept.update(from: state, count: words) }

    /// A word of the state that is changed where it stands. (`state[i] += 1` does not compile under
    /// ThreadSanitizer with Swift 6.3: "invalid bitcast".)
    @inline(__always)
    func word(_ index: Int) -> Words { state + index }

    /// Deliveries that can take their turn, a bit each.
    @inline(__always)
    var enabled: UInt64 {
        UInt64(UInt32(bitPattern: state[layout.enabled]))
            | UInt64(UInt32(bitPattern: state[layout.enabled + 1])) << 32
    }

    @inline(__always)
    func setEnabled(_ slot: Int, _ isEnabled: Bool) {
        let word = layout.enabled + slot >> 5
        let bit = Int32(bitPattern: 1 << UInt32(slot & 31))
        if isEnabled { state[word] |= bit } else { state[word] &= ~bit }
    }

    @inline(__always)
    func row(_ slot: Int) -> Words { state + (slotBase + slot * slotWords) }

    @inline(__always)
    func message(_ index: Int32) -> Words {
        state + (layout.messages + Int(index) * Layout.MessageWord.count)
    }

    @inline(__always)
    func entity(_ table: Int32, _ key: Int32) -> Words {
        state + (layout.entities + (Int(table) * layout.keys + Int(key)) * Layout.EntityWord.count)
    }

    @inline(__always)
    func lock(_ table: Int32, _ key: Int32) -> Words {
        state + (layout.lockRows + (Int(table) * layout.keys + Int(key)) * Layout.LockWord.count)
    }

    @inline(__always)
    func status(_ slot: Int) -> Int32 { row(slot)[Layout.SlotWord.status] & Status.mask }

    @inline(__always)
    func setStatus(_ slot: Int, _ status: Int32) {
        let row = row(slot)
        row[Layout.SlotWord.status] = row[Layout.SlotWord.status] & ~Status.mask | status
        setEnabled(
            slot, status == Status.coming || status == Status.running || status == Status.landing)
    }

    @inline(__always)
    func has(_ slot: Int, _ flag: Int32) -> Bool {
        row(slot)[Layout.SlotWord.status] & flag != 0
    }

    @inline(__always)
    func set(_ slot: Int, _ flag: Int32, _ isOn: Bool = true) {
        if isOn {
            row(slot)[Layout.SlotWord.status] |= flag
        } else {
            row(slot)[Layout.SlotWord.status] &= ~flag
        }
    }

    /// The registers in use: those of the handler, or of the service that it calls.
    @inline(__always)
    func registers(_ slot: Int) -> Words {
        let row = row(slot)
        let base = row + Layout.SlotWord.registers
        return row[Layout.SlotWord.back] == 0 ? base : base + bank
    }

    // MARK: The start

    private mutating func begin() {
        for store in 0..<layout.stores {
            for key in 0..<layout.keys {
                entity(Int32(store), Int32(key))[Layout.EntityWord.value] =
                    Int32(clamping: model.program.initials[store])
            }
        }
        for (index, limit) in model.limits.enumerated() { state[layout.budgets + index] = limit }
        for unit in model.units.indices {
            for partition in 0..<Int(units[unit].partitions)
            where units[unit].moves || units[unit].keepsPositions {
                state[layout.positions + 2 * (layout.positionOf[unit] + partition)] =
                    Int32(partition) % units[unit].groups
            }
        }
        for slot in 0..<slotCount { row(slot)[Layout.SlotWord.group] = slots[slot].group }
        var seen = Set<Int32>()
        for (index, message) in model.program.messages.enumerated() where message.parent < 0 {
            let slot = Int(model.slotsOf[index].lowerBound)
            if message.original >= 0 {
                // Not before what it repeats; what a plan repeats comes with that.
                if message.copy == .source && !model.arrivesInSteps[Int(message.original)] {
                    mayComeAgain(slot)
                }
            } else if model.arrivesInSteps[index] {
                // The first of each source is on its way; it brings the next one.
                if seen.insert(message.source).inserted { setOut(slot) }
            } else if units[Int(slots[slot].unit)].mixesDelays {
                setOut(slot)
            } else {
                admit(slot)
            }
        }
        for unit in model.units.indices { promote(Int32(unit)) }
    }
}
