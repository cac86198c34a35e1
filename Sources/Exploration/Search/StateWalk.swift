/// The path of a search depth first over states, each of which is visited once.
struct StateWalk: ~Copyable {
    private let model: Model
    private let ample: AmpleSets?
    private var stepper: Stepper
    private var seen: StateSet
    private var onPath: [Bool] = []
    /// Its `slots` are those that were tried first.
    private var path: Path
    private var successors = Successors()
    /// At each depth, those who wait for one that goes alone; and those who did and were tried behind it.
    private var waiting: [UInt64] = []
    private var added: [UInt64] = []
    /// How many states there are when they are written down next.
    private var nextKeeping = Self.mostUnkept
    private static let mostUnkept = 500_000

    init(_ model: Model, reduces: Bool) {
        self.model = model
        stepper = Stepper(model)
        ample = reduces ? AmpleSets(model, stepper) : nil
        seen = StateSet(words: stepper.words)
        path = Path(words: stepper.words)
    }

    mutating func run(_ search: inout Search) {
        if !resume(&search) {
            let number = seen.insert(stepper.state).number
            enter(number, &search)
        }
        var untilLook = 1000
        while path.depth > 0 && !search.isOver {
            untilLook -= 1
            if untilLook == 0 {
                untilLook = 1000
                if !mayGoOn(&search) { return }
            }
            guard let one = successors.next() else {
                leave()
                continue
            }
            if search.executions >= search.limits.executions, !mayGoOn(&search) { return }
            take(one, &search)
        }
        // In a reduced order not all that may go on for ever is seen.
        guard ample == nil, search.hasCycles, !search.isOver,
            !search.findings.contains(.livelock)
        else { return }
        var livelocks = Livelocks(model, states: seen.count)
        livelocks.run(seen, &search)
    }

    /// One step from the end of the path.
    @inline(__always)
    private mutating func take(_ one: Successors.One, _ search: inout Search) {
        path.choices[path.depth - 1] = one.choice
        search.steps += 1
        if one.number >= 0 {
            successors.skip()
            return meet(one.number, &search)
        }
        guard let packed = successors.packed(one, seen) else {
            successors.skip()
            return takePlainly(one.choice, &search)
        }
        let entry = seen.insert(packed: packed, one.half)
        successors.skip()
        guard entry.isNew else { return meet(entry.number, &search) }
        seen.copy(entry.number, to: stepper.state)
        enter(entry.number, &search)
    }

    private mutating func takePlainly(_ choice: Choice, _ search: inout Search) {
        stepper.restore(path.top)
        stepper.step(Int(choice.delivery), choice.action)
        if stepper.broken != 0 {
            note(stepper.broken, &search, Array(path.choices[..<path.depth]))
            if search.isOver { return }
        }
        let entry = seen.insert(stepper.state)
        if entry.isNew { return enter(entry.number, &search) }
        if stepper.overflows {
            // What there was no room for makes it another state than it seems.
            stepper.overflows = false
            search.cut += 1
        }
        meet(entry.number, &search)
    }

    /// A new state, which the stepper has.
    private mutating func enter(_ number: Int, _ search: inout Search) {
        search.states += 1
        onPath.append(true)
        let enabled = stepper.enabled
        path.push(stepper.state, enabled, number)
        let place = path.depth - 1
        search.longest = max(search.longest, place)
        if waiting.count == place {
            waiting.append(0)
            added.append(0)
        }
        (waiting[place], added[place]) = (0, 0)
        if stepper.overflows || path.depth > model.bounds.steps && stepper.enabled != 0 {
            stepper.overflows = false
            search.cut += 1
            path.slots[place] = 0
        } else if enabled == 0 {
            end(&search)
        } else if let ample {
            waiting[place] = holdBack(ample)
        }
        successors.add(
            path.slots[place], of: path.top, isMore: false, &stepper, seen, &search.log)
    }

    private mutating func leave() {
        onPath[path.numbers[path.depth - 1]] = false
        path.pop()
        successors.pop()
    }

    /// A state that was there before.
    @inline(__always)
    private mutating func meet(_ number: Int, _ search: inout Search) {
        if onPath[number] { closeCycle(number, &search) }
    }

    private mutating func closeCycle(_ number: Int, _ search: inout Search) {
        search.hasCycles = true
        let place = path.depth - 1
        if waiting[place] != 0 {
            // Alone it would go round for ever while the others wait.
            successors.add(
                waiting[place], of: path.top, isMore: true, &stepper, seen, &search.log)
            (waiting[place], added[place]) = (0, waiting[place])
        }
        judgeCycle(number, &search)
    }

    /// Leaves one of those at the end of the path to be tried, if it can go alone.
    ///
    /// - Returns: the others.
    private mutating func holdBack(_ ample: AmpleSets) -> UInt64 {
        let enabled = path.slots[path.depth - 1]
        guard enabled & (enabled &- 1) != 0 else { return 0 }
        guard let slot = ample.alone(enabled, path.top, &stepper) else { return 0 }
        path.slots[path.depth - 1] = 1 << UInt64(slot)
        return enabled & ~(1 << UInt64(slot))
    }

    private func note(_ broken: UInt16, _ search: inout Search, _ choices: [Choice]) {
        var rest = broken
        while rest != 0 {
            if let finding = Finding.named(rest & ~(rest - 1)) { search.note(finding, choices) }
            rest &= rest - 1
        }
    }

    private func end(_ search: inout Search) {
        search.executions += 1
        search.noteEnd(StateSet.digest(stepper.state, stepper.words))
        if let finding = stepper.findingAtEnd() { search.note(finding, path.taken) }
    }

    /// A way back to a state on the path goes on for ever. It is a livelock where everybody who could take a turn
    /// there takes one on the way: else somebody is only kept waiting by the search.
    private mutating func judgeCycle(_ number: Int, _ search: inout Search) {
        seen.copy(number, to: stepper.state)
        var acted: UInt64 = 0
        var place = path.depth - 1
        while place >= 0 {
            acted |= 1 << UInt64(path.choices[place].delivery)
            if path.numbers[place] == number { break }
            place -= 1
        }
        if stepper.enabled & ~acted == 0 {
            search.note(.livelock, Array(path.choices[..<path.depth]))
        }
    }

    // MARK: Going on later

    /// Whether there is room for more. The states are written down when it ends for want of that, and whenever
    /// there are half as many again.
    private mutating func mayGoOn(_ search: inout Search) -> Bool {
        let goesOn = search.mayGoOn(needing: seen.bytes(toHold: 1000))
        guard let store = search.store, !goesOn || seen.count >= nextKeeping else { return goesOn }
        nextKeeping = max(seen.count + seen.count / 2, seen.count + Self.mostUnkept)
        store.keep(
            seen,
            SearchStand(
                search.counts, walk: stand(search.hasCycles),
                coverage: search.log?.coverage.numbers ?? []))
        return goesOn
    }

    /// The path, with what was tried at each depth.
    private func stand(_ hasCycles: Bool) -> [UInt64] {
        var numbers = [hasCycles ? 1 : 0, UInt64(path.depth)]
        for (place, tried) in successors.tried.enumerated() {
            let choice = path.choices[place]
            numbers += [
                path.slots[place], added[place], waiting[place], UInt64(tried),
                UInt64(choice.delivery), UInt64(choice.action.rawValue),
            ]
        }
        return numbers
    }

    /// Takes up the states and the path of ``stand``.
    ///
    /// - Returns: false where there are none, or they are not of this model: it begins anew.
    private mutating func resume(_ search: inout Search) -> Bool {
        guard let start = search.start, let states = search.store?.states(),
            states.words == stepper.words
        else { return false }
        seen = states
        onPath = [Bool](repeating: false, count: seen.count)
        var reader = NumberReader(start.walk)
        let hasCycles = reader.next() == 1
        let depth = reader.whole()
        var isWhole = (1...model.bounds.steps + 1).contains(depth)
        while isWhole && path.depth < depth { isWhole = retrace(&reader, depth) }
        guard isWhole, reader.isOver else {
            beginAnew()
            return false
        }
        search.hasCycles = hasCycles
        search.resume(start)
        nextKeeping = seen.count + max(seen.count / 2, Self.mostUnkept)
        return true
    }

    private mutating func beginAnew() {
        seen = StateSet(words: stepper.words)
        path = Path(words: stepper.words)
        successors = Successors()
        (waiting, added, onPath) = ([], [], [])
        stepper.reset()
    }

    /// The state at hand is the next one of the path; what leads on from it is taken, if the path does.
    ///
    /// - Returns: false where that cannot be.
    private mutating func retrace(_ reader: inout NumberReader, _ depth: Int) -> Bool {
        let entry = seen.insert(stepper.state)
        guard !entry.isNew else { return false }
        onPath[entry.number] = true
        path.push(stepper.state, reader.next(), entry.number)
        let place = path.depth - 1
        added.append(reader.next())
        waiting.append(reader.next())
        var log: CoverageLog?
        successors.add(path.slots[place], of: path.top, isMore: false, &stepper, seen, &log)
        if added[place] != 0 {
            successors.add(added[place], of: path.top, isMore: true, &stepper, seen, &log)
        }
        let tried = reader.whole()
        successors.skip(tried)
        let (slot, action) = (reader.whole(), Action(rawValue: UInt8(clamping: reader.whole())))
        guard tried >= 0, successors.isWithin, !reader.isShort, let action,
            (0..<stepper.slotCount).contains(slot)
        else { return false }
        path.choices[place] = Choice(UInt8(slot), action)
        guard path.depth < depth else { return true }
        stepper.restore(path.top)
        guard stepper.enabled & 1 << UInt64(slot) != 0, stepper.actions(slot) & action.bit != 0
        else { return false }
        stepper.step(slot, action)
        stepper.overflows = false
        return true
    }
}
