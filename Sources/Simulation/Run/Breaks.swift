/// The first time that an invariant was broken, as it was when it happened.
struct Break {
    var timeNs: Int64
    var beganNs: Int64
    var footprint: Footprint?
    var key: Int32
    var actor: Int32
    var unit: Int32
    var attempt: Int32
    var message: Int64
    /// Another message that takes part; -1: none that is known.
    var other: Int64
    /// What was seen, as the invariant says.
    var value: Int64
    var bound: Int64
}

extension Invariant {
    /// Its place in a set. Inlinable: it stands in the innermost loop of the searches of another module.
    @inlinable package var bit: UInt16 {
        switch self {
        case .noOversell: 1
        case .noLostUpdate: 2
        case .exactlyOnceEffect: 4
        case .fifoPerKey: 8
        case .conservation: 16
        case .mutualExclusion: 32
        case .allHandledOrDead: 64
        case .boundedStaleness: 128
        }
    }
}

extension Simulator {
    /// Keeps the first break of an invariant that the topology asks for. What nobody asks for may be broken by
    /// every message.
    @inline(never)
    mutating func noteBreak(
        _ invariant: Invariant, _ process: Int32, _ footprint: Footprint?, other: Int64 = -1,
        value: Int64 = 0, bound: Int64 = 0
    ) {
        guard unbroken & invariant.bit != 0 else { return }
        unbroken &= ~invariant.bit
        let row = processes[process]
        let message = row.message >= 0 ? messages[row.message] : Message(number: -1)
        breaks[invariant] = Break(
            timeNs: now, beganNs: row.began, footprint: footprint, key: message.key,
            actor: process, unit: row.unit, attempt: row.attempt & Self.attemptBits,
            message: message.number,
            other: other, value: value, bound: bound)
    }

    /// What did not hold, in the topology's order.
    func violations() -> [Violation] {
        let names = SiteNames(program)
        return program.topology.invariants.compactMap { invariant in
            if invariant == .allHandledOrDead { return unfinished(names) }
            guard let first = breaks[invariant] else { return nil }
            let place = place(first, names)
            return Violation(
                invariant: invariant, timeNs: first.timeNs,
                witness: words(invariant, first, place), place: place)
        }
    }

    private func place(_ first: Break, _ names: SiteNames) -> Violation.Place {
        Violation.Place(
            object: first.footprint.map(names.object), footprint: first.footprint,
            key: first.key, messages: [first.message] + (first.other < 0 ? [] : [first.other]),
            actor: first.actor, worker: "\(names.unit(first.unit))#\(first.actor)",
            attempt: first.attempt, beganNs: first.beganNs)
    }

    private func words(
        _ invariant: Invariant, _ first: Break, _ place: Violation.Place
    ) -> String {
        let who = "message \(SiteNames.short(first.message)) (\(place.worker))"
        let object = place.object ?? "key \(first.key)"
        func total(_ path: KeyPath<Counts, Int>) -> Int { result.total(path) }
        switch invariant {
        case .noOversell:
            return "\(object): \(who) gave out \(first.value) in all, where \(first.bound) were "
                + "there; \(total(\.oversells)) such stores in all"
        case .noLostUpdate:
            return "\(object): \(who) computed from version \(first.bound) and stored over "
                + (first.value - first.bound == 1
                    ? "one that it" : "\(first.value - first.bound) that it")
                + " had not seen; "
                + "\(total(\.overwrites)) such stores in all"
        case .exactlyOnceEffect:
            let which = SiteNames.attempt(first.attempt).map { ", \($0)," } ?? ""
            return "\(object): \(who)\(which) repeated what an earlier attempt had done; "
                + "\(total(\.repeatedEffects) + total(\.repeatedStores)) in all"
        case .mutualExclusion:
            let what =
                first.value > 0
                ? "got the lock beside \(first.value) other inside"
                : "stored after its lease had ended"
            return "\(object): \(who) \(what); \(total(\.overlaps)) holders beside another, "
                + "\(total(\.storesAfterExpiry)) stores after a lease's end in all"
        case .fifoPerKey:
            return "key \(first.key): \(who) was done after message "
                + "\(SiteNames.short(first.other)), which came later; "
                + "\(total(\.inversions)) such messages in all"
        case .allHandledOrDead, .conservation, .boundedStaleness: return ""
        }
    }

    /// Judged where nothing more comes and nothing goes wrong any more.
    private func unfinished(_ names: SiteNames) -> Violation? {
        let lost = result.total(\.lost)
        if lost > 0 && program.topology.delivery != .atMostOnce {
            return Violation(
                invariant: .allHandledOrDead, timeNs: now,
                witness: "\(lost) messages committed and never carried out", place: nil)
        }
        let undone =
            result.neverCarriedOut
            + messages.inUse().count { messages[$0].isSettled && wasNeverCarriedOut($0) }
        if undone > 0 && program.topology.delivery != .atMostOnce {
            return Violation(
                invariant: .allHandledOrDead, timeNs: now,
                witness: "\(undone) messages done as repeats of attempts that carried nothing out",
                place: nil)
        }
        if result.refusedPublished > 0 && program.topology.delivery != .atMostOnce {
            return Violation(
                invariant: .allHandledOrDead, timeNs: now,
                witness: "\(result.refusedPublished) published messages refused by a full queue",
                place: nil)
        }
        let dropped = result.total(\.dropped)
        if dropped > 0 && program.topology.delivery != .atMostOnce {
            return Violation(
                invariant: .allHandledOrDead, timeNs: now,
                witness: "\(dropped) messages dropped by the plan of their topic", place: nil)
        }
        if let standstill = result.standstill {
            return Violation(
                invariant: .allHandledOrDead, timeNs: now,
                witness: "\(result.leftOver) messages left over: \(standstill.words)", place: nil)
        }
        if let deadlock = result.deadlock {
            return Violation(
                invariant: .allHandledOrDead, timeNs: deadlock.timeNs,
                witness: "\(result.leftOver) messages left over: \(deadlock.words)", place: nil)
        }
        let isDrained = horizon == Int64.max || (openSources == 0 && faultsAreOver)
        // What lies in a dead-letter queue is no longer on its way.
        guard !isOver && isDrained && result.leftOver > parked else { return nil }
        let left = messages.inUse().filter { !messages[$0].isSettled && !messages[$0].isParked }
        let numbers = left.map { SiteNames.short(messages[$0].number) }.sorted()
        let shown = numbers.prefix(5).map { "\($0)" }.joined(separator: ", ")
        let more = numbers.count > 5 ? " and \(numbers.count - 5) more" : ""
        return Violation(
            invariant: .allHandledOrDead, timeNs: now,
            witness: "\(left.count) messages left over: \(shown)\(more)", place: nil)
    }
}

extension Simulator {
    /// An attempt at a message came to its end.
    @inline(never)
    mutating func noteEnd(_ process: Int32, of message: Int32) {
        let origin = messages[message].origin
        if processes[process].isRepeat {
            processes[process].isRepeat = false
            messages[origin].endedAsRepeat = true
        } else {
            messages[origin].endedByItself = true
        }
    }

    /// Whether a message is done because an attempt took it for a repeat, though the attempt before had noted its key
    /// and carried out nothing. One that was published again may well be a repeat of the first, which is judged itself.
    func wasNeverCarriedOut(_ message: Int32) -> Bool {
        messages[message].endedAsRepeat && !messages[message].endedByItself
            && !messages[message].isPublishedAgain && messages[message].origin == message
            && messages[message].deeds == 0
            && hasDeeds[readers[Int(messages[message].queue)]]
    }
}

extension Simulator {
    /// An effect, a store that changes something, or a publication: it may be done once for a message.
    @inline(__always)
    mutating func noteDeed(_ process: Int32, _ operation: Operation, _ footprint: Footprint) {
        let message = processes[process].message
        let origin = messages[message].origin
        if messages[origin].deeds & operation.deed != 0 {
            noteRepeat(process, operation, footprint)
        }
        messages[origin].deeds |= operation.deed
    }

    @inline(never)
    private mutating func noteRepeat(
        _ process: Int32, _ operation: Operation, _ footprint: Footprint
    ) {
        if operation.code == .store {
            counts[side(process)].repeatedStores += 1
        } else {
            counts[side(process)].repeatedEffects += 1
        }
        let isTransports = messages[processes[process].message].isRedelivered
        if program.topology.delivery != .atLeastOnce && isTransports { return }
        noteBreak(.exactlyOnceEffect, process, footprint)
    }

    @inline(never)
    mutating func noteOverwrite(_ process: Int32, _ operation: Operation, _ entity: Entity) {
        counts[side(process)].overwrites += 1
        let key = messages[processes[process].message].key
        let register = Int(process) * registers + Int(operation.register)
        noteBreak(
            .noLostUpdate, process, Footprint(.entity, operation.object, key, .write),
            value: entity.version, bound: versions[register])
    }

    @inline(never)
    mutating func noteOversell(_ process: Int32, _ operation: Operation, _ entity: Entity) {
        counts[side(process)].oversells += 1
        let key = messages[processes[process].message].key
        noteBreak(
            .noOversell, process, Footprint(.entity, operation.object, key, .write),
            value: -entity.accepted &- processes[process].change, bound: operation.stock)
    }

    @inline(never)
    mutating func noteInversion(_ process: Int32, after later: Int64) {
        noteBreak(.fifoPerKey, process, nil, other: later)
    }
}
