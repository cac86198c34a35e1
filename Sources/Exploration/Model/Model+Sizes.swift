import Simulation

/// What has more of something than a state has room for.
extension Model {
    /// - Throws: each reason why it cannot be explored.
    static func check(_ topology: Topology, _ program: StepProgram) throws(ExplorationError) {
        var problems: [String] = []
        if program.locks > mostLocks {
            problems.append(
                "\(program.locks) locks; explored are at most \(mostLocks), those of the strategy "
                    + "included")
        }
        if topology.invariants.contains(.exactlyOnceEffect) {
            for unit in 0..<program.handlers.count where !tellsDeedsApart(unit, program) {
                problems.append(
                    "handlers.\(program.units[unit].name).steps: too many stores, effects and "
                        + "publications to tell apart for exactlyOnceEffect; explored are 31")
            }
        }
        for (unit, windows) in program.windows.enumerated() {
            guard let windows else { continue }
            problems += Self.problems(of: windows, unit, topology, program)
        }
        if !problems.isEmpty { throw ExplorationError(problems) }
    }

    private static let mostLocks = 16

    /// What the windows of a topic's plan cannot be explored for.
    private static func problems(
        of windows: StepProgram.Windows, _ unit: Int, _ topology: Topology, _ program: StepProgram
    ) -> [String] {
        let queue = program.handlers[unit].queue
        var problems = Set(windows.mixed).sorted().map { rule in
            "queues.\(queue).perturb: rule \(rule) orders some records of a partition and leaves others; "
                + "explored are orders of all of them: leave its condition away, or write order: shuffle, which "
                + "allows whatever it does"
        }
        let isFed = program.messages.contains { Int($0.unit) == unit && $0.parent >= 0 }
        let sources = topology.sources.filter { $0.queue == queue }
        let isVaried = isFed || sources.count > 1 || sources.contains { $0.duplicates != nil }
        if isVaried {
            problems += windows.ofOffsets.map { rule in
                "queues.\(queue).perturb: rule \(rule) looks at offsets, and which record has which one is not "
                    + "settled here; explored are topics that one source fills"
            }
        }
        return problems
    }

    /// Whether what a handler and its services do has a bit each.
    private static func tellsDeedsApart(_ unit: Int, _ program: StepProgram) -> Bool {
        var (bits, seen) = (Set<Int>(), Set<Int>())
        var units = [unit]
        while let next = units.popLast() {
            guard seen.insert(next).inserted else { continue }
            var index = program.units[next].first
            while program.instructions[index].code != .end {
                let step = program.instructions[index]
                index += 1
                switch step.code {
                case .store, .effect, .publish:
                    guard step.deed != 0,
                        bits.insert(step.deed.trailingZeroBitCount % 31).inserted
                    else { return false }
                case .call: units.append(program.handlers.count + Int(step.object))
                default: break
                }
            }
        }
        return true
    }
}
