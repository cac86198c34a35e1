/// Writes down the steps of an execution as they are taken, and what it came by when it is over.
struct CoverageLog {
    private struct Step: BitwiseCopyable {
        var slot: Int32
        var site: Int32
        /// Objects that are shared and no queue.
        var mask: UInt64
        /// Of these, what it touched and how.
        var touched = Touched()
    }

    /// Who touched an object last.
    private struct Last: BitwiseCopyable {
        var slot: Int32 = -1
        var site: Int32 = 0
        var adds = false
    }

    private(set) var coverage: Coverage
    private var steps: [Step] = []
    private var writers = [Last](repeating: Last(), count: 64)
    private var readers = [[Last]](repeating: [], count: 64)
    private let arrival: Int32
    /// Bits of entities, locks and inboxes.
    private let shared: UInt64

    init(_ model: Model) {
        coverage = Coverage(model)
        arrival = Int32(model.program.sites.count)
        shared = model.sharedBits
    }

    /// In front of a step: what could go wrong there.
    ///
    /// - Parameters:
    ///   - place: of the execution, from 0; what stood there and behind it is forgotten.
    ///   - actions: what could be chosen.
    mutating func begin(
        _ place: Int, _ slot: Int, _ action: Action, of actions: Actions,
        _ stepper: borrowing Stepper
    ) {
        if place < steps.count { steps.removeLast(steps.count - place) }
        let (site, own) = noteFault(slot, action, of: actions, stepper)
        steps.append(Step(slot: Int32(slot), site: site, mask: shared | own))
    }

    /// Of a search over states, which has no executions.
    @discardableResult
    mutating func noteFault(
        _ slot: Int, _ action: Action, of actions: Actions, _ stepper: borrowing Stepper
    ) -> (site: Int32, own: UInt64) {
        var site = arrival
        var own: UInt64 = 0
        if stepper.status(slot) == Stepper.Status.running {
            let step = stepper.instructions + Int(stepper.row(slot)[Layout.SlotWord.counter])
            site = step.pointee.site
            switch step.pointee.code {
            case .lookUp, .note, .effect, .publish: own = stepper.slots[slot].messageBit
            default: break
            }
        }
        let failures = stepper.message(stepper.slots[slot].message)[Layout.MessageWord.failures]
        let isAgain = stepper.has(slot, Stepper.Flag.redelivered)
        let attempt = min(Int(failures), 7) + (isAgain ? 8 : 0)
        coverage.note(Int(site) * Coverage.attempts + attempt, action, of: actions)
        return (site, own)
    }

    /// Behind the step: what it touched.
    mutating func end(_ touched: Touched) {
        let mask = steps[steps.count - 1].mask
        steps[steps.count - 1].touched = Touched(
            reads: touched.reads & mask, writes: touched.writes & mask, adds: touched.adds & mask)
    }

    /// The execution is over.
    ///
    /// - Complexity: O(steps), and for a step that changes what many read the number of these.
    mutating func finish() {
        var used: UInt64 = 0
        for step in steps {
            var rest = step.touched.reads | step.touched.writes | step.touched.adds
            used |= rest
            while rest != 0 {
                let object = rest.trailingZeroBitCount
                rest &= rest - 1
                note(step, object)
            }
        }
        while used != 0 {
            let object = used.trailingZeroBitCount
            used &= used - 1
            writers[object] = Last()
            readers[object].removeAll(keepingCapacity: true)
        }
    }

    private mutating func note(_ step: Step, _ object: Int) {
        let bit: UInt64 = 1 << UInt64(object)
        let adds = step.touched.adds & bit != 0
        guard adds || step.touched.writes & bit != 0 else {
            order(writers[object], step)
            readers[object].append(Last(slot: step.slot, site: step.site))
            return
        }
        if readers[object].isEmpty {
            if !(adds && writers[object].adds) { order(writers[object], step) }
        } else {
            for reader in readers[object] { order(reader, step) }
            readers[object].removeAll(keepingCapacity: true)
        }
        writers[object] = Last(slot: step.slot, site: step.site, adds: adds)
    }

    private mutating func order(_ first: Last, _ then: Step) {
        guard first.slot >= 0, first.slot != then.slot else { return }
        coverage.note(Int(first.site), before: Int(then.site))
    }

    /// What another process has come by before.
    mutating func formUnion(numbers: [UInt64]) { coverage.formUnion(numbers: numbers) }
}
