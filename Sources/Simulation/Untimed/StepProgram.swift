import Configuration

/// A compiled topology for who runs it without time: the very operations, retries and places of messages that
/// the simulation has, in flat tables, and no durations.
package struct StepProgram: Sendable {
    /// One operation; ``Operation`` says what its fields mean.
    package struct Instruction: BitwiseCopyable, Sendable {
        package enum Code: UInt8, BitwiseCopyable, Sendable {
            case think, load, check, change, store, fail, effect, call, lookUp, note
            case acquire, release, publish, commit, carriedOut, end
        }

        /// How sure something is that a probability says.
        package enum Likelihood: UInt8, BitwiseCopyable, Sendable {
            case never, maybe, always
        }

        package let code: Code
        package var mode = Mode.value
        package var fencing = Fencing.none
        package var object: Int32 = 0
        package var register: Int32 = 0
        package var site: Int32 = 0
        package var amount: Int64 = 0
        package var stock: Int64 = 0
        package var deed: UInt64 = 0
        /// fail; a request's loss; a publication's repeat.
        package var first = Likelihood.never
        /// A reply's loss.
        package var second = Likelihood.never
        /// acquire: it ends with its holder.
        package var endsWithHolder = false
        /// publish: it comes later; call: it may time out; acquire: the lock is a lease.
        package var isTimed = false
        /// commit, publish: it happens with the operation in front of it, and nothing comes in between.
        package var isAtOnce = false
        /// change: what was changed in front of it is stored already, and counts no more.
        package var beginsAnew = false
    }

    package enum Mode: UInt8, BitwiseCopyable, Sendable {
        case value, delta, versioned, conditional
    }

    package enum Fencing: UInt8, BitwiseCopyable, Sendable {
        case none, load, store
    }

    package enum Retry: UInt8, BitwiseCopyable, Sendable {
        case inline, requeue, schedule
        /// schedule, and its lane waits for it.
        case scheduleInTurn
    }

    package struct Policy: Sendable {
        package let actions: [Retry]
        package let repeats: Bool
        package let discards: Bool
    }

    /// A handler or a service.
    package struct Unit: Sendable {
        package let name: String
        package let first: Int
        /// By ``FailureKind``; a service has none.
        package let policies: [Policy]
        package var groups: Int32 = 1
        /// Workers of each group.
        package var capacity = Int32.max
        package var maxDeliveries = Int32.max
        package var takesLateAcks = false
        /// Messages are dealt out to nodes before they are begun.
        package var isDealt = false
    }

    /// A message, or one that a message's handler publishes.
    package struct Message: Sendable {
        package let number: Int64
        package let key: Int32
        package let unit: Int32
        package let source: Int32
        /// The publisher of a message that is the dead letter of its parent.
        package static let deadLetter: Int32 = -2
        /// Who publishes it: the message, and the instruction; -1: a source makes it.
        package let parent: Int32
        package let publisher: Int32
        package let group: Int32
        package let lane: Int32
        package let turn: Int32
        package let partition: Int32
        package let isPoison: Bool
        package let isKeyless: Bool
        /// The message that is sent once more so; -1: it is none that is sent again.
        package let original: Int32
        /// Who sends it again, where it is one.
        package var copy = CopyKind.source
        /// What the plan of its topic may do to it.
        package var planned = Planned()
    }

    /// Who sends a message once more, and where it stands then.
    package enum CopyKind: UInt8, BitwiseCopyable, Sendable {
        /// Its source, at any later moment.
        case source
        /// The plan of its topic: right behind the first, or anywhere in its window.
        case adjacent, anywhere
    }

    package var instructions: [Instruction]
    /// Handlers, then services.
    package let units: [Unit]
    package let handlers: [Handler]
    /// Those of sources first, in the order of arrival; parents before their children; last what sources send twice.
    package let messages: [Message]
    package let registers: Int
    package let inboxes: [InboxModel]
    package let locks: Int
    package let sites: [String]
    /// Nodes of each handler, among all.
    package let nodes: [Range<Int32>]
    package let initials: [Int64]
    /// Of each handler what the plan of its topic does to windows; nil: it has none.
    package let windows: [Windows?]

    /// The most messages that are laid out.
    package static let mostMessages = 4096

    /// - Parameters:
    ///   - most: messages of sources; more are left out.
    ///   - copies: so often at most, for each reason, messages that a source or a topic's plan may send once more.
    package init(
        _ topology: Topology, _ strategy: Strategy, seed: String, most: Int, copies: Int = 0
    ) {
        var plain = topology
        plain.invariants = []
        plain.faults = []
        let program = Program(plain, strategy: strategy, seed: seed)
        instructions = Self.instructions(program)
        handlers = program.handlers
        registers = program.registers
        sites = program.sites
        locks = program.locks.count
        initials = topology.stores.map(\.initial)
        inboxes = program.inboxes.map { name in
            topology.inboxes.first { $0.name == name } ?? InboxModel(name: name)
        }
        var layout = MessageLayout(program, most: most)
        let messages = layout.laidOut(copies: copies)
        self.messages = messages
        nodes = layout.nodes
        let topics = PlannedTopics(program.handlers, topology, seed: seed)
        windows = program.handlers.indices.map { topics.windows($0, messages) }
        units = program.units.enumerated().map { index, unit in
            var made = Unit(
                name: unit.name, first: unit.first,
                policies: unit.retries.map { Policy($0, program.retries) })
            if index < program.handlers.count {
                let handler = program.handlers[index]
                let queue = topology.queues.first { $0.name == handler.queue }
                made.groups = layout.groups[index]
                made.isDealt = layout.deals[index] && made.groups > 1
                made.capacity =
                    handler.workers.map {
                        Int32(clamping: layout.groups[index] > 1 ? $0 : $0 * handler.nodes)
                    } ?? .max
                made.maxDeliveries = queue?.maxDeliveries.map { Int32(clamping: $0) } ?? .max
                made.takesLateAcks = queue?.takesLateAcks ?? false
            }
            return made
        }
    }
}

extension StepProgram {
    /// All of them, with what goes by outbox, or is committed with an effect, tied to what stands in front.
    private static func instructions(_ program: Program) -> [Instruction] {
        var instructions = program.operations.map(Instruction.init)
        for (unit, handler) in program.handlers.enumerated() {
            var publications = handler.steps.filter {
                if case .publish = $0 { true } else { false }
            }[...]
            let commitsAtOnce =
                handler.commit?.moment == .withEffect || handler.commit?.moment == .before
            var index = program.units[unit].first
            while instructions[index].code != .end {
                switch instructions[index].code {
                case .publish:
                    instructions[index].isAtOnce = publications.popFirst()?.isByOutbox ?? false
                case .commit: instructions[index].isAtOnce = commitsAtOnce
                default: break
                }
                index += 1
            }
        }
        return instructions
    }
}

extension StepProgram.Policy {
    fileprivate init(_ table: RetryTable, _ entries: [RetryEntry]) {
        actions = entries[Int(table.first)..<Int(table.first + table.count)].map { entry in
            switch entry.code {
            case .inline: .inline
            case .requeue: .requeue
            case .schedule: entry.keepsTurn ? .scheduleInTurn : .schedule
            case .pause: .requeue
            }
        }
        repeats = table.repeats
        discards = table.discards
    }
}

extension StepProgram.Instruction {
    fileprivate init(_ operation: Operation) {
        code =
            switch operation.code {
            case .think, .code: .think
            case .load: .load
            case .check: .check
            case .change: .change
            case .store: .store
            case .fail: .fail
            case .effect: .effect
            case .call: .call
            case .lookUp: .lookUp
            case .note: .note
            case .acquire: .acquire
            case .release: .release
            case .publish: .publish
            case .commit: .commit
            case .carriedOut: .carriedOut
            case .end: .end
            }
        mode =
            switch operation.mode {
            case .value: .value
            case .delta: .delta
            case .versioned: .versioned
            case .conditional: .conditional
            }
        fencing =
            switch operation.fencing {
            case .none: .none
            case .load: .load
            case .store: .store
            }
        (object, register, site) = (operation.object, operation.register, operation.site)
        (amount, stock, deed) = (operation.amount, operation.stock, operation.deed)
        first = Self.likelihood(operation.probability)
        second = Self.likelihood(operation.otherProbability)
        endsWithHolder = operation.endsWithHolder
        beginsAnew = operation.beginsAnew
        switch operation.code {
        case .publish: isTimed = operation.latency >= 0
        case .call, .acquire: isTimed = operation.amount > 0
        default: break
        }
    }

    private static func likelihood(_ probability: UInt64) -> Likelihood {
        switch probability {
        case 0: .never
        case .max: .always
        default: .maybe
        }
    }
}
