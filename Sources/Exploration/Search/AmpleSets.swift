/// Which delivery can go alone for now, all others waiting: one whose next step touches nothing that another one may ever
/// touch. Whatever the others do first, it finds and leaves the same.
///
/// What a delivery may ever touch is found once, from all steps of its handler, the services that it calls and the messages
/// that it publishes; those whose message is done count no more where no fault can bring it again.
///
/// Who has more than one way to go on (a fault) goes alone with all of them, if each touches nothing of others. That budgets
/// are everybody's is no hindrance: in whatever execution the others go first, the way that it takes in the end could
/// have been taken before, as the faults of an execution are as many in any order.
///
/// Source: Holzmann, Peled, *An Improvement in Formal Verification* (FORTE 1994), the reduction of SPIN; the search expands
/// a state in full where going alone leads back to its own path (Peled, *Combining Partial Order Reductions with
/// On-the-fly Model-Checking*, CAV 1994).
struct AmpleSets {
    /// Of each delivery: all that it may touch.
    private let futures: [Touched]
    /// Of each message the one that its source sends again for it, which publishes the same; -1: none.
    private let copies: [Int32]

    init(_ model: Model, _ stepper: borrowing Stepper) {
        copies = model.program.messages.indices.map { message in
            let copy = model.program.messages.firstIndex { Int($0.original) == message }
            return Int32(copy ?? -1)
        }
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
            future.writes |=
                other.queueBit | other.messageBit | other.unitBit | other.doneBit
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
        let nothingGoesWrong = stepper.isFaultless
        for slot in 0..<futures.count where !isOver(slot, stepper, nothingGoesWrong) {
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
            if staysAlone(slot, state, others, &stepper) { return slot }
        }
        return nil
    }

    /// Whether nothing that a delivery can do touches what others may.
    private func staysAlone(
        _ slot: Int, _ state: UnsafeMutablePointer<Int32>, _ others: Touched,
        _ stepper: inout Stepper
    ) -> Bool {
        var actions = stepper.actions(slot)
        while actions != 0 {
            let action = Action(rawValue: UInt8(actions.trailingZeroBitCount)) ?? .goOn
            actions &= actions - 1
            stepper.step(slot, action)
            let touched = Touched(
                reads: stepper.reads, writes: stepper.writes, adds: stepper.adds)
            let isAlone = !touched.conflicts(with: others) && !stepper.overflows
            stepper.overflows = false
            stepper.restore(state)
            if !isAlone { return false }
        }
        return true
    }

    /// A message that is done may be published once more by whoever published it, so that those have to be done, too.
    /// Room for one more delivery of a source's message is not needed any more.
    private func isOver(
        _ slot: Int, _ stepper: borrowing Stepper, _ nothingGoesWrong: Bool
    ) -> Bool {
        guard nothingGoesWrong else { return false }
        var message = stepper.slots[slot].message
        if stepper.status(slot) == Stepper.Status.absent,
            stepper.model.program.messages[Int(message)].parent < 0,
            Int32(slot) != stepper.model.slotsOf[Int(message)].lowerBound
        {
            return true
        }
        while isDone(message, stepper) {
            message = stepper.model.program.messages[Int(message)].parent
            guard message >= 0 else { return true }
            let copy = copies[Int(message)]
            if copy >= 0 && !isDone(copy, stepper) { return false }
        }
        return false
    }

    private func isDone(_ message: Int32, _ stepper: borrowing Stepper) -> Bool {
        let flags = stepper.message(message)[Layout.MessageWord.flags]
        guard flags & Stepper.MessageFlag.settled != 0 else { return false }
        for slot in stepper.model.slotsOf[Int(message)]
        where stepper.status(Int(slot)) != Stepper.Status.absent { return false }
        return true
    }
}
