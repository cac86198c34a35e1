import Checking
import Simulation

/// A topology made ready for an untimed exploration: its compiled steps, a slot for each delivery that can be
/// under way, and the place of every variable in one flat state.
///
/// Deliveries are what takes turns. Workers are only counted: which of several free workers of a node takes a
/// message makes no difference to what can happen, so states that differ in that alone are one.
public struct Model: Sendable {
    /// A message's delivery; a message has several slots where more than one can be under way.
    struct Slot: BitwiseCopyable, Sendable {
        var message: Int32
        var unit: Int32
        /// Objects as bits: what its queue, its message and its handler's nodes are to others.
        var queueBit: UInt64 = 0
        var messageBit: UInt64 = 0
        /// The message itself, or the one that it is sent again for.
        var origin: Int32
        var unitBit: UInt64 = 0
        var doneBit: UInt64 = 0
        /// What its attempts' ends and its acts touch besides: see ``RealTimeBits``.
        var endBits: UInt64 = 0
        var actBits: UInt64 = 0
        /// Whether an `end` that touches nothing is no step of its own.
        var endsSilently = false
        var lane: Int32 = -1
        var group: Int32 = 0
    }

    public let topology: Topology
    public let strategy: Strategy
    public let seed: String
    let program: StepProgram
    let limits: [Int32]
    let bounds: Bounds
    private(set) var slots: [Slot]
    /// The slots of each message: first, and one behind the last.
    let slotsOf: [Range<Int32>]
    private(set) var layout: Layout
    let units: [UnitRules]
    /// Sources come one after the other where they meet in a queue whose order matters.
    let arrivesInSteps: [Bool]

    /// The most deliveries that can be told apart.
    static let mostSlots = 64

    /// - Throws: each reason why it cannot be explored.
    public init(
        _ topology: Topology, strategy: Strategy? = nil, seed: String? = nil
    ) throws(ExplorationError) {
        self.topology = topology
        self.strategy = strategy ?? topology.strategy
        self.seed = seed ?? topology.seed
        bounds = topology.bounds
        try Self.check(topology)
        var program = StepProgram(
            topology, self.strategy, seed: self.seed, most: Self.mostSlots + 1,
            copies: topology.mostDuplicates)
        program.timeOut(topology.slowServices)
        program.timeOut(stores: topology.storesThatTimeOut)
        self.program = program
        try Self.check(topology, program)
        limits = topology.limits(program)
        let rules = UnitRules.all(topology, program)
        let planner = SlotPlanner(program, topology, limits, rules)
        units = planner.units
        guard planner.slots.count <= Self.mostSlots, !planner.slots.isEmpty else {
            throw ExplorationError([
                planner.slots.isEmpty
                    ? "there is no message to explore; accepted is run: {messages: 3}"
                    : "\(Self.number(program)) messages with what is delivered again and published "
                        + "make more than \(Self.mostSlots) deliveries; accepted are fewer: "
                        + "--messages 4, or smaller bounds"
            ])
        }
        slotsOf = planner.slotsOf
        arrivesInSteps = planner.arrivesInSteps
        let layout = Layout(program, topology, planner, planner.units)
        self.layout = layout
        slots = RealTimeBits(program, layout, topology).added(to: planner.finished(layout))
    }

    private static func check(_ topology: Topology) throws(ExplorationError) {
        var problems: [String] = []
        for handler in topology.handlers {
            if handler.admission == .brokerBlocksKey {
                problems.append(
                    "handlers.\(handler.name).admission: \(handler.admission) is a matter of time; "
                        + "explored are shared, queuePerSlot and waitInSlot")
            }
        }
        for queue in topology.queues where queue.capacity != nil {
            problems.append(
                "queues.\(queue.name).capacity: what is refused depends on time; explored are queues "
                    + "without one")
        }
        if case .time = topology.staleness {
            problems.append(
                "boundedStaleness: an exploration has no time; accepted is "
                    + "{boundedStaleness: {versions: 3}}")
        }
        for source in topology.sources
        where source.messages == nil && topology.run.messages == nil {
            if case .recorded = source.arrivals { continue }
            problems.append(
                "sources.\(source.name): makes messages without end; accepted is messages: 3, or "
                    + "run: {messages: 3}")
        }
        if !problems.isEmpty { throw ExplorationError(problems) }
    }

    /// No more are laid out than show that there are too many.
    private static func number(_ program: StepProgram) -> String {
        let count = program.messages.count
        return count > mostSlots ? "more than \(mostSlots)" : "\(count)"
    }

    func limit(_ budget: Budget) -> Int32 { limits[budget.rawValue] }

    /// The bounds in words: `1 crash, 2 redeliveries`.
    public var boundsInWords: String {
        let names: [(String, String)] = [
            ("crash", "crashes"), ("redelivery", "redeliveries"), ("rebalance", "rebalances"),
            ("expiry", "expiries"), ("failure", "failures"), ("duplicate", "duplicates"),
            ("time-out", "time-outs"), ("eviction", "evictions"), ("drop", "drops"),
            ("corruption", "corruptions"),
        ]
        let parts = zip(limits, names).compactMap { limit, name in
            limit == 0 ? nil : "\(limit) \(limit == 1 ? name.0 : name.1)"
        }
        return parts.isEmpty ? "no fault" : parts.joined(separator: ", ")
    }

    /// Bits of what deliveries share beside queues: entities, locks and inboxes.
    var sharedBits: UInt64 {
        var shared: UInt64 = 0
        for key in 0..<Int32(layout.keys) {
            for store in 0..<Int32(layout.stores) {
                shared |= layout.bits[.entity(store, key)] ?? 0
            }
            for lock in 0..<Int32(layout.locks) { shared |= layout.bits[.lock(lock, key)] ?? 0 }
        }
        for inbox in program.inboxes.indices {
            shared |= layout.bits[.inbox(Int32(inbox), -1)] ?? 0
        }
        return shared
    }

    /// How many messages there are, those that handlers publish included, and what is sent again left out.
    public var messages: Int { program.messages.count { $0.original < 0 } }

    /// The same with a planted fault: these objects are forgotten, so that steps which conflict about them pass for
    /// independent. For tests that must notice.
    func forgettingConflicts(about isForgotten: (Layout.Object) -> Bool = { _ in true }) -> Model {
        var model = self
        model.layout.bits = layout.bits.filter { !isForgotten($0.key) }
        let planned = SlotPlanner(program, topology, limits, units).finished(model.layout)
        model.slots = RealTimeBits(program, model.layout, topology).added(to: planned)
        return model
    }

    /// Whether a message can be delivered more than once.
    var comesAgain: Bool {
        [Budget.crashes, .redeliveries, .rebalances, .duplicates, .evictions].contains {
            limit($0) > 0
        }
    }

    /// Whether two strategies make the same steps and turns of a topology.
    func isSame(as other: Model) -> Bool {
        program.instructions.count == other.program.instructions.count
            && zip(program.instructions, other.program.instructions).allSatisfy {
                $0.code == $1.code && $0.mode == $1.mode && $0.isTimed == $1.isTimed
                    && $0.endsWithHolder == $1.endsWithHolder
            }
            && program.messages.map(\.lane) == other.program.messages.map(\.lane)
            && program.messages.map(\.group) == other.program.messages.map(\.group)
    }

    /// Choices of this model as another one has them, which may tell apart more deliveries of a message, or fewer: what
    /// it has no delivery for is left out.
    public func translate(_ choices: [Choice], to other: Model) -> [Choice] {
        choices.compactMap { choice in
            guard choice.delivery < slots.count else { return choice }
            let message = Int(slots[Int(choice.delivery)].message)
            guard message < other.slotsOf.count else { return nil }
            let range = other.slotsOf[message]
            let place = range.lowerBound + Int32(choice.delivery) - slotsOf[message].lowerBound
            return range.contains(place) ? Choice(UInt8(place), choice.action) : nil
        }
    }

    /// How many deliveries can be told apart.
    public var deliveries: Int { slots.count }

    /// Of each delivery the chain that it belongs to: the message of a source on whose behalf it is.
    var chains: [Int] {
        slots.map { slot in
            var message = Int(slot.message)
            while program.messages[message].parent >= 0 {
                message = Int(program.messages[message].parent)
            }
            return message
        }
    }

    /// The same with a chain of its own for each further delivery of a message: what is delivered again does not wait
    /// for what it overtakes.
    var deliveryChains: [Int] {
        let messages = chains
        return slots.indices.map { index in
            let isFirst = Int32(index) == slotsOf[Int(slots[index].message)].lowerBound
            return isFirst ? messages[index] : program.messages.count + index
        }
    }

    /// Steps of an execution in which nothing is out of the usual.
    var estimatedLength: Int {
        Execution(self, [], completes: true, keepsEntries: false).choices.count
    }

    /// `reserve: message 2`
    public func name(_ delivery: UInt8) -> String {
        let slot = slots[Int(delivery)]
        let message = program.messages[Int(slot.message)]
        let copy = Int32(delivery) - slotsOf[Int(slot.message)].lowerBound
        let word =
            message.parent < 0
            ? "\(message.number >> 40 > 0 ? "\(topology.sources[Int(message.source)].name)/" : "")"
                + "\(SiteNames.short(message.number))"
            : "\(slot.message)"
        return "\(program.units[Int(slot.unit)].name): message \(word)"
            + (message.original >= 0 ? ", sent again" : "")
            + (copy > 0 ? ", delivery \(copy + 1)" : "")
    }
}
