/// The keys of an inbox during a run.
struct Inbox {
    private let window: Int64
    private let last: Int
    /// Lost with its node.
    let isInMemory: Bool
    private var noted: [Int64: Int64] = [:]
    /// In the order of noting; from `oldest` on those that are still kept.
    private var order: [Int64] = []
    private var oldest = 0

    init(_ model: InboxModel) {
        window = model.window?.nanoseconds ?? Int64.max / 4
        last = model.last ?? .max
        isInMemory = model.place == .memory
    }

    /// Those of a program, each as often as there are nodes, so that what is kept in memory has a table for
    /// every node; what is kept in a store uses the first.
    static func all(of program: Program, nodes: Int) -> [Inbox] {
        program.inboxes.flatMap { name in
            let model = program.topology.inboxes.first { $0.name == name }
            let inbox = Inbox(model ?? InboxModel(name: name))
            return [Inbox](repeating: inbox, count: nodes)
        }
    }

    /// Forgets all.
    mutating func clear() {
        noted = [:]
        order = []
        oldest = 0
    }

    /// Whether the message is known.
    mutating func knows(_ number: Int64, at now: Int64) -> Bool {
        forget(now)
        return noted[number] != nil
    }

    /// Makes it known.
    ///
    /// - Returns: whether it was not before.
    mutating func note(_ number: Int64, at now: Int64) -> Bool {
        forget(now)
        guard noted[number] == nil else { return false }
        noted[number] = now
        order.append(number)
        if order.count - oldest > last { forgetOldest() }
        return true
    }

    private mutating func forget(_ now: Int64) {
        while oldest < order.count, let time = noted[order[oldest]], time + window <= now {
            forgetOldest()
        }
    }

    private mutating func forgetOldest() {
        noted[order[oldest]] = nil
        oldest += 1
        if oldest > 1024 && oldest * 2 > order.count {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}
