/// The path of a search with source sets: its steps with their happens-before clocks, and at each depth who is
/// still to be tried and who sleeps.
struct ReducedWalk: ~Copyable {
    /// One step of the path.
    struct Event: BitwiseCopyable {
        var slot: Int32 = 0
        var action = Action.goOn
        var touched = Touched()
    }

    /// What is known at one depth, in front of its step.
    struct Node: BitwiseCopyable {
        var enabled: UInt64 = 0
        var backtrack: UInt64 = 0
        var sleep: UInt64 = 0
        /// The delivery that is tried now, and its actions that are left; -1: none.
        var slot: Int32 = -1
        var actions: Actions = 0
    }

    let model: Model
    var stepper: Stepper
    let count: Int
    let words: Int
    let room: Int
    var nodes: UnsafeMutablePointer<Node>
    var events: UnsafeMutablePointer<Event>
    let states: UnsafeMutablePointer<Int32>
    /// Of the event at each depth: for each delivery one more than the depth of its last step that happens
    /// before.
    let clocks: UnsafeMutablePointer<Int32>
    /// At each depth, for each delivery: one more than the depth of its last step, and of the step that let it go
    /// on.
    let lasts: UnsafeMutablePointer<Int32>
    let enablers: UnsafeMutablePointer<Int32>
    /// At each depth, of each delivery: its actions that sleep, and what each of them would touch.
    let asleep: UnsafeMutablePointer<Actions>
    let sleepers: UnsafeMutablePointer<Touched>
    let kinds = Action.allCases.count
    let digests: UnsafeMutablePointer<UInt64>
    var depth = 0

    init(_ model: Model) {
        self.model = model
        stepper = Stepper(model)
        count = stepper.slotCount
        words = stepper.words
        room = min(model.bounds.steps, 20_000) + 2
        nodes = .allocate(capacity: room)
        events = .allocate(capacity: room)
        states = .allocate(capacity: room * words)
        clocks = .allocate(capacity: room * count)
        lasts = .allocate(capacity: room * count)
        enablers = .allocate(capacity: room * count)
        asleep = .allocate(capacity: room * count)
        sleepers = .allocate(capacity: room * count * kinds)
        digests = .allocate(capacity: room)
        nodes.initialize(repeating: Node(), count: room)
        events.initialize(repeating: Event(), count: room)
    }

    /// In front of the first step.
    mutating func begin() {
        depth = 0
        stepper.reset()
        asleep.initialize(repeating: 0, count: count)
        lasts.initialize(repeating: 0, count: count)
        enablers.initialize(repeating: 0, count: count)
    }

    deinit {
        nodes.deallocate()
        events.deallocate()
        for pointer in [states, clocks, lasts, enablers] { pointer.deallocate() }
        asleep.deallocate()
        sleepers.deallocate()
        digests.deallocate()
    }

    mutating func run(_ search: inout Search, _ judge: (([Choice]) -> Finding?)?) {
        var untilLook = 256
        if let start = search.start, restore(start.walk, &search) {
            search.resume(start)
            // The look at which it was written down is over.
            untilLook += 1
        } else {
            begin()
            enter(&search, judge)
        }
        while true {
            untilLook -= 1
            if untilLook == 0 {
                untilLook = 256
                if !search.mayGoOn(stand) { return }
            }
            guard advance() else {
                if depth == 0 { return }
                depth -= 1
                continue
            }
            if search.executions >= search.limits.executions, !search.mayGoOn(stand) { return }
            take(&search, judge)
            if search.isOver { return }
        }
    }

    /// The next thing to try at this depth: an action of the delivery under way, or another delivery.
    private mutating func advance() -> Bool {
        let node = nodes + depth
        if node.pointee.actions != 0 { return true }
        if node.pointee.slot >= 0 {
            node.pointee.sleep |= 1 << UInt64(node.pointee.slot)
            node.pointee.slot = -1
        }
        let left = node.pointee.backtrack & ~node.pointee.sleep
        guard left != 0 else { return false }
        let slot = left.trailingZeroBitCount
        stepper.restore(states + depth * words)
        node.pointee.slot = Int32(slot)
        node.pointee.actions = stepper.actions(slot) & ~asleep[depth * count + slot]
        return node.pointee.actions != 0 || advance()
    }

    /// Carries out one step, finds the races that it closes, and goes one deeper.
    private mutating func take(_ search: inout Search, _ judge: (([Choice]) -> Finding?)?) {
        let node = nodes + depth
        let slot = Int(node.pointee.slot)
        let actions = node.pointee.actions
        let action = Action(rawValue: UInt8(actions.trailingZeroBitCount)) ?? .goOn
        node.pointee.actions = actions & (actions - 1)
        stepper.restore(states + depth * words)
        let touched = step(slot, action, &search)
        tryStruckFirst(slot, action)
        search.steps += 1
        if stepper.broken != 0 {
            var rest = stepper.broken
            while rest != 0 {
                if let finding = Finding.named(rest & ~(rest - 1)) {
                    search.note(finding, choices(depth + 1))
                }
                rest &= rest - 1
            }
            if search.isOver { return }
        }
        if stepper.overflows || depth + 2 >= room {
            stepper.overflows = false
            search.cut += 1
            return
        }
        passOnSleep(slot, touched)
        // Not by a subscript: see `Stepper.word(_:)`.
        (asleep + (depth * count + slot)).pointee |= action.bit
        sleepers[(depth * count + slot) * kinds + Int(action.rawValue)] = touched
        link(slot, before: node.pointee.enabled)
        depth += 1
        enter(&search, judge)
    }

    /// One step from the state at hand, with its place among those before.
    mutating func step(_ slot: Int, _ action: Action, _ search: inout Search) -> Touched {
        if search.log != nil {
            search.log?.begin(depth, slot, action, of: stepper.actions(slot), stepper)
        }
        stepper.step(slot, action)
        let touched = Touched(
            reads: stepper.reads, writes: stepper.writes, adds: stepper.adds)
        search.log?.end(touched)
        events[depth] = Event(slot: Int32(slot), action: action, touched: touched)
        findRaces(slot, touched)
        return touched
    }

    /// Who is struck by another one's step loses what it was about to do, which may never come again to race with that
    /// step: so it is tried in front of it.
    private func tryStruckFirst(_ slot: Int, _ action: Action) {
        let node = nodes + depth
        let others = node.pointee.enabled & ~(1 << UInt64(slot))
        node.pointee.backtrack |= others & ~stepper.enabled
        guard action != .goOn else { return }
        var rest = others & stepper.enabled
        while rest != 0 {
            let other = rest.trailingZeroBitCount
            rest &= rest - 1
            let place = stepper.slotBase + other * stepper.slotWords
            let (one, two) = (states + (depth * words + place), stepper.state + place)
            if (0..<stepper.slotWords).contains(where: { one[$0] != two[$0] }) {
                node.pointee.backtrack |= 1 << UInt64(other)
            }
        }
    }

    /// Last steps and enablers one deeper.
    func link(_ slot: Int, before: UInt64) {
        let (from, to) = (depth * count, (depth + 1) * count)
        (lasts + to).update(from: lasts + from, count: count)
        (enablers + to).update(from: enablers + from, count: count)
        lasts[to + slot] = Int32(depth + 1)
        var woken = stepper.enabled & ~before
        while woken != 0 {
            enablers[to + woken.trailingZeroBitCount] = Int32(depth + 1)
            woken &= woken - 1
        }
    }

    /// What slept and does not conflict with the step that was taken sleeps on, one deeper.
    private func passOnSleep(_ slot: Int, _ touched: Touched) {
        let (from, to) = (depth * count, (depth + 1) * count)
        for other in 0..<count {
            var kept: Actions = 0
            var rest = other == slot ? 0 : asleep[from + other]
            while rest != 0 {
                let action = rest.trailingZeroBitCount
                rest &= rest - 1
                let sleeper = sleepers[(from + other) * kinds + action]
                if sleeper.conflicts(with: touched) { continue }
                kept |= 1 << Actions(action)
                sleepers[(to + other) * kinds + action] = sleeper
            }
            asleep[to + other] = kept
        }
    }

    /// Deliveries all of whose actions sleep.
    private mutating func sleeping(_ enabled: UInt64) -> UInt64 {
        var sleep: UInt64 = 0
        for slot in 0..<count
        where asleep[depth * count + slot] != 0 && enabled & 1 << UInt64(slot) != 0 {
            if stepper.actions(slot) & ~asleep[depth * count + slot] == 0 {
                sleep |= 1 << UInt64(slot)
            }
        }
        return sleep
    }

    private mutating func enter(_ search: inout Search, _ judge: (([Choice]) -> Finding?)?) {
        let enabled = stepper.enabled
        let sleep = sleeping(enabled)
        stepper.save(to: states + depth * words)
        search.longest = max(search.longest, depth)
        let awake = enabled & ~sleep
        nodes[depth] = Node(
            enabled: enabled, backtrack: firsts(awake), sleep: sleep)
        if enabled == 0 {
            search.executions += 1
            search.log?.finish()
            search.noteEnd(StateSet.digest(stepper.state, words))
            if let finding = stepper.findingAtEnd() { search.note(finding, choices(depth)) }
            if let judge, let finding = judge(choices(depth)) {
                search.note(finding, choices(depth))
            }
        } else if depth >= model.bounds.steps {
            nodes[depth].backtrack = 0
            search.cut += 1
        } else if awake == 0 {
            search.redundant += 1
        } else if depth >= 48 {
            judgeCycle(enabled, &search)
        } else {
            digests[depth] = 0
        }
    }

    /// Who is tried first: one of those that are awake. Where some of its actions sleep they are not carried out here, nor
    /// are races with them found; for executions in which it takes one of these another one is tried as well.
    private mutating func firsts(_ awake: UInt64) -> UInt64 {
        var firsts: UInt64 = 0
        var rest = awake
        while rest != 0 {
            let slot = rest.trailingZeroBitCount
            rest &= rest - 1
            firsts |= 1 << UInt64(slot)
            if stepper.actions(slot) & asleep[depth * count + slot] == 0 { break }
        }
        return firsts
    }

    /// A state that was there before on this path, with everybody having had a turn since: a livelock.
    private mutating func judgeCycle(_ enabled: UInt64, _ search: inout Search) {
        let digest = StateSet.digest(stepper.state, words)
        digests[depth] = digest
        var acted: UInt64 = 0
        var place = depth - 1
        while place >= 48 {
            acted |= 1 << UInt64(events[place].slot)
            if digests[place] == digest {
                if enabled & ~acted == 0 { search.note(.livelock, choices(depth)) }
                nodes[depth].backtrack = 0
                search.cut += 1
                return
            }
            place -= 1
        }
    }

    private func choices(_ length: Int) -> [Choice] {
        (0..<length).map { Choice(UInt8(events[$0].slot), events[$0].action) }
    }

    // MARK: Races

    @inline(__always)
    private func join(_ clock: UnsafeMutablePointer<Int32>, _ other: Int32) {
        guard other > 0 else { return }
        let from = clocks + Int(other - 1) * count
        for slot in 0..<count { clock[slot] = max(clock[slot], from[slot]) }
    }

    /// The clock of the step at this depth, and for each step that it races with a delivery that is to be tried
    /// there instead.
    private func findRaces(_ slot: Int, _ touched: Touched) {
        let clock = clocks + depth * count
        clock.update(repeating: 0, count: count)
        join(clock, lasts[depth * count + slot])
        join(clock, enablers[depth * count + slot])
        var place = depth - 1
        while place >= 0 {
            let event = events + place
            if Int(event.pointee.slot) != slot && clock[Int(event.pointee.slot)] < Int32(place + 1)
                && event.pointee.touched.conflicts(with: touched)
            {
                reverse(place, slot, clock)
                join(clock, Int32(place + 1))
            }
            place -= 1
        }
        clock[slot] = Int32(depth + 1)
    }

    /// Makes sure that at the place of a step something is tried that can lead to the other step coming first: one
    /// of the first steps of what does not happen after it.
    private func reverse(_ place: Int, _ slot: Int, _ clock: UnsafeMutablePointer<Int32>) {
        let racer = Int(events[place].slot)
        var initials: UInt64 = 0
        var seen: UInt64 = 0
        func isFirst(_ own: UnsafeMutablePointer<Int32>, before end: Int) -> Bool {
            var earlier = place + 1
            while earlier < end {
                let other = Int(events[earlier].slot)
                let isKept = clocks[earlier * count + racer] < Int32(place + 1)
                if isKept && own[other] >= Int32(earlier + 1) { return false }
                earlier += 1
            }
            return true
        }
        var next = place + 1
        while next < depth {
            let own = clocks + next * count
            let actor = Int(events[next].slot)
            if own[racer] < Int32(place + 1), seen & 1 << UInt64(actor) == 0 {
                seen |= 1 << UInt64(actor)
                if isFirst(own, before: next) { initials |= 1 << UInt64(actor) }
            }
            next += 1
        }
        // The racing step itself, of whose clock only what lies behind the place counts.
        if seen & 1 << UInt64(slot) == 0 && isFirst(clock, before: depth) {
            initials |= 1 << UInt64(slot)
        }
        let node = nodes + place
        guard initials & node.pointee.backtrack == 0 else { return }
        let own: UInt64 = 1 << UInt64(slot)
        node.pointee.backtrack |= initials & own != 0 ? own : initials & ~(initials &- 1)
    }
}
