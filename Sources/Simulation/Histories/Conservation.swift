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

    /// What an attempt has done so far.
    private struct Work {
        var loaded: [EntityPlace: Int64] = [:]
        var changes: [EntityPlace: Int64] = [:]
        var isRepeat = false
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
    /// Messages that were owed for.
    private var done = MessageSet()
    /// Which entities a message has stored to.
    private var touched: [Int64: [EntityPlace]] = [:]

    init(_ initials: [Int64]) { self.initials = initials }

    mutating func see(_ entry: TraceEntry) -> Found? {
        switch entry.what {
        case .begin, .request, .kill: work[entry.actor] = Work()
        case .load:
            if let object = entry.entity { work[entry.actor]?.loaded[object] = entry.value }
        case .store: store(entry)
        case .duplicate: work[entry.actor]?.isRepeat = true
        case .note: if entry.value == 0 { work[entry.actor]?.isRepeat = true }
        case .commit: return settle(entry, work[entry.actor])
        case .deadLetter, .discard: return settle(entry, nil)
        default: break
        }
        return nil
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
        let sum = (work[entry.actor]?.changes[object] ?? 0) &+ change
        work[entry.actor]?.changes[object] = sum
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
