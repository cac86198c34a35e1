import Simulation

extension Stepper {
    /// What a delivery can do with its turn, as a set of ``Action/bit``.
    mutating func actions(_ slot: Int) -> Actions {
        var actions = Action.goOn.bit
        guard hasFaults || dealsOut else { return actions }
        guard status(slot) == Status.running else {
            return actions | (status(slot) == Status.held ? holdings(slot) : comings(slot))
        }
        guard hasFaults else { return actions }
        let row = row(slot)
        let instruction = instructions + Int(row[Layout.SlotWord.counter])
        let unit = Int(slots[slot].unit)
        let budgets = state + layout.budgets
        if budgets[Budget.crashes.rawValue] > 0 && !isVain(slot) {
            actions |= Action.crash.bit
            if units[unit].commitsByTimer { actions |= Action.crashCommitted.bit }
            if units[unit].storesLand && instruction.pointee.code == .store
                && row[Layout.SlotWord.back] == 0 && spare(slots[slot].message) >= 0
            {
                actions |= Action.crashLanding.bit
            }
        }
        if budgets[Budget.redeliveries.rawValue] > 0 {
            actions |= redeliveries(slot, instruction.pointee)
        }
        if budgets[Budget.rebalances.rawValue] > 0 && units[unit].moves && units[unit].groups > 1
            && has(slot, Flag.current)
        {
            actions |= Action.rebalance.bit
        }
        if budgets[Budget.timeouts.rawValue] > 0 && instruction.pointee.isTimed
            && (instruction.pointee.code == .load || instruction.pointee.code == .store)
        {
            actions |= Action.timeOut.bit
        }
        if budgets[Budget.evictions.rawValue] > 0 && units[unit].moves && has(slot, Flag.current) {
            actions |= Action.evict.bit
        }
        if budgets[Budget.expiries.rawValue] > 0 { actions |= expiries(slot, instruction.pointee) }
        if budgets[Budget.failures.rawValue] > 0 {
            switch instruction.pointee.code {
            case .fail where instruction.pointee.first == .maybe: actions |= Action.fail.bit
            case .call:
                if instruction.pointee.first != .never { actions |= Action.loseRequest.bit }
                if instruction.pointee.second != .never { actions |= Action.loseReply.bit }
            default: break
            }
            if row[Layout.SlotWord.back] != 0 && mayGiveUp(slot) { actions |= Action.giveUp.bit }
        }
        return actions
    }

    /// Whether nothing can go wrong any more.
    var isFaultless: Bool {
        guard hasFaults else { return true }
        return Budget.allCases.indices.allSatisfy { state[layout.budgets + $0] == 0 }
    }

    private func redeliveries(_ slot: Int, _ instruction: Instruction) -> Actions {
        var actions: Actions = 0
        let unit = Int(slots[slot].unit)
        let isOpen =
            has(slot, Flag.current) && !has(slot, Flag.back)
            && message(slots[slot].message)[Layout.MessageWord.flags] & MessageFlag.settled == 0
        if isOpen && spare(slots[slot].message) >= 0 { actions |= Action.redeliver.bit }
        if isOpen && instruction.code == .end && row(slot)[Layout.SlotWord.back] == 0
            && !units[unit].keepsPositions && !units[unit].moves
        {
            actions |= Action.loseAck.bit
        }
        return actions
    }

    /// What else can come of a message that is on its way.
    private func comings(_ slot: Int) -> Actions {
        guard status(slot) == Status.coming else { return 0 }
        if has(slot, Flag.maybe) {
            return state[layout.budgets + Budget.duplicates.rawValue] > 0
                ? Action.duplicate.bit : 0
        }
        return (mayComeTwice(slot) ? Action.twice.bit : 0)
            | (canGoElsewhere(slot) ? Action.dealElsewhere.bit : 0)
    }

    /// Whether who brings a published message may do so once more.
    private func mayComeTwice(_ slot: Int) -> Bool {
        let message = model.program.messages[Int(slots[slot].message)]
        return message.publisher >= 0 && !has(slot, Flag.copy)
            && instructions[Int(message.publisher)].first != .never
            && state[layout.budgets + Budget.redeliveries.rawValue] > 0
            && spare(slots[slot].message) >= 0
    }

    private func expiries(_ slot: Int, _ instruction: Instruction) -> Actions {
        var actions: Actions = 0
        let held = row(slot)[Layout.SlotWord.held]
        if held != 0 {
            for (place, action) in Action.expiries.enumerated() where lease(slot, place) >= 0 {
                actions |= action.bit
            }
        }
        if instruction.code == .lookUp || instruction.code == .effect && instruction.register >= 0
            || instruction.code == .note
        {
            let inbox = instruction.code == .effect ? instruction.register : instruction.object
            if model.program.inboxes[Int(inbox)].window != nil && isKnown(slot, inbox) {
                actions |= Action.forget.bit
            }
        }
        return actions
    }

    /// One step.
    ///
    /// - Parameter action: one of those that `actions` offers.
    mutating func step(_ slot: Int, _ action: Action = .goOn) {
        (reads, writes, adds, broken) = (0, 0, 0, 0)
        clock += 1_000_000_000
        if let budget = action.budget { word(layout.budgets + budget.rawValue).pointee -= 1 }
        if has(slot, Flag.maybe) && status(slot) == Status.coming {
            return decideAgain(slot, comes: action == .duplicate)
        }
        writes |= slots[slot].messageBit
        reads |= slots[slot].unitBit
        if status(slot) == Status.held { return comeFromWindow(slot, action) }
        if status(slot) == Status.coming {
            if action == .dealElsewhere { return goElsewhere(slot) }
            if action == .twice {
                announce(slot, .again)
                send(slots[slot].message, later: true)
            }
            return arrive(slot)
        }
        if status(slot) == Status.landing { return land(slot) }
        switch action {
        case .goOn, .fail, .loseRequest, .loseReply, .twice, .duplicate, .drop, .corrupt,
            .dealElsewhere:
            carryOut(slot, action)
        case .timeOut:
            word(slotBase + slot * slotWords + Layout.SlotWord.counter).pointee += 1
            tell(slot, .timeOut)
            settle(slot, .failed(.timeout))
        case .evict: evict(slot)
        case .giveUp: timeOutCall(slot)
        case .forget:
            forget(slot)
            carryOut(slot, .goOn)
        case .crash: crash(slot, commits: false)
        case .crashCommitted: crash(slot, commits: true)
        case .crashLanding: crashLanding(slot)
        case .redeliver: redeliver(slot)
        case .loseAck: loseAck(slot)
        case .rebalance: rebalance(slot)
        case .expire: expire(slot, 0)
        case .expireSecond: expire(slot, 1)
        case .expireThird: expire(slot, 2)
        case .expireFourth: expire(slot, 3)
        }
    }

    /// What becomes of a delivery after an operation.
    enum Outcome {
        case goOn
        case waits
        case ended
        case failed(FailureKind)
    }

    private mutating func carryOut(_ slot: Int, _ action: Action) {
        let row = row(slot)
        let instruction = instructions + Int(row[Layout.SlotWord.counter])
        row[Layout.SlotWord.counter] += 1
        let outcome: Outcome
        switch instruction.pointee.code {
        case .load: outcome = load(slot, instruction)
        case .store: outcome = store(slot, instruction)
        case .effect: outcome = effect(slot, instruction)
        case .lookUp: outcome = lookUp(slot, instruction)
        case .note: outcome = note(slot, instruction)
        case .acquire: outcome = acquire(slot, instruction)
        case .release: outcome = release(slot, instruction)
        case .publish: outcome = publish(slot, instruction)
        case .call: outcome = call(slot, instruction, action)
        case .commit: outcome = commitPosition(slot, instruction)
        case .fail:
            let fails = action == .fail || failsAlways(slot, instruction)
            if fails { tell(slot, .fail) }
            outcome = fails ? .failed(.fault) : .goOn
        case .end: return end(slot)
        case .think, .check, .change, .carriedOut: outcome = .goOn
        }
        settle(slot, outcome)
    }

    /// Goes on to the next operation that others can see.
    @inline(__always)
    mutating func settle(_ slot: Int, _ outcome: Outcome) {
        switch outcome {
        case .goOn: runSilently(slot)
        case .waits: break
        case .ended: endEarly(slot)
        case .failed(let kind) where row(slot)[Layout.SlotWord.back] == 0: fail(slot, kind)
        case .failed:
            endService(slot, fails: true)
            fail(slot, has(slot, Flag.replyIsLost) ? .timeout : .fault)
        }
    }

    /// Operations that nobody else can tell from their not having happened yet.
    mutating func runSilently(_ slot: Int) {
        let row = row(slot)
        while true {
            let instruction = instructions + Int(row[Layout.SlotWord.counter])
            switch instruction.pointee.code {
            case .think: break
            case .change:
                if instruction.pointee.beginsAnew { registers(slot)[0] = 0 }
                registers(slot)[0] &+= Int32(truncatingIfNeeded: instruction.pointee.amount)
                tell(slot, .change, nil, registers(slot)[0])
            case .check:
                let value = registers(slot)[1 + 2 * Int(instruction.pointee.register)]
                tell(slot, .check, nil, value)
                if Int64(value) < instruction.pointee.amount {
                    row[Layout.SlotWord.counter] += 1
                    tell(slot, .reject, nil, value)
                    return endEarly(slot)
                }
            case .carriedOut: carriedOut(slot)
            case .commit where instruction.pointee.isAtOnce:
                _ = commitPosition(slot, instruction)
            case .publish where instruction.pointee.isAtOnce: _ = publish(slot, instruction)
            case .fail:
                if failsAlways(slot, instruction) { return }
                if instruction.pointee.first == .maybe && hasFaults { return }
            case .end:
                if row[Layout.SlotWord.back] != 0 {
                    if endsApart { return }
                    row[Layout.SlotWord.counter] += 1
                    return end(slot)
                }
                guard slots[slot].endsSilently, row[Layout.SlotWord.held] == 0 else { return }
                row[Layout.SlotWord.counter] += 1
                return end(slot)
            default: return
            }
            row[Layout.SlotWord.counter] += 1
        }
    }

    /// A failure is a step of its own, so that no attempt is made of none.
    private func failsAlways(
        _ slot: Int, _ instruction: UnsafeMutablePointer<Instruction>
    ) -> Bool {
        instruction.pointee.first == .always
            || model.program.messages[Int(slots[slot].message)].isPoison
            || message(slots[slot].message)[Layout.MessageWord.flags] & MessageFlag.corrupted != 0
    }

    /// The handler's first operation is next.
    mutating func startAttempt(_ slot: Int) {
        let row = row(slot)
        row[Layout.SlotWord.counter] = firsts[Int(slots[slot].unit)]
        row[Layout.SlotWord.back] = 0
        row[Layout.SlotWord.token] = 0
        set(slot, Flag.isRepeat, false)
        set(slot, Flag.endsAsRepeat, false)
        clear(row + Layout.SlotWord.registers)
        if layout.tracksConservation { clearSums(slot) }
        setStatus(slot, Status.running)
        tell(slot, .begin)
        runSilently(slot)
    }

    func clear(_ registers: Words) {
        for index in 0..<bank { registers[index] = 0 }
        guard keepsVersions else { return }
        for index in 0..<layout.registers { registers[2 + 2 * index] = -1 }
    }

    // MARK: Services

    /// A service's steps are carried out by the delivery that calls it.
    private mutating func call(
        _ slot: Int, _ instruction: UnsafeMutablePointer<Instruction>, _ action: Action
    ) -> Outcome {
        let isRequestLost = action == .loseRequest || instruction.pointee.first == .always
        tell(slot, .call, nil, isRequestLost ? 1 : 0)
        if isRequestLost {
            tell(slot, .timeOut)
            return .failed(.timeout)
        }
        let row = row(slot)
        let isLost = action == .loseReply || instruction.pointee.second == .always
        set(slot, Flag.replyIsLost, isLost)
        row[Layout.SlotWord.back] = row[Layout.SlotWord.counter]
        row[Layout.SlotWord.registers + 2 * bank] = row[Layout.SlotWord.held]
        let service = model.units.count + Int(instruction.pointee.object)
        row[Layout.SlotWord.counter] = firsts[service]
        clear(row + Layout.SlotWord.registers + bank)
        beginService(slot)
        return .goOn
    }

    /// There is nothing more to do: the steps that are left are passed over.
    private mutating func endEarly(_ slot: Int) {
        guard endsApart else { return end(slot) }
        let counter = row(slot) + Layout.SlotWord.counter
        while instructions[Int(counter.pointee)].code != .end { counter.pointee += 1 }
    }

    /// The attempt is done, or the service that it called.
    mutating func end(_ slot: Int) {
        let row = row(slot)
        guard row[Layout.SlotWord.back] != 0 else { return finish(slot) }
        guard !isLeftBehind(slot) else { return endLeftBehind(slot) }
        releaseAll(slot, but: row[Layout.SlotWord.registers + 2 * bank])
        endService(slot, fails: false)
        row[Layout.SlotWord.counter] = row[Layout.SlotWord.back]
        row[Layout.SlotWord.back] = 0
        if has(slot, Flag.replyIsLost) {
            set(slot, Flag.replyIsLost, false)
            tell(slot, .timeOut)
            return fail(slot, .timeout)
        }
        runSilently(slot)
    }

    // MARK: Telling

    @inline(__always)
    func tell(
        _ slot: Int, _ what: TraceEntry.What, _ footprint: Footprint? = nil, _ value: Int32 = 0,
        _ version: Int32 = 0
    ) {
        if observer != nil { report(slot, what, footprint, Int64(value), Int64(version)) }
    }

    /// What becomes of a message while nobody acts.
    func announce(_ slot: Int, _ what: TraceEntry.What) {
        guard let observer else { return }
        let message = model.program.messages[Int(slots[slot].message)]
        observer(
            TraceEntry(
                what, timeNs: clock, actor: -1, unit: -1, message: message.number,
                key: message.key, attempt: attempts[slot]))
    }

    /// What becomes of a node of a handler.
    func announce(
        _ what: TraceEntry.What, _ unit: Int, node: Int32, partition: Int32 = 0
    ) {
        observer?(
            TraceEntry(
                what, timeNs: clock, actor: -1, unit: Int32(unit), message: -1, key: 0,
                value: Int64(partition), version: Int64(node)))
    }

    @inline(never)
    private func report(
        _ slot: Int, _ what: TraceEntry.What, _ footprint: Footprint?, _ value: Int64,
        _ version: Int64
    ) {
        let message = model.program.messages[Int(slots[slot].message)]
        let isInService = servers[slot] >= 0 && !Self.isOfCaller(what)
        observer?(
            TraceEntry(
                what, timeNs: clock, actor: isInService ? servers[slot] : workers[slot],
                unit: isInService
                    ? Int32(model.units.count + service(of: slot)) : slots[slot].unit,
                message: message.number, key: message.key, attempt: attempts[slot],
                footprint: footprint, value: value, version: version))
    }

    /// Whether it happens to who calls a service, and not in that.
    private static func isOfCaller(_ what: TraceEntry.What) -> Bool {
        [.kill, .redeliver, .lateAck, .call].contains(what)
    }
}
