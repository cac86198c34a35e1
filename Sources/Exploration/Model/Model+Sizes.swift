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
        if !problems.isEmpty { throw ExplorationError(problems) }
    }

    private static let mostLocks = 16

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
