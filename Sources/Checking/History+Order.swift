extension History {
    /// Messages of a key whose first committed transaction ended after that of a later message: for each the
    /// transaction that came too early and its own. A message that is done once more has had its turn.
    func orderInversions() -> [Anomaly] {
        let committed = transactions.indices.filter { isCommitted($0) }
            .sorted { (transactions[$0].endedNs ?? 0, $0) < (transactions[$1].endedNs ?? 0, $1) }
        var latest: [Int64: Int] = [:]
        var done = Set<Int64>()
        var found: [Anomaly] = []
        for index in committed {
            let row = transactions[index]
            guard done.insert(row.message).inserted else { continue }
            if let before = latest[row.key], transactions[before].sequence > row.sequence {
                found.append(
                    Anomaly(
                        .orderInversion, events: [], transactions: [before, index],
                        at: row.endedNs ?? 0))
            } else {
                latest[row.key] = index
            }
        }
        return found
    }

    /// Locks that were given out while another transaction was between acquire and release, as (that one's
    /// acquire, this one's), and writes by a transaction whose lease had ended, as (the lease's end, write).
    func lockBreaches() -> [Anomaly] {
        var inside: [Int: [Int]] = [:]
        var expired: [Int: Int] = [:]
        var found: [Anomaly] = []
        for (index, event) in events.enumerated() {
            switch event.kind {
            case .acquire:
                let others = (inside[event.object] ?? []).filter { isInside($0, at: event.timeNs) }
                if let other = others.last {
                    found.append(
                        Anomaly(
                            .overlappingHolders, events: [other, index],
                            transactions: [events[other].transaction, event.transaction],
                            at: event.timeNs))
                }
                inside[event.object] = others + [index]
            case .release:
                inside[event.object]?.removeAll { events[$0].transaction == event.transaction }
                expired[event.transaction] = nil
            case .expire: expired[event.transaction] = index
            case .write:
                guard let end = expired[event.transaction] else { continue }
                found.append(
                    Anomaly(
                        .writeAfterExpiry, events: [end, index],
                        transactions: [event.transaction], at: event.timeNs))
            case .read, .effect: break
            }
        }
        return found
    }

    /// Who has ended is inside of no lock, released or not.
    private func isInside(_ acquire: Int, at timeNs: Int64) -> Bool {
        (transactions[events[acquire].transaction].endedNs ?? .max) > timeNs
    }
}
