import Checking
import Simulation

/// One execution made again from its choices, with all that happened.
public struct Execution: Sendable {
    public let choices: [Choice]
    /// How many of these were given; the others were made to come to the end.
    public private(set) var choicesTaken = 0
    /// Each step of the exploration counts one second.
    public private(set) var entries: [TraceEntry] = []
    /// What it did that it must not do, and after how many steps; the first.
    public private(set) var finding: Finding?
    public private(set) var stepsToFinding = 0
    /// Entries of the step that did it.
    private(set) var lastEntries: Range<Int> = 0..<0
    /// A choice that could not be made: the execution ends in front of it.
    public private(set) var misfit: Int?
    /// Nothing goes on any more.
    public private(set) var isWhole = false
    public private(set) var history = History()
    /// What steps touched, and the digest of the partial order.
    private(set) var touched: [Touched] = []
    public private(set) var digest: UInt64 = 0

    /// - Parameters:
    ///   - completes: goes on behind the last choice, the first delivery that can taking each turn, until nothing
    ///     goes on.
    ///   - skips: a choice that cannot be made is left out.
    ///   - looksForCycles: a way back to a state in which everybody who can goes on is a livelock, where nothing else
    ///     was found. Without `keepsEntries` alone: what entries tell would make states differ.
    public init(
        _ model: Model, _ choices: [Choice], completes: Bool = false, skips: Bool = false,
        keepsEntries: Bool = true, looksForCycles: Bool = false
    ) {
        var cycles = looksForCycles ? CycleWatch() : nil
        var taken: [Choice] = []
        let seen = Seen()
        var stepper = Stepper(
            model, keepsVersions: keepsEntries,
            observer: keepsEntries ? { seen.add($0) } : nil)
        var order = PartialOrder(deliveries: stepper.slotCount)
        var next = 0
        while taken.count < model.bounds.steps {
            let enabled = stepper.enabled
            guard enabled != 0 else {
                isWhole = true
                break
            }
            var choice: Choice
            if next < choices.count {
                choice = choices[next]
                next += 1
                let slot = Int(choice.delivery)
                let fits =
                    slot < stepper.slotCount && enabled & 1 << UInt64(slot) != 0
                    && stepper.actions(slot) & choice.action.bit != 0
                if !fits {
                    if skips { continue }
                    misfit = next - 1
                    break
                }
                choicesTaken += 1
            } else if completes {
                let last = taken.last.map { Int($0.delivery) } ?? 64
                let goesOn = last < 64 && enabled & 1 << UInt64(last) != 0
                choice = Choice(UInt8(goesOn ? last : enabled.trailingZeroBitCount))
            } else {
                break
            }
            let before = seen.entries.count
            cycles?.note(stepper, Int(choice.delivery))
            stepper.step(Int(choice.delivery), choice.action)
            taken.append(choice)
            let touch = Touched(
                reads: stepper.reads, writes: stepper.writes, adds: stepper.adds)
            touched.append(touch)
            order.add(
                Int(choice.delivery), choice.action, touch, woken: stepper.enabled & ~enabled)
            if finding == nil, stepper.broken != 0 {
                let bit = stepper.broken & ~(stepper.broken - 1)
                finding = Finding.named(bit)
                stepsToFinding = taken.count
                lastEntries = before..<seen.entries.count
            }
        }
        if finding == nil, stepper.enabled == 0, misfit == nil, let end = stepper.findingAtEnd() {
            finding = end
            stepsToFinding = taken.count
            lastEntries = 0..<seen.entries.count
        }
        if finding == nil, cycles?.closes(stepper) == true {
            finding = .livelock
            stepsToFinding = taken.count
        }
        digest = order.digest
        self.choices = taken
        entries = seen.entries
        if keepsEntries {
            var recorder = HistoryRecorder(model.topology)
            for entry in seen.arrivals + entries { recorder.record(entry) }
            history = recorder.history
        }
    }

    /// What no single step shows: an anomaly that is forbidden, or a way back to where it was.
    public func findingOfAll(_ model: Model) -> Finding? {
        let forbidden = model.bounds.forbidden
        let anomaly =
            forbidden.isEmpty ? nil : history.anomalies().first { forbidden.contains($0.kind) }
        if let anomaly { return .anomaly(anomaly.kind.rawValue) }
        return Execution(model, choices, keepsEntries: false, looksForCycles: true).finding
    }

    private final class Seen {
        var entries: [TraceEntry] = []
        /// In the order in which messages came to their queues, for whoever asks for that alone.
        var arrivals: [TraceEntry] = []

        func add(_ entry: TraceEntry) {
            if entry.what == .arrive { arrivals.append(entry) } else { entries.append(entry) }
        }
    }
}

/// The states of an execution, for whoever asks whether one came again.
private struct CycleWatch {
    private var digests: [UInt64] = []
    private var slots: [Int] = []

    /// In front of a step.
    mutating func note(_ stepper: borrowing Stepper, _ slot: Int) {
        digests.append(StateSet.digest(stepper.state, stepper.words))
        slots.append(slot)
    }

    /// Whether the last state was there before, with a turn since for everybody who can take one.
    func closes(_ stepper: borrowing Stepper) -> Bool {
        let digest = StateSet.digest(stepper.state, stepper.words)
        var acted: UInt64 = 0
        for place in digests.indices.reversed() {
            acted |= 1 << UInt64(slots[place])
            if digests[place] == digest && stepper.enabled & ~acted == 0 { return true }
        }
        return false
    }
}
