/// The shortest execution whose history has an anomaly.
///
/// A state says nothing of the history that led to it, so executions are looked at themselves, in the order of their
/// length; of those that differ in the order of independent steps alone, which have one history, one.
struct ShortestAnomaly {
    /// The anomaly's name.
    let name: String
    /// Longer executions are not looked at.
    var mostSteps = Int.max
    /// How many orders are looked at, of whatever length.
    var mostOrders = 20_000
    /// Whether one that shows it will do; nil: any does.
    var accepts: ((_ choices: [Choice]) -> Bool)?

    /// - Returns: a shortest one, and whether nothing was left out: of all that is shorter, or, where there is none, of all
    ///   within the limit of steps.
    /// - Complexity: memory for every order that is no longer; O(steps) for each.
    func run(_ model: Model, _ limits: SearchLimits) -> (choices: [Choice]?, isWhole: Bool) {
        var spent = 0
        return run(model, limits, &spent)
    }

    /// - Parameter spent: raised by how many orders were looked at.
    func run(
        _ model: Model, _ limits: SearchLimits, _ spent: inout Int
    ) -> (choices: [Choice]?, isWhole: Bool) {
        var walk = OrderWalk(model)
        var level: [[Choice]] = [[]]
        var seen: Set<UInt64> = []
        var isWhole = true
        var length = 0
        while !level.isEmpty && length < min(mostSteps, model.bounds.steps) {
            length += 1
            var next: [[Choice]] = []
            for way in level {
                if limits.isOver() { return (nil, false) }
                for choice in walk.choices(behind: way) {
                    let longer = way + [choice]
                    guard let digest = walk.digest(longer) else {
                        isWhole = false
                        continue
                    }
                    guard seen.insert(digest).inserted else { continue }
                    spent += 1
                    if seen.count > mostOrders { return (nil, false) }
                    if shows(model, longer) {
                        if accepts.map({ $0(longer) }) ?? true { return (longer, isWhole) }
                        isWhole = false
                    }
                    next.append(longer)
                }
            }
            level = next
        }
        return (nil, isWhole)
    }

    private func shows(_ model: Model, _ choices: [Choice]) -> Bool {
        Execution(model, choices).history.anomalies().contains { $0.kind.rawValue == name }
    }
}

/// Makes executions again from the start, and tells their orders apart.
private struct OrderWalk: ~Copyable {
    private var stepper: Stepper
    private var order: PartialOrder

    init(_ model: Model) {
        stepper = Stepper(model, keepsVersions: true)
        order = PartialOrder(deliveries: stepper.slotCount)
    }

    /// All that can come next.
    mutating func choices(behind way: [Choice]) -> [Choice] {
        guard digest(way) != nil else { return [] }
        var all: [Choice] = []
        for slot in 0..<stepper.slotCount where stepper.enabled & 1 << UInt64(slot) != 0 {
            let actions = stepper.actions(slot)
            for action in Action.allCases where actions & action.bit != 0 {
                all.append(Choice(UInt8(slot), action))
            }
        }
        return all
    }

    /// - Returns: nil where there is no room for one of its deliveries.
    mutating func digest(_ way: [Choice]) -> UInt64? {
        stepper.reset()
        stepper.overflows = false
        order.begin()
        for choice in way {
            let enabled = stepper.enabled
            stepper.step(Int(choice.delivery), choice.action)
            if stepper.overflows { return nil }
            let touched = Touched(reads: stepper.reads, writes: stepper.writes, adds: stepper.adds)
            order.add(
                Int(choice.delivery), choice.action, touched, woken: stepper.enabled & ~enabled)
        }
        return order.digest
    }
}
