/// Every state that can be reached, depth first, each once: exact states in a hash table, no reduction.
///
/// Without `keepsStates` it is the naive search: every execution from its start to its end, which reductions are
/// measured against.
struct DepthFirst {
    var keepsStates = true
    /// Whether who cannot get into anybody's way goes alone.
    var reduces = false

    /// - Complexity: states x deliveries x actions steps; without states, all executions.
    func run(_ model: Model, _ search: inout Search) {
        var stepper = Stepper(model)
        var seen = StateSet(words: keepsStates ? stepper.words : 1)
        var onPath: [Bool] = []
        var path = Path(words: stepper.words)
        let start = keepsStates ? seen.insert(stepper.state).number : 0
        search.states = 1
        if keepsStates { onPath.append(true) }
        let ample = reduces ? AmpleSets(model, stepper) : nil
        // At each depth, those who wait for one that goes alone.
        var waiting: [UInt64] = [0]
        path.push(stepper.state, stepper.enabled, start)
        waiting[0] = holdBack(ample, &path, &stepper)
        if stepper.enabled == 0 { end(&stepper, &search, path.taken) }
        var untilLook = 1000
        while path.depth > 0 {
            untilLook -= 1
            if untilLook == 0 {
                untilLook = 1000
                if !search.mayGoOn() { return }
            }
            let place = path.depth - 1
            if path.actions[place] == 0 {
                let left = path.slots[place]
                if left == 0 {
                    if keepsStates { onPath[path.numbers[place]] = false }
                    path.pop()
                    continue
                }
                let slot = left.trailingZeroBitCount
                path.slots[place] = left & (left - 1)
                stepper.restore(path.top)
                path.actions[place] = stepper.actions(slot)
                path.choices[place] = Choice(UInt8(slot))
            } else {
                stepper.restore(path.top)
            }
            let actions = path.actions[place]
            let action = Action(rawValue: UInt8(actions.trailingZeroBitCount)) ?? .goOn
            path.actions[place] = actions & (actions - 1)
            let slot = Int(path.choices[place].delivery)
            path.choices[place] = Choice(UInt8(slot), action)
            if search.log != nil {
                search.log?.noteFault(slot, action, of: stepper.actions(slot), stepper)
            }
            stepper.step(slot, action)
            search.steps += 1
            if stepper.broken != 0 {
                note(stepper.broken, &search, Array(path.choices[...place]))
                if search.isOver { return }
            }
            if keepsStates {
                let (number, isNew) = seen.insert(stepper.state)
                guard isNew else {
                    if onPath[number] {
                        if reduces {
                            // Alone it would go round for ever while the others wait.
                            path.slots[place] |= waiting[place]
                            waiting[place] = 0
                        }
                        judgeCycle(&path, number, &stepper, &search)
                    }
                    if search.isOver { return }
                    continue
                }
                search.states += 1
                onPath.append(true)
                path.push(stepper.state, stepper.enabled, number)
                if reduces {
                    if waiting.count < path.depth { waiting.append(0) }
                    if !stepper.overflows {
                        waiting[path.depth - 1] = holdBack(ample, &path, &stepper)
                    }
                }
            } else {
                path.push(stepper.state, stepper.enabled, 0)
            }
            search.longest = max(search.longest, path.depth - 1)
            if stepper.overflows || path.depth > model.bounds.steps {
                stepper.overflows = false
                search.cut += 1
                path.slots[path.depth - 1] = 0
                continue
            }
            if stepper.enabled == 0 { end(&stepper, &search, path.taken) }
            if search.isOver { return }
        }
    }

    /// Leaves one of those at the end of the path to be tried, if it can go alone.
    ///
    /// - Returns: the others.
    private func holdBack(
        _ ample: AmpleSets?, _ path: inout Path, _ stepper: inout Stepper
    ) -> UInt64 {
        let enabled = path.slots[path.depth - 1]
        guard let ample, enabled & (enabled &- 1) != 0 else { return 0 }
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

    private func end(_ stepper: inout Stepper, _ search: inout Search, _ choices: [Choice]) {
        search.executions += 1
        search.noteEnd(StateSet.digest(stepper.state, stepper.words))
        if let finding = stepper.findingAtEnd() { search.note(finding, choices) }
        if !keepsStates { _ = search.mayGoOn() }
    }

    /// A way back to a state on the path goes on for ever. It is a livelock where everybody who could take a turn
    /// there takes one on the way: else somebody is only kept waiting by the search.
    private func judgeCycle(
        _ path: inout Path, _ number: Int, _ stepper: inout Stepper, _ search: inout Search
    ) {
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
}
