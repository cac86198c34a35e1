import Perturbation
import Simulation

/// What one run of a simulation came to, for people and for programs.
public struct RunReport {
    private let result: RunResult

    public init(_ result: RunResult) { self.result = result }

    public var text: String {
        let counts = result.measured
        let isSpread = result.sojourn.count > 0 && result.endToEnd != result.sojourn
        var pairs: [(String, String)] = [
            ("strategy", result.strategy.rawValue),
            ("seed", result.seed),
            (
                "messages",
                "\(counts.messages) measured, \(result.warmUp.messages) before them\(cut)"
            ),
            ("time", Figures.time(Double(result.endNs))),
            (
                "goodput",
                "\(Figures.number(result.goodput))/s, "
                    + "\(Figures.number(result.attemptRate)) attempts/s"
                    + (isSpread ? "; a published message is one more" : "")
            ),
        ]
        if counts.copies > 0 { pairs.append(("copies", "\(counts.copies)")) }
        if counts.refused > 0 {
            pairs.append(("refused", Figures.share(counts.refused, of: counts.messages)))
        }
        if counts.messages == 0 {
            pairs.append(
                (
                    "measured",
                    "nothing: no message came after the warm-up, so no figure of this run means "
                        + "anything; make it longer (--messages, --time) or `run.warmUp` shorter"
                ))
        }
        if result.sojourn.count > 0 {
            pairs.append(
                (
                    "latency",
                    latency(result.sojourn, result.histogram)
                        + (isSpread ? "; of each message by itself" : "")
                ))
            if isSpread {
                pairs.append(
                    (
                        "end to end",
                        latency(result.endToEnd, result.endToEndHistogram)
                            + "; from a source's message to the end of the last one published because of it"
                    ))
            }
            pairs.append(("waiting", "\(Figures.time(result.wait.mean)) a delivery"))
            pairs.append(("present", "\(Figures.number(result.meanPresent)) messages on average"))
        }
        if result.unended > 0 {
            pairs.append(
                (
                    "not in it",
                    "\(result.unended) messages (\(Figures.share(result.unended, of: counts.messages)) of those "
                        + "measured) that were under way at the end, the oldest for "
                        + Figures.time(Double(result.oldestNs))
                ))
        }
        pairs.append(("attempts", attempts))
        pairs += failures + workers + effects + stores
        pairs.append(("events", "\(result.events)"))
        pairs.append(("fingerprint", "\(result.fingerprint)"))
        var text = TextTable.pairs(pairs)
        if result.handlers.count > 1 { text += "\n" + HandlerTable(result.handlers).table.text }
        for violation in result.broken {
            text += "broken: \(violation.invariant.rawValue): \(violation.witness)\n"
        }
        return text
    }

    private var cut: String {
        switch result.cut {
        case .share: " (a share that is set; not cut by MSER-5)"
        case .settled: " (cut by MSER-5)"
        case .unsettled: "; MSER-5 found no cut: the run is too short, its start is measured too"
        }
    }

    /// Who waited for whom, and how work was shared out.
    private var workers: [(String, String)] {
        var pairs: [(String, String)] = []
        if result.workers > 0 && result.load.count > 0 {
            pairs.append(
                (
                    "workers",
                    "\(Figures.share(result.utilisation)) busy; the busiest "
                        + "\(Figures.number(result.imbalance)) times the mean, "
                        + "CV \(Figures.number(result.loadVariation))"
                ))
        }
        if result.ownKeyWait.count > 0 {
            pairs.append(
                (
                    "in line",
                    "\(Figures.number(result.meanInLine)) messages on average; behind one's own key "
                        + "\(Figures.time(result.ownKeyWait.mean)), behind another "
                        + "\(Figures.time(result.otherKeyWait.mean)) each"
                ))
        }
        if result.blockedNs > 0 {
            pairs.append(("for locks", "\(Figures.share(result.blockedShare)) of busy time"))
        }
        if result.slotWaitNs > 0 {
            pairs.append(("in slots", "\(Figures.share(result.slotWaitShare)) of busy time"))
        }
        if result.recovery.count > 0 {
            pairs.append(
                (
                    "recovery",
                    "\(Figures.time(result.recovery.mean)) after a crash on average, "
                        + "\(Figures.time(Double(result.recovery.greatest))) at most"
                ))
        }
        return pairs
    }

    private func latency(_ times: Tally, _ histogram: Histogram) -> String {
        let quantiles = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("p99.9", 0.999)]
        let parts = quantiles.compactMap { name, share in
            histogram.quantile(share).map { "\(name) \(Figures.time($0))" }
        }
        return (["mean \(Figures.time(times.mean))"] + parts).joined(separator: ", ")
    }

    private var attempts: String {
        let counts = result.measured
        let done = max(1, counts.messages + counts.copies)
        let mean = Figures.number(Double(counts.attempts) / Double(done))
        return "\(mean) a message, \(result.mostAttempts) at most"
    }

    private var failures: [(String, String)] {
        let counts = result.measured
        let named: [(String, Int)] = [
            ("conflicts", counts.conflicts), ("timeouts", counts.timeouts),
            ("faults", counts.faults), ("late acks", counts.lateAcks), ("killed", counts.killed),
            ("after the end", counts.stray), ("under way", result.underWay),
        ]
        var pairs = named.filter { $0.1 > 0 }.map { name, count in
            (name, "\(count), \(Figures.share(count, of: counts.attempts)) of attempts")
        }
        let ends: [(String, Int)] = [
            ("dead letters", counts.deadLetters), ("of them by conflict", counts.deadByConflict),
            ("discarded", counts.discarded),
            ("rejected", counts.rejected), ("duplicates", counts.duplicates),
        ]
        pairs += ends.filter { $0.1 > 0 }.map { name, count in
            (
                name,
                "\(count), \(Figures.share(count, of: counts.messages + counts.copies)) of messages"
            )
        }
        if counts.inversions > 0 { pairs.append(("out of order", "\(counts.inversions)")) }
        if counts.lateStarts > 0 {
            pairs.append(
                (
                    "begun too late",
                    "\(counts.lateStarts): held ahead for longer than the broker waits, so delivered again"
                ))
        }
        if result.faultsInVain > 0 {
            pairs.append(
                (
                    "in vain",
                    "\(result.faultsInVain) of the faults struck 10000 times with nothing done in between, and "
                        + "then no more: times and rates are those of the standstill before"
                ))
        }
        if let standstill = result.standstill {
            pairs.append(("stands still", "\(standstill.words); \(standstill.remedy)"))
        }
        if let deadlock = result.deadlock {
            pairs.append(
                ("deadlock", "at \(Figures.time(Double(deadlock.timeNs))): \(deadlock.words)"))
        }
        if counts.deadLettered > 0 {
            pairs.append(
                (
                    "to dead letters",
                    "\(counts.deadLettered) times, \(counts.redriven) moved back, "
                        + "\(result.parked) lie there at the end"
                ))
        }
        if result.leftOver > 0 {
            let share = Figures.share(result.leftOverShare)
            pairs.append(("left over", "\(result.leftOver), \(share) of all messages"))
        }
        return pairs
    }

    private var effects: [(String, String)] {
        let counts = result.measured
        guard counts.effects > 0 else { return [] }
        let mean = Figures.number(Double(counts.effects) / Double(max(1, counts.messages)))
        return [("effects", "\(mean) a message, \(counts.repeatedEffects) repeated")]
    }

    private var stores: [(String, String)] {
        let counts = result.measured
        var pairs: [(String, String)] = []
        if counts.stores > 0 {
            pairs.append(
                (
                    "stores",
                    "\(counts.stores), stale \(counts.staleStores) "
                        + "(\(Figures.share(counts.staleStores, of: counts.stores)))"
                ))
        }
        if counts.grants > 0 {
            pairs.append(
                (
                    "locks",
                    "\(counts.grants) given, \(counts.overlaps) beside another holder, "
                        + "\(counts.storesAfterExpiry) stores after a lease's end, "
                        + "\(counts.fenced) fenced off"
                ))
        }
        for store in result.stores {
            pairs.append(
                (
                    store.name,
                    "\(store.initial) at first, \(store.final) at the end; "
                        + "lost \(store.lost), oversold \(store.oversold)"
                ))
        }
        return pairs
    }

    /// - Parameter anomalies: nil: nobody looked for them.
    public func json(anomalies: AnomalyReport?) -> JSONValue {
        guard let anomalies, let members = json.members else { return json }
        return .object(members + [JSONValue.Member("anomalies", anomalies.json)])
    }

    public var json: JSONValue {
        let counts = result.measured
        let integers: [(String, Int)] = [
            ("messages", counts.messages), ("copies", counts.copies),
            ("refused", counts.refused), ("deliveries", counts.deliveries),
            ("attempts", counts.attempts), ("commits", counts.commits),
            ("rejected", counts.rejected), ("duplicates", counts.duplicates),
            ("conflicts", counts.conflicts), ("timeouts", counts.timeouts),
            ("faults", counts.faults), ("late_acks", counts.lateAcks),
            ("late_starts", counts.lateStarts), ("killed", counts.killed),
            ("stray", counts.stray), ("under_way", result.underWay),
            ("dead_letters", counts.deadLetters), ("discarded", counts.discarded),
            ("stores", counts.stores), ("stale_stores", counts.staleStores),
            ("fenced", counts.fenced), ("grants", counts.grants),
            ("overlaps", counts.overlaps), ("stores_after_expiry", counts.storesAfterExpiry),
            ("effects", counts.effects), ("repeated_effects", counts.repeatedEffects),
            ("inversions", counts.inversions), ("dead_lettered", counts.deadLettered),
            ("redriven", counts.redriven),
        ]
        return .members([
            ("strategy", .string(result.strategy.rawValue)),
            ("seed", .string(result.seed)),
            ("fingerprint", .string("\(result.fingerprint)")),
            ("events", .number(result.events)),
            ("end_ns", .number(result.endNs)),
            ("measured_from_ns", .number(result.measuredFromNs)),
            ("goodput_per_s", .number("\(result.goodput)")),
            ("latency_ns", Self.times(result.sojourn, result.histogram)),
            ("end_to_end_ns", Self.times(result.endToEnd, result.endToEndHistogram)),
            ("wait_ns", Self.whole(result.wait.mean)),
            (
                "figures",
                .members(
                    Figure.allCases.map { figure in
                        (figure.rawValue, figure.value(result).map { .number("\($0)") })
                    })
            ),
            ("left_over", .number(result.leftOver)), ("unended", .number(result.unended)),
            ("oldest_ns", .number(result.oldestNs)), ("stands_still", .bool(result.standsStill)),
            ("parked", .number(result.parked)), ("faults_in_vain", .number(result.faultsInVain)),
            ("counts", .members(integers.map { ($0.0, .number($0.1)) })),
            ("handlers", .array(result.handlers.map(HandlerTable.json))),
            ("stores", .array(result.stores.map(Self.store))),
            ("broken", .array(result.broken.map(Self.violation))),
        ])
    }

    static func times(_ times: Tally, _ histogram: Histogram) -> JSONValue {
        let quantiles = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("p999", 0.999)]
        return .members(
            [("mean", whole(times.mean))]
                + quantiles.map { ($0.0, histogram.quantile($0.1).map(whole)) })
    }

    private static func whole(_ nanoseconds: Double) -> JSONValue {
        .number(Int64(nanoseconds.rounded()))
    }

    private static func store(_ store: RunResult.StoreResult) -> JSONValue {
        .members([
            ("name", .string(store.name)), ("initial", .number(store.initial)),
            ("final", .number(store.final)), ("lost", .number(store.lost)),
            ("oversold", .number(store.oversold)),
        ])
    }

    private static func violation(_ violation: Violation) -> JSONValue {
        .members([
            ("invariant", .string(violation.invariant.rawValue)),
            ("time_ns", .number(violation.timeNs)), ("witness", .string(violation.witness)),
            ("object", violation.place?.object.map { .string($0) }),
            ("worker", violation.place.map { .string($0.worker) }),
            (
                "messages",
                violation.place.map { place in
                    .array(place.messages.map { .number(SiteNames.short($0)) })
                }
            ),
        ])
    }
}
