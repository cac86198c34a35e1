import Checking

extension Interleaving {
    /// The timeline of what happened in an execution that the caller has, up to the break.
    ///
    /// - Parameters:
    ///   - entries: in order, each at a time of its own. All of them are shown while there are no more than
    ///     ``mostShown``.
    ///   - isOfOrder: whether two steps in another order would not have broken it.
    ///   - origin: what made it, in words.
    package init?(
        _ violation: Violation, _ entries: [TraceEntry], _ names: SiteNames, isOfOrder: Bool,
        origin: String
    ) {
        guard let place = violation.place else { return nil }
        var slice = Slice(violation, place, isWhole: entries.count <= Self.mostShown)
        for entry in entries { slice.see(entry) }
        let attempts = slice.attempts()
        guard !attempts.isEmpty || !slice.transport.isEmpty else { return nil }
        var builder = TimelineBuilder(violation, place, names, isOfOrder: isOfOrder)
        builder.add(attempts, slice.transport)
        timeline = builder.finished(origin, leftOut: slice.leftOut, advises: false)
    }

    /// Entries of an execution that is shown whole.
    private static let mostShown = 200
}

extension Violation {
    package init(
        _ invariant: Invariant, timeNs: Int64, witness: String, by entry: TraceEntry,
        other: Int64? = nil, beganNs: Int64, _ names: SiteNames
    ) {
        self.init(
            invariant: invariant, timeNs: timeNs, witness: witness,
            place: Place(
                object: entry.footprint.map(names.object), footprint: entry.footprint,
                key: entry.key, messages: [entry.message] + (other.map { [$0] } ?? []),
                actor: entry.actor, worker: "\(names.unit(entry.unit))#\(entry.actor)",
                attempt: entry.attempt, beganNs: beganNs))
    }
}

extension TraceEntry {
    package init(
        _ what: What, timeNs: Int64, actor: Int32, unit: Int32, message: Int64, key: Int32,
        attempt: Int32 = 0, footprint: Footprint? = nil, value: Int64 = 0, version: Int64 = 0
    ) {
        self.init(
            timeNs: timeNs, what: what, actor: actor, unit: unit, message: message, key: key,
            attempt: attempt, footprint: footprint, value: value, version: version)
    }
}

extension Footprint {
    package static func made(
        _ kind: Kind, _ table: Int32, _ entity: Int32, _ access: Access
    ) -> Footprint {
        Footprint(kind, table, entity, access)
    }
}
