/// Executions one after the other, each from the start, by a strategy that draws.
struct Sampler<Strategy: Scheduling>: ~Copyable {
    private let model: Model
    private var stepper: Stepper
    private var strategy: Strategy
    private var order: PartialOrder
    private let stream: String
    /// Whether partial orders are told apart: costs time, and coverage needs it.
    private let keepsOrders: Bool
    private(set) var classes: [UInt64: Int] = [:]
    /// Of the block at hand, where it is to be written down.
    private var block: [UInt64: Int]?
    private var choices: [Choice] = []
    private let first: Int
    /// Told the choices of each execution that came to its end; whether to note a finding.
    var judge: ((_ choices: [Choice]) -> Finding?)?

    init(
        _ model: Model, _ strategy: Strategy, stream: String, keepsOrders: Bool, first: Int = 0
    ) {
        self.model = model
        self.strategy = strategy
        self.stream = stream
        self.keepsOrders = keepsOrders
        self.first = first
        stepper = Stepper(model)
        order = PartialOrder(deliveries: stepper.slotCount)
        choices = [Choice](repeating: Choice(0), count: model.bounds.steps + 1)
    }

    /// In blocks, each of which is written down, behind those that were before.
    mutating func run(_ search: inout Search, _ memory: ExplorationMemory, _ phase: String) {
        var number = 1
        for part in memory.parts(phase) {
            search.counts.add(part.counts)
            search.log?.formUnion(numbers: part.coverage)
            for (digest, count) in part.classes.sorted(by: { $0.key < $1.key }) {
                classes[digest, default: 0] += count
            }
            strategy.resume(part.strategy)
            number += 1
        }
        while true {
            let before = search.counts
            block = [:]
            run(&search, until: before.executions + memory.block)
            if search.isOver { return }
            var part = Part(counts: search.counts.since(before), end: .stopped)
            part.classes = block ?? [:]
            part.coverage = search.log?.coverage.numbers ?? []
            part.strategy = strategy.stand
            memory.store(part, phase, number)
            number += 1
        }
    }

    /// While a dictionary grows.
    private static var bytesOfClass: Int { 64 }

    /// - Parameter most: executions after which it pauses.
    mutating func run(_ search: inout Search, until most: Int = .max) {
        var number = first + search.executions
        var untilLook = 64
        while search.executions < most {
            untilLook -= 1
            if untilLook == 0 {
                untilLook = 64
                if !search.mayGoOn(needing: classes.capacity * Self.bytesOfClass) { return }
            }
            if search.executions >= search.limits.executions {
                _ = search.mayGoOn()
                return
            }
            execute(number, &search)
            number += 1
            if search.isOver { return }
        }
    }

    private mutating func execute(_ number: Int, _ search: inout Search) {
        var dice = Dice(seed: model.seed, stream: stream, execution: number)
        stepper.reset()
        if keepsOrders { order.begin() }
        strategy.begin(&dice)
        var steps = 0
        let most = model.bounds.steps
        var enabled = stepper.enabled
        while enabled != 0 {
            if steps == most || stepper.overflows {
                search.cut += 1
                break
            }
            let slot = strategy.choose(enabled, stepper, &dice)
            let action = drawAction(slot, &dice)
            if search.log != nil {
                search.log?.begin(steps, slot, action, of: stepper.actions(slot), stepper)
            }
            stepper.step(slot, action)
            choices[steps] = Choice(UInt8(truncatingIfNeeded: slot), action)
            steps += 1
            let touched = Touched(
                reads: stepper.reads, writes: stepper.writes, adds: stepper.adds)
            search.log?.end(touched)
            strategy.note(slot, touched, &dice)
            let next = stepper.enabled
            if keepsOrders { order.add(slot, action, touched, woken: next & ~enabled) }
            enabled = next
            if stepper.broken != 0 {
                note(stepper.broken, steps, &search)
                if search.isOver { break }
            }
        }
        search.steps += steps
        search.executions += 1
        search.longest = max(search.longest, steps)
        search.log?.finish()
        if enabled == 0 {
            search.noteEnd(StateSet.digest(stepper.state, stepper.words))
            if let finding = stepper.findingAtEnd() {
                search.note(finding, Array(choices[..<steps]))
            }
            if let judge, let finding = judge(Array(choices[..<steps])) {
                search.note(finding, Array(choices[..<steps]))
            }
        }
        stepper.overflows = false
        var isNew = false
        if keepsOrders {
            let count = classes[order.digest, default: 0]
            classes[order.digest] = count + 1
            block?[order.digest, default: 0] += 1
            isNew = count == 0
        }
        strategy.end(steps, isNew: isNew)
    }

    /// Faults are drawn for a quarter of the steps that can have one.
    @inline(__always)
    private mutating func drawAction(_ slot: Int, _ dice: inout Dice) -> Action {
        let actions = stepper.actions(slot)
        guard actions != Action.goOn.bit else { return .goOn }
        let faults = strategy.permitted(actions) & ~Action.goOn.bit
        guard faults != 0, dice.next() & 3 == 0 else { return .goOn }
        let rank = dice.below(faults.nonzeroBitCount)
        return Action(rawValue: UInt8(UInt64(faults).position(ofBit: rank))) ?? .goOn
    }

    private func note(_ broken: UInt16, _ steps: Int, _ search: inout Search) {
        var rest = broken
        while rest != 0 {
            if let finding = Finding.named(rest & ~(rest - 1)) {
                search.note(finding, Array(choices[..<steps]))
            }
            rest &= rest - 1
        }
    }
}
