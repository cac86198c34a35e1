/// Executions that leave the usual order a limited number of times, for rising limits.
///
/// Delays: who went goes on while it can, then the next in turn; passing over so many that could go costs as many.
/// Preemptions: only taking the turn from one that could go on costs, one each. Together all executions are seen once the
/// limit no longer cuts anything.
///
/// Sources: Emmi, Qadeer, Rakamaric, *Delay-Bounded Scheduling* (POPL 2011); Musuvathi, Qadeer, *Iterative Context Bounding
/// for Systematic Testing of Multithreaded Programs* (PLDI 2007).
struct BoundedSearch {
    enum Cost {
        case delays, preemptions
    }

    let cost: Cost

    /// - Returns: the last limit. Unless the search was stopped it kept nothing back.
    func run(_ model: Model, _ search: inout Search) -> Int {
        var limit = search.start.map { Int(clamping: $0.walk.first ?? 0) } ?? 0
        while true {
            var walk = BoundedWalk(model, cost, limit)
            walk.run(&search)
            search.start = nil
            if search.isOver || !walk.wasCut { return limit }
            limit += 1
        }
    }
}

/// One round of it: depth first, with the rest of the limit at each depth.
private struct BoundedWalk: ~Copyable {
    private let model: Model
    private let cost: BoundedSearch.Cost
    private var stepper: Stepper
    private var path: Path
    private var left: [Int] = []
    private(set) var wasCut = false
    private let limit: Int

    init(_ model: Model, _ cost: BoundedSearch.Cost, _ limit: Int) {
        self.model = model
        self.cost = cost
        self.limit = limit
        stepper = Stepper(model)
        path = Path(words: stepper.words)
    }

    mutating func run(_ search: inout Search) {
        var untilLook = 256
        if let start = search.start, restore(start.walk, &search) {
            search.resume(start)
            // The look at which it was written down is over.
            untilLook += 1
        } else {
            begin()
            if stepper.enabled == 0 { end(&search) }
        }
        while path.depth > 0 {
            untilLook -= 1
            if untilLook == 0 {
                untilLook = 256
                if !search.mayGoOn(stand) { return }
            }
            let place = path.depth - 1
            stepper.restore(path.top)
            if path.actions[place] == 0 {
                let slots = path.slots[place]
                if slots == 0 {
                    path.pop()
                    continue
                }
                let slot = slots.trailingZeroBitCount
                path.slots[place] = slots & (slots - 1)
                path.actions[place] = stepper.actions(slot)
                path.choices[place] = Choice(UInt8(slot))
            }
            if search.executions >= search.limits.executions, !search.mayGoOn(stand) { return }
            let actions = path.actions[place]
            path.actions[place] = actions & (actions - 1)
            let slot = Int(path.choices[place].delivery)
            let action = Action(rawValue: UInt8(actions.trailingZeroBitCount)) ?? .goOn
            path.choices[place] = Choice(UInt8(slot), action)
            let rest = left[place] - price(of: slot, stepper.enabled, last(place))
            step(slot, action, &search)
            search.steps += 1
            note(place, &search)
            if search.isOver { return }
            push(left: rest, last: slot)
            search.longest = max(search.longest, path.depth - 1)
            if stepper.overflows || path.depth > model.bounds.steps && stepper.enabled != 0 {
                stepper.overflows = false
                search.cut += 1
                path.slots[path.depth - 1] = 0
                search.log?.finish()
            } else if stepper.enabled == 0 {
                end(&search)
                if search.isOver { return }
            }
        }
    }

    private func last(_ place: Int) -> Int {
        place == 0 ? -1 : Int(path.choices[place - 1].delivery)
    }

    private func price(of slot: Int, _ enabled: UInt64, _ last: Int) -> Int {
        switch cost {
        case .preemptions:
            return last >= 0 && slot != last && enabled & 1 << UInt64(last) != 0 ? 1 : 0
        case .delays:
            // Those from the last one on, round, up to the one that is taken.
            let start = max(0, last)
            let turned = enabled >> UInt64(start) | (start == 0 ? 0 : enabled << UInt64(64 - start))
            let place = (slot - start + 64) & 63
            return (turned & ((1 << UInt64(place)) - 1)).nonzeroBitCount
        }
    }

    private mutating func push(left rest: Int, last: Int) {
        let enabled = stepper.enabled
        var affordable: UInt64 = 0
        var slots = enabled
        while slots != 0 {
            let slot = slots.trailingZeroBitCount
            slots &= slots - 1
            if price(of: slot, enabled, last) <= rest {
                affordable |= 1 << UInt64(slot)
            } else {
                wasCut = true
            }
        }
        path.push(stepper.state, affordable, 0)
        if left.count < path.depth { left.append(rest) } else { left[path.depth - 1] = rest }
    }

    private func note(_ place: Int, _ search: inout Search) {
        var rest = stepper.broken
        while rest != 0 {
            if let finding = Finding.named(rest & ~(rest - 1)) {
                search.note(finding, Array(path.choices[...place]))
            }
            rest &= rest - 1
        }
    }

    private func end(_ search: inout Search) {
        search.executions += 1
        search.log?.finish()
        search.noteEnd(StateSet.digest(stepper.state, stepper.words))
        if let finding = stepper.findingAtEnd() { search.note(finding, path.taken) }
    }

    private mutating func step(_ slot: Int, _ action: Action, _ search: inout Search) {
        if search.log != nil {
            search.log?.begin(path.depth - 1, slot, action, of: stepper.actions(slot), stepper)
        }
        stepper.step(slot, action)
        search.log?.end(
            Touched(reads: stepper.reads, writes: stepper.writes, adds: stepper.adds))
    }

    // MARK: Going on later

    /// In front of the first step.
    private mutating func begin() {
        while path.depth > 0 { path.pop() }
        wasCut = false
        stepper.reset()
        push(left: limit, last: -1)
    }

    /// The limit and the path, with what is left at each depth.
    private var stand: [UInt64] {
        var numbers = [UInt64(limit), wasCut ? 1 : 0, UInt64(path.depth)]
        for place in 0..<path.depth {
            let choice = path.choices[place]
            numbers += [
                path.slots[place], UInt64(path.actions[place]), UInt64(choice.delivery),
                UInt64(choice.action.rawValue),
            ]
        }
        return numbers
    }

    /// Takes the path of ``stand`` again.
    ///
    /// - Returns: false where the numbers are of another model.
    private mutating func restore(_ stand: [UInt64], _ search: inout Search) -> Bool {
        begin()
        var reader = NumberReader(stand)
        guard reader.whole() == limit else { return false }
        let wasCut = reader.next() == 1
        let depth = reader.whole()
        guard (1...model.bounds.steps + 1).contains(depth) else { return false }
        for place in 0..<depth {
            path.slots[place] = reader.next()
            path.actions[place] = Actions(truncatingIfNeeded: reader.next())
            let slot = reader.whole()
            guard (0..<stepper.slotCount).contains(slot),
                let action = Action(rawValue: UInt8(clamping: reader.whole()))
            else { return false }
            path.choices[place] = Choice(UInt8(slot), action)
            if place == depth - 1 { break }
            guard stepper.enabled & 1 << UInt64(slot) != 0,
                stepper.actions(slot) & action.bit != 0
            else { return false }
            let rest = left[place] - price(of: slot, stepper.enabled, last(place))
            step(slot, action, &search)
            push(left: rest, last: slot)
        }
        self.wasCut = wasCut
        return reader.isOver
    }
}
