@testable import Exploration

/// How many classes of interleavings there are, by going through all executions: what a reduction's number is held against.
struct ClassCount: ~Copyable {
    private var stepper: Stepper
    private var taken: [(choice: Choice, touched: Touched, woken: UInt64)] = []
    private var classes: Set<UInt64> = []
    private var left: Int

    /// - Returns: nil where there are more executions than may be gone through.
    static func of(_ model: Model, executions: Int) -> Int? {
        var count = ClassCount(stepper: Stepper(model), left: executions)
        count.goOn()
        return count.left < 0 ? nil : count.classes.count
    }

    private init(stepper: consuming Stepper, left: Int) {
        self.stepper = stepper
        self.left = left
    }

    private mutating func goOn() {
        let enabled = stepper.enabled
        if enabled == 0 { return end() }
        let state = Stepper.Words.allocate(capacity: stepper.words)
        stepper.save(to: state)
        defer { state.deallocate() }
        for slot in 0..<stepper.slotCount where enabled & 1 << UInt64(slot) != 0 {
            for action in Action.allCases where left >= 0 {
                stepper.restore(state)
                guard stepper.actions(slot) & action.bit != 0 else { continue }
                stepper.step(slot, action)
                let touched = Touched(
                    reads: stepper.reads, writes: stepper.writes, adds: stepper.adds)
                taken.append((Choice(UInt8(slot), action), touched, stepper.enabled & ~enabled))
                goOn()
                taken.removeLast()
            }
        }
    }

    private mutating func end() {
        left -= 1
        var order = PartialOrder(deliveries: stepper.slotCount)
        for step in taken {
            order.add(
                Int(step.choice.delivery), step.choice.action, step.touched, woken: step.woken)
        }
        classes.insert(order.digest)
    }
}
