/// Which delivery can go alone for now, all others waiting: one whose next step touches nothing that another one may ever
/// touch. Whatever the others do first, it finds and leaves the same.
///
/// What a delivery may ever touch is found once, from all steps of its handler, the services that it calls and the messages
/// that it publishes; those whose message is done count no more where no fault can bring it again. Who has more than one way to go
/// on (a fault) does not go alone, as budgets are everybody's.
///
/// Source: Holzmann, Peled, *An Improvement in Formal Verification* (FORTE 1994), the reduction of SPIN; the search expands
/// a state in full where going alone leads back to its own path (Peled, *Combining Partial Order Reductions with
/// On-the-fly Model-Checking*, CAV 1994).
struct AmpleSets {
    /// Of each delivery: all that it may touch.
    private let futures: [Touched]

    init(_ model: Model, _ stepper: borrowing Stepper) {
        var futures: [Touched] = []
        for slot in 0..<stepper.slotCount {
            futures.append(Self.future(Int(stepper.slots[slot].message), slot, model, stepper))
        }
        self.futures = futures
    }

    private static func future(
        _ message: Int, _ slot: Int, _ model: Model, _ stepper: borrowing Stepper
    ) -> Touched {
        let place = model.slots[slot]
        var future = Touched(
            writes: place.queueBit | place.messageBit | place.unitBit | place.doneBit)
        let key = Int(model.program.messages[message].key)
        if stepper.layout.tracksConservation {
            for store in 0..<stepper.layout.stores {
                future.writes |= stepper.entityBits[store * stepper.layout.keys + key]
            }
        }
        var units = [Int(place.unit)]
        var seen: Set<Int> = []
        while let unit = units.popLast() {
            guard seen.insert(unit).inserted else { continue }
            var index = model.program.units[unit].first
            while true {
                let step = model.program.instructions[index]
                let row = Int(step.object) * stepper.layout.keys + key
                switch step.code {
                case .load where step.fencing == .none: future.reads |= stepper.entityBits[row]
                case .load, .store: future.writes |= stepper.entityBits[row]
                case .acquire, .release: future.writes |= stepper.lockBits[row]
                case .lookUp, .note:
                    future.writes |= stepper.layout.bits[.inbox(step.object, -1)] ?? 0
                case .effect:
                    future.writes |= stepper.layout.bits[.inbox(step.register, -1)] ?? 0
                case .call: units.append(model.units.count + Int(step.object))
                case .think, .check, .change, .fail, .publish, .commit, .carriedOut, .end: break
                }
                if step.code == .end { break }
                index += 1
            }
        }
        for child in model.program.messages.indices
        where Int(model.program.messages[child].parent) == message {
            let other = model.slots[Int(model.slotsOf[child].lowerBound)]
            future.writes |= other.queueBit | other.messageBit | other.unitBit
        }
        return future
    }

    /// - Returns: a delivery that goes alone; nil: all have to be tried. The stepper is then at any state.
    /// - Complexity: O(deliveries), and a step for each that may do.
    func alone(
        _ enabled: UInt64, _ state: UnsafeMutablePointer<Int32>, _ stepper: inout Stepper
    ) -> Int? {
        // What one may touch, and what at least two may.
        var (one, two) = (Touched(), Touched())
        for slot in 0..<futures.count where !isOver(slot, stepper) {
            let future = futures[slot]
            two.reads |= one.reads & future.reads
            two.writes |= one.writes & future.writes
            one.reads |= future.reads
            one.writes |= future.writes
        }
        var rest = enabled
        while rest != 0 {
            let slot = rest.trailingZeroBitCount
            rest &= rest - 1
            let own = futures[slot]
            let others = Touched(
                reads: one.reads & ~own.reads | two.reads,
                writes: one.writes & ~own.writes | two.writes)
            if stepper.pending(slot).conflicts(with: others) { continue }
            guard stepper.actions(slot) == Action.goOn.bit else { continue }
            stepper.step(slot)
            let touched = Touched(
                reads: stepper.reads, writes: stepper.writes, adds: stepper.adds)
            let isAlone = !touched.conflicts(with: others) && !stepper.overflows
            stepper.overflows = false
            stepper.restore(state)
            if isAlone { return slot }
        }
        return nil
    }

    /// A message that is done may be published once more by whoever published it, so that those have to be done, too.
    private func isOver(_ slot: Int, _ stepper: borrowing Stepper) -> Bool {
        guard !stepper.hasFaults else { return false }
        var message = stepper.slots[slot].message
        while message >= 0 {
            let isDone =
                stepper.message(message)[Layout.MessageWord.flags] & Stepper.MessageFlag.settled
                != 0
            guard isDone,
                stepper.model.slotsOf[Int(message)].allSatisfy({
                    stepper.status(Int($0)) == Stepper.Status.absent
                })
            else { return false }
            message = stepper.model.program.messages[Int(message)].parent
        }
        return true
    }
}
