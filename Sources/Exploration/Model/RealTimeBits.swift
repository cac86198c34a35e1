import Checking
import Simulation

/// What steps touch besides, where an anomaly is forbidden that asks what came first in time, and not only who saw what.
///
/// - Whether a read is dirty hangs on whether the attempt that wrote has ended: its end gets into the way of all who
///   read what it may have written.
/// - Which of two messages came first to its end is what order is about: ends of a key get into each other's way.
/// - Whether a read is stale hangs on whether it was overwritten before its attempt acted: an act gets into the way of
///   all who write what the attempt may have read.
struct RealTimeBits {
    private let program: StepProgram
    private let layout: Layout
    private let forbidden: [Anomaly.Kind]

    init(_ program: StepProgram, _ layout: Layout, _ topology: Topology) {
        (self.program, self.layout) = (program, layout)
        forbidden = topology.bounds.forbidden
    }

    /// Whether it is asked when attempts end, so that an end is a step of its own.
    static func asksForEnds(_ topology: Topology) -> Bool {
        topology.bounds.forbidden.contains { $0 == .dirtyRead || $0 == .orderInversion }
    }

    /// Slots with what their ends and their acts touch besides.
    func added(to slots: [Model.Slot]) -> [Model.Slot] {
        guard !forbidden.isEmpty else { return slots }
        return slots.map { slot in
            var slot = slot
            let key = program.messages[Int(slot.message)].key
            let steps = program.steps(of: Int(slot.unit))
            if forbidden.contains(.dirtyRead) {
                slot.endBits |= entities(key, steps.filter { $0.code == .store })
            }
            if forbidden.contains(.orderInversion) {
                slot.endBits |= layout.bits[.ended(key)] ?? 0
            }
            if forbidden.contains(.staleRead) {
                slot.actBits = entities(key, steps)
            }
            if slot.endBits != 0 { slot.endsSilently = false }
            return slot
        }
    }

    private func entities(_ key: Int32, _ steps: [StepProgram.Instruction]) -> UInt64 {
        steps.filter { $0.code == .load || $0.code == .store }
            .reduce(0) { $0 | (layout.bits[.entity($1.object, key)] ?? 0) }
    }
}

extension StepProgram {
    /// The steps of a handler and of the services that it calls.
    func steps(of unit: Int) -> [Instruction] {
        var all: [Instruction] = []
        var (left, seen) = ([unit], Set<Int>())
        while let next = left.popLast() {
            guard seen.insert(next).inserted else { continue }
            let steps = instructions[units[next].first...].prefix { $0.code != .end }
            all += steps
            left += steps.filter { $0.code == .call }.map { handlers.count + Int($0.object) }
        }
        return all
    }
}
