import Simulation

/// Where each variable lies in the state: one word of 32 bits each.
struct Layout: Sendable {
    /// What is shared, for the bits of footprints.
    enum Object: Hashable, Sendable {
        case entity(Int32, Int32)
        case lock(Int32, Int32)
        case inbox(Int32, Int32)
        case queue(Int32, Int32)
        case message(Int32)
        case unit(Int32)
        case done(Int32, Int32)
        /// Whose attempts end when, by key.
        case ended(Int32)
    }

    /// Words of a slot; loaded values and versions follow, for the handler and for a service that it calls.
    enum SlotWord {
        static let status = 0
        static let counter = 1
        /// Where a called service returns to; 0: none is called.
        static let back = 2
        static let token = 3
        /// Its place in the queue or in the line for a lock, from 1.
        static let place = 4
        /// Locks that it holds, a bit for each table; those whose lease is over as well.
        static let held = 5
        /// The table of the lock that it waits for.
        static let waits = 6
        static let group = 7
        static let registers = 8
    }

    enum EntityWord {
        static let value = 0
        static let version = 1
        static let accepted = 2
        static let token = 3
        static let owed = 4
        static let open = 5
        static let count = 6
    }

    enum LockWord {
        static let holder = 0
        static let token = 1
        static let inside = 2
        static let count = 3
    }

    enum MessageWord {
        static let flags = 0
        static let failures = 1
        static let deliveries = 2
        static let deeds = 3
        static let count = 4
    }

    /// Of the records that lie in a window, from its first one.
    enum WindowWord {
        /// How many have left it, those that are dropped among them.
        static let gone = 0
        /// Where the last one stood, and how far the order of bounded disorder has got.
        static let last = 1
        static let level = 2
        /// How many have come to it, and how many of these were dropped.
        static let come = 3
        static let dropped = 4
        static let count = 5
    }

    let keys: Int
    let stores: Int
    let locks: Int
    let registers: Int
    /// Words of a bank of registers: the change, then value and version of each.
    let bank: Int
    let slotWords: Int
    let enabled = 0
    let budgets = 2
    let entities: Int
    let lockRows: Int
    let inboxes: Int
    /// Words of an inbox: known messages as bits, then the order of those that are kept.
    let inboxWords: Int
    let inboxNodes: Int
    let messages: Int
    let slots: Int
    let busyLanes: Int
    let busyGroups: Int
    let done: Int
    let positions: Int
    /// Of each message its place in its partition, from 1.
    let log: Int
    /// Of each partition whose records come in windows: ``WindowWord``.
    let windows: Int
    /// Of each message how many of its key had come to its handler before, and itself.
    let ranks: Int
    let windowOf: [Int]
    let sums: Int
    let dead: Int
    let words: Int
    var bits: [Object: UInt64]
    let laneOf: [Int]
    let groupOf: [Int]
    let positionOf: [Int]
    let tracksConservation: Bool
    let keepsOrder: Bool

    init(
        _ program: StepProgram, _ topology: Topology, _ planner: SlotPlanner, _ units: [UnitRules]
    ) {
        keys = Int((program.messages.map(\.key).max() ?? 0) + 1)
        stores = topology.stores.count
        locks = program.locks
        registers = program.registers
        bank = 1 + 2 * program.registers
        let calls = program.instructions.contains { $0.code == .call }
        slotWords = SlotWord.registers + (calls ? 2 * bank + 1 : bank)
        tracksConservation = topology.invariants.contains(.conservation)
        keepsOrder = topology.invariants.contains(.fifoPerKey)
        var next = budgets + Budget.allCases.count
        func take(_ count: Int) -> Int {
            defer { next += count }
            return next
        }
        dead = take(1)
        entities = take(stores * keys * EntityWord.count)
        lockRows = take(locks * keys * LockWord.count)
        let nodes = Int(program.nodes.last?.upperBound ?? 1)
        inboxNodes = program.inboxes.contains { $0.place == .memory } ? nodes : 1
        inboxWords =
            2 + (program.inboxes.compactMap(\.last).map { min($0, Model.mostSlots) }.max() ?? 0)
        inboxes = take(program.inboxes.count * inboxNodes * inboxWords)
        messages = take(program.messages.count * MessageWord.count)
        slots = take(planner.slots.count * slotWords)
        var lanes = 0
        laneOf = units.indices.map { unit in
            defer {
                let most = planner.slots.filter { Int($0.unit) == unit }.map(\.lane).max() ?? -1
                let moved =
                    units[unit].moves || units[unit].isDealt
                    ? (program.messages.filter { Int($0.unit) == unit }.map(\.turn).max() ?? 0) + 1
                    : 0
                lanes += max(Int(most) + 1, Int(moved * units[unit].groups))
            }
            return lanes
        }
        busyLanes = take(lanes)
        var groups = 0
        groupOf = units.indices.map { unit in
            defer { groups += Int(units[unit].groups) }
            return groups
        }
        busyGroups = take(groups)
        done = take(keepsOrder ? units.count * keys : 0)
        var partitions = 0
        positionOf = units.indices.map { unit in
            defer {
                partitions +=
                    units[unit].keepsPositions || units[unit].moves
                    ? Int(units[unit].partitions) : 0
            }
            return partitions
        }
        // The owner of each partition, and its position.
        positions = take(partitions * 2)
        var windowed = 0
        windowOf = units.indices.map { unit in
            defer { windowed += program.windows[unit]?.orders.count ?? 0 }
            return windowed
        }
        windows = take(windowed * WindowWord.count)
        ranks = take(units.contains(where: \.ranksArrivals) ? program.messages.count : 0)
        log = take(units.contains(where: \.keepsLog) ? program.messages.count : 0)
        // Of each slot what its attempt stored, and of each message what its last attempt did.
        sums = take(
            tracksConservation ? (planner.slots.count + program.messages.count) * stores * 2 : 0)
        words = next
        bits = Self.bits(program, topology, planner)
    }

    /// A bit for each object that two deliveries can touch; beyond 64 objects some share one, which only makes
    /// them look dependent.
    private static func bits(
        _ program: StepProgram, _ topology: Topology, _ planner: SlotPlanner
    ) -> [Object: UInt64] {
        var bits: [Object: UInt64] = [:]
        func add(_ object: Object) {
            if bits[object] == nil { bits[object] = 1 << UInt64(bits.count & 63) }
        }
        let keys = planner.slots.map { program.messages[Int($0.message)].key }
        for key in Set(keys).sorted() where keys.filter({ $0 == key }).count > 1 {
            for store in topology.stores.indices { add(.entity(Int32(store), key)) }
            for lock in 0..<program.locks { add(.lock(Int32(lock), key)) }
            if topology.bounds.forbidden.contains(.orderInversion) { add(.ended(key)) }
        }
        for (index, slot) in planner.slots.enumerated() {
            let object = planner.queueObject(slot)
            if object >= 0 { add(.queue(slot.unit, object)) }
            if planner.slots.count(where: { $0.origin == slot.origin }) > 1 {
                add(.message(slot.origin))
            }
            if planner.isStruckTogether(slot.unit) { add(.unit(slot.unit)) }
            let key = keys[index]
            if topology.invariants.contains(.fifoPerKey),
                zip(planner.slots, keys).filter({ $0.unit == slot.unit && $1 == key }).count > 1
            {
                add(.done(slot.unit, key))
            }
        }
        for (index, inbox) in program.inboxes.enumerated() where inbox.last != nil {
            add(.inbox(Int32(index), -1))
        }
        return bits
    }
}
