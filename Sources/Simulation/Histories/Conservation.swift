/// Whether what an entity has, and what was taken off it by messages that are done, is what it had at first.
///
/// A message is owed for once, when it is done: what its last attempt stored; where that attempt knew it for a
/// repeat, what the attempt before stored. Looked at whenever no message that stored is under way on the entity.
struct Conservation {
    private struct Account {
        var value: Int64
        /// The sum of what messages that are done changed.
        var owed: Int64 = 0
        /// Of messages under way: what their last attempt that stored changed.
        var open: [Int64: Int64] = [:]
    }

    /// What an attempt has done so far, with what services did that it called.
    private struct Work {
        var loaded: [EntityPlace: Int64] = [:]
        var changes: [EntityPlace: Int64] = [:]
        var isRepeat = false
        /// Which of all attempts it is.
        var number: Int64
        /// For whom a service works; that attempt may be over by now.
        var caller: (actor: Int32, number: Int64)?
    }

    struct Found {
        let object: Footprint
        let initial: Int64
        let value: Int64
        let owed: Int64

        func words(_ names: SiteNames) -> String {
            "ended with \(value) there and \(initial - value) gone, where messages that are done "
                + "account for \(-owed)"
        }
    }

    private let initials: [Int64]
    private var accounts: [EntityPlace: Account] = [:]
    private var work: [Int32: Work] = [:]
    private var attempts: Int64 = 0
    /// Who called last: the request that follows is its.
    private var caller: Int32?
    /// Messages that were owed for.
    private var done = MessageSet()
    /// Which entities a message has stored to.
    private var touched: [Int64: [EntityPlace]] = [:]

    init(_ initials: [Int64]) { self.initials = initials }

    mutating func see(_ entry: TraceEntry) -> Found? {
        switch entry.what {
        case .begin, .kill: begin(entry.actor, for: nil)
        case .call: caller = entry.actor
        case .request: begin(entry.actor, for: caller)
        case .load:
            if let object = entry.entity { work[entry.actor]?.loaded[object] = entry.value }
        case .store: store(entry)
        case .duplicate: change(entry.actor) { $0.isRepeat = true }
        case .note: if entry.value == 0 { change(entry.actor) { $0.isRepeat = true } }
        case .commit: return settle(entry, work[entry.actor])
        case .deadLetter, .discard: return settle(entry, nil)
        default: break
        }
        return nil
    }

    private mutating func begin(_ actor: Int32, for caller: Int32?) {
        attempts += 1
        let attempt = caller.flatMap { work[$0]?.number }
        work[actor] = Work(
            number: attempts, caller: caller.flatMap { actor in attempt.map { (actor, $0) } })
    }

    /// Changes what an attempt has done, and whoever it works for has with it, as far as they go on.
    private mutating func change(_ actor: Int32, _ body: (inout Work) -> Void) {
        var next: (actor: Int32, number: Int64)? = work[actor].map { (actor, $0.number) }
        while let (actor, number) = next, var attempt = work[actor], attempt.number == number {
            body(&attempt)
            work[actor] = attempt
            next = attempt.caller
        }
    }

    private func account(_ object: EntityPlace) -> Account {
        accounts[object] ?? Account(value: initials[Int(object.table)])
    }

    private mutating func store(_ entry: TraceEntry) {
        guard let object = entry.entity, let access = entry.footprint?.access else { return }
        var account = account(object)
        let basis = access == .write ? work[entry.actor]?.loaded[object] : account.value
        let change = entry.value &- (basis ?? account.value)
        account.value = entry.value
        work[entry.actor]?.loaded[object] = entry.value
        // In the end that of the attempt for which all others work.
        var sum = change
        self.change(entry.actor) { attempt in
            sum = (attempt.changes[object] ?? 0) &+ change
            attempt.changes[object] = sum
        }
        account.open[entry.message] = sum
        accounts[object] = account
        if touched[entry.message]?.contains(object) != true {
            touched[entry.message, default: []].append(object)
        }
    }

    private mutating func settle(_ entry: TraceEntry, _ attempt: Work?) -> Found? {
        let isFirst = attempt != nil && done.insert(entry.message)
        var found: Found?
        for object in touched.removeValue(forKey: entry.message) ?? [] {
            var account = account(object)
            let earlier = account.open.removeValue(forKey: entry.message) ?? 0
            if isFirst, let attempt {
                account.owed &+= attempt.changes[object] ?? (attempt.isRepeat ? earlier : 0)
            }
            accounts[object] = account
            let initial = initials[Int(object.table)]
            guard account.open.isEmpty, account.value != initial &+ account.owed else { continue }
            found =
                found
                ?? Found(
                    object: Footprint(.entity, object.table, object.entity, .read),
                    initial: initial, value: account.value, owed: account.owed)
        }
        return found
    }
}
