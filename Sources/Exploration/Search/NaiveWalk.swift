/// Every execution from its start to its end, one after the other, and nothing that is remembered.
struct NaiveWalk: ~Copyable {
    private let model: Model
    private var stepper: Stepper
    private var path: Path

    init(_ model: Model) {
        self.model = model
        stepper = Stepper(model)
        path = Path(words: stepper.words)
    }

    mutating func run(_ search: inout Search) {
        search.states = 1
        push(&search)
        var untilLook = 1000
        while path.depth > 0 && !search.isOver {
            untilLook -= 1
            if untilLook == 0 {
                untilLook = 1000
                if !search.mayGoOn() { return }
            }
            let place = path.depth - 1
            stepper.restore(path.top)
            if path.actions[place] == 0 {
                let left = path.slots[place]
                if left == 0 {
                    path.pop()
                    continue
                }
                let slot = left.trailingZeroBitCount
                path.slots[place] = left & (left - 1)
                path.actions[place] = stepper.actions(slot)
                path.choices[place] = Choice(UInt8(slot))
            }
            if search.executions >= search.limits.executions, !search.mayGoOn() { return }
            take(place, &search)
        }
    }

    private mutating func take(_ place: Int, _ search: inout Search) {
        let actions = path.actions[place]
        let action = Action(rawValue: UInt8(actions.trailingZeroBitCount)) ?? .goOn
        path.actions[place] = actions & (actions - 1)
        let slot = Int(path.choices[place].delivery)
        path.choices[place] = Choice(UInt8(slot), action)
        stepper.step(slot, action)
        search.steps += 1
        var rest = stepper.broken
        while rest != 0 {
            if let finding = Finding.named(rest & ~(rest - 1)) {
                search.note(finding, Array(path.choices[...place]))
            }
            rest &= rest - 1
        }
        push(&search)
    }

    private mutating func push(_ search: inout Search) {
        path.push(stepper.state, stepper.enabled, 0)
        search.longest = max(search.longest, path.depth - 1)
        if stepper.overflows || path.depth > model.bounds.steps && stepper.enabled != 0 {
            stepper.overflows = false
            search.cut += 1
            path.slots[path.depth - 1] = 0
        } else if stepper.enabled == 0 {
            search.executions += 1
            search.noteEnd(StateSet.digest(stepper.state, stepper.words))
            if let finding = stepper.findingAtEnd() { search.note(finding, path.taken) }
        }
    }
}
