import Simulation

/// Gives each message its slots, and finds out which of them can get into each other's way.
struct SlotPlanner {
    private(set) var slots: [Model.Slot] = []
    private(set) var slotsOf: [Range<Int32>] = []
    private(set) var arrivesInSteps: [Bool] = []
    private let program: StepProgram
    private let topology: Topology
    private let limits: [Int32]
    private(set) var units: [UnitRules]

    init(
        _ program: StepProgram, _ topology: Topology, _ limits: [Int32], _ units: [UnitRules]
    ) {
        self.program = program
        self.topology = topology
        self.limits = limits
        self.units = units
        for mostSends in stride(from: Int32(8), through: 1, by: -1) {
            deal(Publications(program, limits, most: mostSends))
            if slots.count <= Model.mostSlots { break }
        }
        for index in units.indices { self.units[index].mayWait = mayWait(index) }
        arrivesInSteps = program.messages.map { message in
            guard message.parent < 0, message.original < 0, self.units[Int(message.unit)].mayWait
            else { return false }
            return topology.sources.filter { $0.queue == queue(of: message.unit) }.count > 1
        }
    }

    private mutating func deal(_ publications: Publications) {
        (slots, slotsOf) = ([], [])
        for (index, message) in program.messages.enumerated() {
            let first = Int32(slots.count)
            for _ in 0..<copies(message) + publications.sends[index] - 1
            where slots.count <= Model.mostSlots {
                slots.append(
                    Model.Slot(
                        message: Int32(index), unit: message.unit,
                        origin: message.original < 0 ? Int32(index) : message.original,
                        lane: message.lane, group: message.group))
            }
            slotsOf.append(first..<Int32(slots.count))
        }
    }

    private func queue(of unit: Int32) -> String { program.handlers[Int(unit)].queue }

    private func limit(_ budget: Budget) -> Int32 { limits[budget.rawValue] }

    /// How many deliveries of one message can be under way that was sent once.
    private func copies(_ message: StepProgram.Message) -> Int32 {
        let rules = units[Int(message.unit)]
        var copies = 1 + limit(.redeliveries)
        if rules.storesLand { copies += limit(.crashes) }
        if rules.moves {
            if rules.revoked == .continued { copies += limit(.rebalances) }
            copies += limit(.evictions)
        }
        return copies
    }

    private func mayWait(_ unit: Int) -> Bool {
        let own = slots.filter { Int($0.unit) == unit }
        if own.contains(where: { $0.lane >= 0 }) { return true }
        if units[unit].moves { return true }
        let most = Dictionary(grouping: own, by: \.group).values.map(\.count).max() ?? 0
        return Int32(most) > units[unit].capacity
    }

    /// Slots with the objects that they touch, as bits.
    func finished(_ layout: Layout) -> [Model.Slot] {
        var slots = slots
        for index in slots.indices {
            let slot = slots[index]
            let message = program.messages[Int(slot.message)]
            let rules = units[Int(slot.unit)]
            slots[index].queueBit = layout.bits[.queue(slot.unit, queueObject(slot))] ?? 0
            slots[index].messageBit = layout.bits[.message(slot.origin)] ?? 0
            slots[index].unitBit = layout.bits[.unit(slot.unit)] ?? 0
            slots[index].doneBit = layout.bits[.done(slot.unit, message.key)] ?? 0
            slots[index].endsSilently =
                slots[index].queueBit | slots[index].messageBit | slots[index].unitBit
                | slots[index].doneBit == 0 && limit(.crashes) == 0 && limit(.redeliveries) == 0
                && !(rules.moves && limit(.rebalances) + limit(.evictions) > 0)
                && limit(.expiries) == 0
                && !topology.invariants.contains(.conservation)
        }
        return slots
    }

    /// Which waiting messages a delivery's end can let begin: those of its lane, of its group, or none (-1).
    func queueObject(_ slot: Model.Slot) -> Int32 {
        let rules = units[Int(slot.unit)]
        guard rules.mayWait else { return -1 }
        let own = slots.filter { $0.unit == slot.unit }
        if rules.moves { return 0 }
        let isBound = own.filter { $0.group == slot.group }.count > Int(rules.capacity)
        if isBound { return slot.group }
        guard slot.lane >= 0, own.filter({ $0.lane == slot.lane }).count > 1 else { return -1 }
        return 1_000_000 + slot.lane
    }

    /// Whether all deliveries of a handler can be struck together.
    func isStruckTogether(_ unit: Int32) -> Bool {
        let rules = units[Int(unit)]
        return rules.diesByNode && limit(.crashes) > 0
            || rules.moves && limit(.rebalances) + limit(.evictions) > 0
    }
}
