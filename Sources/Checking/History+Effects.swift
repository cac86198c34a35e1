extension History {
    /// Effects, and writes that changed something, which more than one transaction made for one message; one
    /// for each transaction beyond the first, as (the first's event, its own).
    func duplicateEffects() -> [Anomaly] {
        let changes = changes()
        var firsts: [Deed: Int] = [:]
        var seen = Set<[Int]>()
        var found: [Anomaly] = []
        for (index, event) in events.enumerated() {
            guard event.kind == .effect || (event.kind == .write && changes[index] != 0) else {
                continue
            }
            let message = transactions[event.transaction].message
            let deed = Deed(message: message, object: event.object)
            guard let first = firsts[deed] else {
                firsts[deed] = index
                continue
            }
            let other = events[first].transaction
            guard other != event.transaction,
                seen.insert([event.object, event.transaction]).inserted
            else { continue }
            found.append(
                Anomaly(
                    .duplicateEffect, events: [first, index],
                    transactions: [other, event.transaction], at: event.timeNs))
        }
        return found
    }

    private struct Deed: Hashable {
        let message: Int64
        let object: Int
    }

    /// Writes that gave out of an object what it no longer had: all that its writers took off is more than
    /// what was there at first, whatever its value says. One for each such write.
    func oversells() -> [Anomaly] {
        let changes = changes()
        var taken: [Int: Int64] = [:]
        var initial: [Int: Int64] = [:]
        var found: [Anomaly] = []
        for (index, event) in events.enumerated() {
            if event.kind == .read && event.version == 0 { initial[event.object] = event.value }
            guard event.kind == .write else { continue }
            taken[event.object, default: 0] &-= changes[index]
            guard changes[index] < 0,
                taken[event.object, default: 0] > max(0, initial[event.object] ?? 0)
            else { continue }
            found.append(
                Anomaly(
                    .oversell, events: [index], transactions: [event.transaction],
                    at: event.timeNs))
        }
        return found
    }

    /// What each write added to the value that it was computed from; 0 for other events.
    private func changes() -> [Int64] {
        var values: [Made: Int64] = [:]
        return events.map { event in
            guard event.kind == .read || event.kind == .write else { return 0 }
            values[Made(object: event.object, version: event.version)] = event.value
            guard event.kind == .write else { return 0 }
            let basis = Made(object: event.object, version: event.basis ?? event.version - 1)
            return event.value &- (values[basis] ?? 0)
        }
    }

    private struct Made: Hashable {
        let object: Int
        let version: Int64
    }
}
