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
    /// Messages that have ended and may be heard of again, and whether they were owed for.
    private var ended: [Int64: Bool] = [:]
    /// By source's message: what was published of it; and the other way round.
    private var families: [Int64: [Int64]] = [:]
    private var roots: [Int64: Int64] = [:]
    /// Which entities a message has stored to since it was last looked at, and the last of these stores.
    private var touched: [Int64: (places: [EntityPlace], last: TraceEntry)] = [:]

    init(_ initials: [Int64]) { self.initials = initials }

    mutating func see(_ entry: TraceEntry) -> Found? {
        switch entry.what {
        case .begin: begin(entry.actor, for: nil)
        case .call: caller = entry.actor
        case .request: begin(entry.actor, for: caller)
        case .load:
            if let object = entry.entity { work[entry.actor]?.loaded[object] = entry.value }
        case .store: store(entry)
        case .publish: publish(entry.value, of: entry.message)
        case .duplicate: change(entry.actor) { $0.isRepeat = true }
        case .note: if entry.value == 0 { change(entry.actor) { $0.isRepeat = true } }
        case .commit: return settle(entry.message, work[entry.actor])
        case .deadLetter, .discard, .lose: return settle(entry.message, nil)
        // An attempt that goes on after its message's end has no other.
        case .lateAck, .fail, .conflict, .fence, .timeOut: return look(entry.message)
        case .kill:
            begin(entry.actor, for: nil)
            return look(entry.message)
        default: break
        }
        return nil
    }

    /// A source's message will be heard of no more, nor what was published of it.
    ///
    /// - Returns: what is found now, with the store that did it.
    mutating func forget(_ message: Int64) -> (found: Found, by: TraceEntry)? {
        var result: (found: Found, by: TraceEntry)?
        for number in [message] + (families.removeValue(forKey: message) ?? []) {
            let last = touched[number]?.last
            // Committed and carried out, and then its worker died: it has ended with nothing said.
            let isOwed = ended[number] == nil
            if let found = close(number, isOwed ? .last : .nothing), let last {
                result = result ?? (found, last)
            }
            ended[number] = nil
            roots[number] = nil
        }
        return result
    }

    /// What it remembers of messages, in entries.
    var size: Int { ended.count + roots.count + touched.count }

    /// An attempt that comes again publishes a message of the same number.
    private mutating func publish(_ child: Int64, of parent: Int64) {
        guard roots[child] == nil else { return }
        let root = roots[parent] ?? parent
        roots[child] = root
        families[root, default: []].append(child)
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
        var places = touched[entry.message]?.places ?? []
        if !places.contains(object) { places.append(object) }
        touched[entry.message] = (places, entry)
    }

    /// What a message that ends is owed for.
    private enum Share {
        case nothing
        /// What its last attempt stored.
        case last
        /// What this one stored.
        case attempt(Work)
    }

    /// A message has ended, well where an attempt did.
    private mutating func settle(_ message: Int64, _ attempt: Work?) -> Found? {
        let wasOwed = ended[message] ?? false
        ended[message] = wasOwed || attempt != nil
        if let attempt, !wasOwed { return close(message, .attempt(attempt)) }
        return close(message, .nothing)
    }

    /// An attempt at a message that ended before is over.
    private mutating func look(_ message: Int64) -> Found? {
        ended[message] == nil ? nil : close(message, .nothing)
    }

    /// No attempt at a message is under way that will say so: its entities are looked at.
    private mutating func close(_ message: Int64, _ share: Share) -> Found? {
        var found: Found?
        for object in touched.removeValue(forKey: message)?.places ?? [] {
            var account = account(object)
            let last = account.open.removeValue(forKey: message) ?? 0
            switch share {
            case .nothing: break
            case .last: account.owed &+= last
            case .attempt(let work):
                account.owed &+= work.changes[object] ?? (work.isRepeat ? last : 0)
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
