extension History {
    /// G1a, G1b and dirty reads of committed transactions.
    func unsafeReads(_ objects: [VersionOrder]) -> [Anomaly] {
        objects.flatMap { object in
            // The last version that each transaction wrote.
            var finals: [Int: Int64] = [:]
            for write in object.writes { finals[events[write].transaction] = events[write].version }
            return object.reads.flatMap { read -> [Anomaly] in
                let reader = events[read].transaction
                guard isCommitted(reader),
                    let write = object.write(of: events[read].version, in: self)
                else { return [] }
                let writer = events[write].transaction
                if writer == reader { return [] }
                var kinds: [Anomaly.Kind] = []
                if transactions[writer].outcome == .aborted { kinds.append(.g1a) }
                if events[write].version != finals[writer] { kinds.append(.g1b) }
                let ended = transactions[writer].endedNs ?? .max
                if ended > events[read].timeNs { kinds.append(.dirtyRead) }
                let edge = Dependency(
                    kind: .wr, from: writer, to: reader, object: events[read].object,
                    first: write, second: read)
                return kinds.map { Anomaly($0, edges: [edge], in: self) }
            }
        }
    }

    /// Writes and effects that rest on a read which another transaction had overwritten before: for each act
    /// the read with its object's oldest unseen version, as (read, overwriting write, act).
    ///
    /// A write that was computed from the version right before it has seen what there was to be seen of its
    /// own object.
    func staleReads(_ objects: [VersionOrder]) -> [Anomaly] {
        var orders: [Int: VersionOrder] = [:]
        for order in objects {
            guard let any = order.writes.first ?? order.reads.first else { continue }
            orders[events[any].object] = order
        }
        // Of each transaction its last read of each object.
        var seen: [Int: [Int]] = [:]
        var found: [Anomaly] = []
        for (index, event) in events.enumerated() {
            let by = event.transaction
            switch event.kind {
            case .read:
                seen[by, default: []].removeAll { events[$0].object == event.object }
                seen[by, default: []].append(index)
            case .write, .effect:
                for read in seen[by] ?? [] {
                    if event.kind == .write && event.object == events[read].object
                        && event.basis.map({ $0 + 1 >= event.version }) ?? false
                    {
                        continue
                    }
                    guard let order = orders[events[read].object],
                        let write = overwrite(of: read, before: index, order)
                    else { continue }
                    found.append(
                        Anomaly(
                            .staleRead, events: [read, write, index],
                            transactions: [by, events[write].transaction], at: event.timeNs))
                    break
                }
            case .acquire, .release, .expire: break
            }
        }
        return found
    }

    /// The first write of another transaction behind the version that was read, if it came before this event.
    private func overwrite(of read: Int, before act: Int, _ order: VersionOrder) -> Int? {
        var place = order.place(behind: events[read].version, in: self)
        while place < order.writes.count && order.writes[place] < act {
            let write = order.writes[place]
            if events[write].transaction != events[read].transaction { return write }
            place += 1
        }
        return nil
    }
}
