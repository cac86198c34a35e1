import Simulation

/// How a handler's deliveries begin, end and come again.
struct UnitRules: BitwiseCopyable, Sendable {
    /// Workers of each group.
    var capacity = Int32.max
    var groups: Int32 = 1
    var maxDeliveries = Int32.max
    var takesLateAcks = false
    /// A crash takes the whole node.
    var diesByNode = false
    /// Positions are kept, and when they are committed by a timer.
    var keepsPositions = false
    var commitsByTimer = false
    /// Partitions move between nodes.
    var moves = false
    var isEager = false
    var revoked = Revoked.finished
    var partitions: Int32 = 0
    /// Each message has the place in its partition at which it came.
    var keepsLog = false
    /// Which of two messages of a key came first can differ from one execution to another, and matters.
    var ranksArrivals = false
    /// The plan of its topic has records come in windows of so many; 0: it has none.
    var window: Int32 = 0
    /// Whether its order matters to anybody: capacity or lanes make messages wait.
    var mayWait = false
    /// How often a dead letter is moved back to its queue.
    var redrives: Int32 = 0
    /// Its queue gives what comes out later, and some of it sooner than what came before.
    var delays = false
    var mixesDelays = false
    /// Messages are dealt out to nodes before they are begun; what comes again comes to the next one.
    var isDealt = false
    /// A process counts deliveries and failures, and forgets them when it dies.
    var forgetsCounts = false
    /// A handler reads its dead letters.
    var lettersAreRead = false
    /// A store that was sent takes effect although who sent it has died.
    var storesLand = false
    /// It stores, has an effect or publishes, each told apart from the others.
    var hasDeeds = false
    /// The first of its nodes among all.
    var node: Int32 = 0

    enum Revoked: UInt8 {
        case finished, dropped, continued
    }

    static func all(_ topology: Topology, _ program: StepProgram) -> [UnitRules] {
        program.handlers.enumerated().map { index, handler in
            var rules = UnitRules()
            let unit = program.units[index]
            let queue = topology.queues.first { $0.name == handler.queue }
            rules.capacity = unit.capacity
            rules.groups = unit.groups
            rules.maxDeliveries = unit.maxDeliveries
            rules.takesLateAcks = unit.takesLateAcks
            rules.keepsPositions = handler.commit != nil
            rules.commitsByTimer = handler.commit?.interval != nil
            rules.moves = handler.assignment == .eager || handler.assignment == .cooperative
            rules.isEager = handler.assignment == .eager
            rules.diesByNode =
                handler.commit != nil || rules.moves
                || topology.faults.contains {
                    if case .kill(handler.name, .node) = $0.kind { true } else { false }
                }
            rules.partitions = Int32(queue?.partitions ?? 0)
            rules.storesLand = handler.storesLand
            rules.isDealt = unit.isDealt
            rules.delays = queue.map { $0.delay != .constant(us: 0) } ?? false
            if case .constant? = queue?.delay {} else { rules.mixesDelays = rules.delays }
            rules.forgetsCounts = queue?.deliveriesCountedBy == .process
            rules.window = program.windows[index]?.most ?? 0
            let letters = queue?.deadLetterQueue.flatMap { name in
                topology.queues.first { $0.name == name }
            }
            rules.lettersAreRead = topology.handlers.contains { $0.queue == letters?.name }
            if !rules.lettersAreRead, let redrive = letters?.redrive {
                rules.redrives = Self.times(redrive)
            }
            rules.node = program.nodes[index].lowerBound
            let deeds = program.instructions[unit.first...].prefix { $0.code != .end }
                .filter { [.store, .effect, .publish].contains($0.code) }
            rules.hasDeeds = !deeds.isEmpty && deeds.allSatisfy { $0.deed != 0 }
            rules.revoked =
                switch handler.group.revoked {
                case .finished: .finished
                case .dropped: .dropped
                case .continued: .continued
                }
            return rules
        }
    }

    /// How often it can come back; where nothing says so, once: more would differ in nothing but how often.
    private static func times(_ redrive: Redrive) -> Int32 {
        if let times = redrive.times { return Int32(clamping: min(times, 7)) }
        guard case .at(let instants) = redrive.moment else { return 1 }
        return Int32(clamping: min(instants.count, 7))
    }
}
