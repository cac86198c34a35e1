/// The shortest execution that shows a finding: states in the order of their distance from the start.
struct BreadthFirst {
    /// Which finding counts; nil: any.
    var wanted: Finding?
    /// Longer executions are not looked at.
    var mostSteps = Int.max
    /// Whether one that shows it will do; nil: any does.
    var accepts: ((_ choices: [Choice]) -> Bool)?

    /// - Returns: the choices of a shortest one, and whether nothing was left out: of all that is shorter, or, where there
    ///   is none, of all within `mostSteps`. What was refused leaves other ways to the same states out.
    /// - Complexity: memory for every state that is no farther.
    func run(_ model: Model, _ search: inout Search) -> (hit: Search.Hit?, isComplete: Bool) {
        var stepper = Stepper(model)
        var seen = StateSet(words: stepper.words)
        // How each state was reached first.
        var parents: [UInt32] = [0]
        var choices: [Choice] = [Choice(0)]
        var depths: [Int32] = [0]
        _ = seen.insert(stepper.state)
        var next = 0
        var isWhole = true
        while next < seen.count {
            if next & 1023 == 0 && !search.mayGoOn() { return (nil, false) }
            seen.copy(next, to: stepper.state)
            if stepper.enabled == 0, let finding = stepper.findingAtEnd(), isWanted(finding) {
                let hit = Search.Hit(finding: finding, choices: way(next, parents, choices))
                if isAccepted(hit) { return (hit, isWhole) }
                isWhole = false
            }
            if depths[next] >= mostSteps {
                next += 1
                continue
            }
            var slots = stepper.enabled
            while slots != 0 {
                let slot = slots.trailingZeroBitCount
                slots &= slots - 1
                seen.copy(next, to: stepper.state)
                var actions = stepper.actions(slot)
                while actions != 0 {
                    let action = Action(rawValue: UInt8(actions.trailingZeroBitCount)) ?? .goOn
                    actions &= actions - 1
                    seen.copy(next, to: stepper.state)
                    stepper.step(slot, action)
                    search.steps += 1
                    if let finding = found(stepper.broken) {
                        let all = way(next, parents, choices) + [Choice(UInt8(slot), action)]
                        let hit = Search.Hit(finding: finding, choices: all)
                        if isAccepted(hit) { return (hit, isWhole) }
                        isWhole = false
                    }
                    if stepper.overflows {
                        stepper.overflows = false
                        isWhole = false
                        continue
                    }
                    if seen.insert(stepper.state).isNew {
                        search.states += 1
                        parents.append(UInt32(next))
                        depths.append(depths[next] + 1)
                        choices.append(Choice(UInt8(slot), action))
                    }
                }
            }
            next += 1
        }
        return (nil, isWhole)
    }

    private func isAccepted(_ hit: Search.Hit) -> Bool { accepts.map { $0(hit.choices) } ?? true }

    private func isWanted(_ finding: Finding) -> Bool { wanted.map { $0 == finding } ?? true }

    private func found(_ broken: UInt16) -> Finding? {
        var rest = broken
        while rest != 0 {
            if let finding = Finding.named(rest & ~(rest - 1)), isWanted(finding) {
                return finding
            }
            rest &= rest - 1
        }
        return nil
    }

    private func way(_ state: Int, _ parents: [UInt32], _ choices: [Choice]) -> [Choice] {
        var way: [Choice] = []
        var state = state
        while state != 0 {
            way.append(choices[state])
            state = Int(parents[state])
        }
        return way.reversed()
    }
}
