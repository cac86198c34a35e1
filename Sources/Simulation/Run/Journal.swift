/// What the consumers of a handler's partitions have not committed, in the order of each partition.
struct Journal: ~Copyable {
    /// The messages of one partition that lie behind its position.
    struct Log: BitwiseCopyable {
        var head: Int32 = -1
        var tail: Int32 = -1
        var stretch = Stretch()
    }

    /// What is known of a message beside its row.
    struct Mark: BitwiseCopyable {
        /// The one behind it in its partition.
        var next: Int32 = -1
        var partition: Int32 = -1
        var state = State.open
        /// It was carried out before; a crash brought it back.
        var isReplay = false
        /// It is to be tried again later, and those behind it in its lane wait for that.
        var keepsTurn = false
    }

    enum State: UInt8 {
        case open
        /// Committed, and not carried out.
        case atRisk
        /// Committed with, or behind, what it does.
        case carriedOut
    }

    var isKept = false
    /// 0: whenever a message is done.
    var interval: Int64 = 0
    var restartsTimer = false
    /// Rows of messages that a step has committed in work; of some that is over.
    var committed: [Int32] = []
    /// So many rows are looked through for those of work that is over.
    var mostCommitted = 64
    var logs = Column(Log())
    /// Of each group of workers, where there is an interval.
    var timers: [Int32] = []
    /// By the row of the message.
    var marks = Column(Mark())

    func isReplay(_ message: Int32) -> Bool { isKept && marks[message].isReplay }
}

extension Simulator {
    mutating func carryOutChore(_ process: Int32) {
        switch Chore(rawValue: processes[process].counter) {
        case .commit: commitByTimer(process)
        case .session: endSession(process)
        case .join: join(process)
        case .rebalance: endRebalance(process)
        case .landing: land(process)
        case .deploy: deployNode(process)
        case .window: closeWindow(process)
        case .emission: emitDue(process)
        case .redrive: redrive(process)
        case .moveBack: moveBack(process)
        case .due: giveOutDue(process)
        case nil: break
        }
    }
}

/// What a process of kind `chore` does.
enum Chore: Int32 {
    /// Commits the positions of a consumer.
    case commit
    /// Takes a silent member for dead, has one join, ends a rebalance.
    case session
    case join
    case rebalance
    /// Has what a dead worker had sent to a store take effect.
    case landing
    /// Has a node leave for a new version.
    case deploy
    /// Closes a window of a perturbed topic, and delivers what was delayed.
    case window
    case emission
    /// Begins to move what lies in a dead-letter queue back, and moves one.
    case redrive
    case moveBack
    /// Has a queue give out what it held back.
    case due
}
