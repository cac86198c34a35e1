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
        for index in units.indices {
            self.units[index].mayWait = mayWait(index)
            self.units[index].ranksArrivals = ranksArrivals(index)
        }
        arrivesInSteps = program.messages.map(comesInSteps)
        for index in units.indices { self.units[index].keepsLog = keepsLog(index) }
    }

    /// Whether it matters how far its source is: where others come to its queue, or what was there before comes again,
    /// either may be in front of it.
    private func comesInSteps(_ message: StepProgram.Message) -> Bool {
        let rules = units[Int(message.unit)]
        guard message.parent < 0, message.original < 0,
            rules.mayWait || rules.keepsPositions || rules.window > 0 || rules.ranksArrivals
        else { return false }
        if rules.mixesDelays { return false }
        let queue = queue(of: message.unit)
        if topology.sources.count(where: { $0.queue == queue }) > 1 { return true }
        // From its window each comes at a moment of its own.
        if rules.window > 0 { return hasOthers(Int(message.unit)) }
        let source = topology.sources[Int(message.source)]
        return (source.arrivals != .together || source.start > .zero || rules.delays)
            && isEnteredAgain(Int(message.unit))
    }

    /// Whether anything comes to a handler's queue behind what its sources send.
    private func isEnteredAgain(_ unit: Int) -> Bool {
        let isStruck = [Budget.crashes, .redeliveries, .rebalances, .evictions].contains {
            limit($0) > 0
        }
        return isStruck || units[unit].redrives > 0 || hasOthers(unit)
            || program.canPutBack(unit)
    }

    /// Whether handlers publish to its queue, or sources send something once more.
    private func hasOthers(_ unit: Int) -> Bool {
        program.messages.contains {
            Int($0.unit) == unit
                && ($0.parent >= 0 || $0.original >= 0 && $0.copy == .source)
        }
    }

    private func ranksArrivals(_ unit: Int) -> Bool {
        let queue = queue(of: Int32(unit))
        return topology.invariants.contains(.fifoPerKey)
            && (topology.sources.count(where: { $0.queue == queue }) > 1
                || program.messages.contains { Int($0.unit) == unit && $0.parent >= 0 })
    }

    /// Whether where a message stands in its partition can differ from one execution to another, and matters.
    private func keepsLog(_ unit: Int) -> Bool {
        let rules = units[unit]
        guard rules.keepsPositions || rules.moves,
            limit(.crashes) + limit(.rebalances) + limit(.evictions) > 0
        else { return false }
        if rules.window > 0 { return true }
        return program.messages.indices.contains { index in
            let message = program.messages[index]
            return Int(message.unit) == unit
                && (message.parent >= 0 || message.original >= 0 || arrivesInSteps[index])
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
        return copies + servicesLeftBehind(message.unit)
    }

    /// How many services can work on for a message that its callers have given up on, or died over.
    private func servicesLeftBehind(_ unit: Int32) -> Int32 {
        let calls = program.steps(of: Int(unit)).filter { $0.code == .call }
        guard topology.servicesWorkOn(program), !calls.isEmpty else { return 0 }
        var most = limit(.crashes)
        if units[Int(unit)].moves && units[Int(unit)].revoked == .dropped {
            most += limit(.rebalances) + limit(.evictions)
        }
        let slow = topology.slowServices
        if calls.contains(where: { $0.isTimed && slow.contains($0.object) }) {
            most += limit(.failures)
        }
        return most
    }

    /// Whether what a broker has dealt out to a node may come to another one.
    private func changesNode(_ unit: Int) -> Bool {
        guard units[unit].isDealt else { return false }
        return limit(.crashes) + limit(.redeliveries) > 0 || units[unit].redrives > 0
            || program.canPutBack(unit) || hasOthers(unit)
    }

    private func mayWait(_ unit: Int) -> Bool {
        let own = slots.filter { Int($0.unit) == unit }
        if own.contains(where: { $0.lane >= 0 }) { return true }
        if units[unit].moves || changesNode(unit) { return true }
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
        if rules.keepsLog || rules.window > 0 || changesNode(Int(slot.unit)) { return 0 }
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
