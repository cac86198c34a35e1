import Checking
import Foundation
import Perturbation
import Records
import Shrinking
import Synchronization

/// What an input is made of, for shrinking.
enum InputAtom: Hashable, Sendable {
    case fault(Int)
    case record(Int)
    case line(Int)
    /// A number in a record's JSON that is left out by becoming 1.
    case number(record: Int, field: String)
}

extension HuntRun {
    /// The least part of an input that still shows the failure.
    func shrink(
        _ input: TrialInput, keeping signature: FailureSignature, confirmation: Confirmation,
        isFresh: Bool
    ) throws -> (input: TrialInput, shrunk: Shrunk<InputAtom>) {
        let tree = Self.tree(of: input)
        let limit = hunt.budget.shrinking
        let shrinker = Shrinker<InputAtom, FailureSignature>(
            confirmation: confirmation,
            budget: ShrinkingBudget(trials: limit, isOver: { [self] in isOverTime }),
            sideBySide: max(1, width / 2),
            progress: { [self] shrunk in
                let part = Self.part(of: input, shrunk.atoms)
                bestSoFar.withLock { $0?.note(part, shrunk) }
                progress(
                    HuntProgress(
                        step: .shrinking, done: shrunk.trials, of: limit,
                        failing: shrunk.atoms.count, note: signature.description))
            },
            oracle: { [self] candidate in
                let part = Self.part(of: input, candidate.atoms)
                let first = isFresh ? Self.freshNumber : 1
                return try await answer(part, number: first + candidate.repetition, signature)
            })
        let (started, baselines) = isFresh ? (0, 0) : (width, max(1, width / 2))
        let shrunk = try bench.keepingStarted(started, number: input.number, seed: input.seed) {
            try bench.keepingStarted(baselines, number: 0, seed: Self.baselineSeed) {
                try waiting { await shrinker.shrink(tree, keeping: signature) }
            }
        }
        if case .failed(let error) = shrunk.end { throw error }
        return (Self.part(of: input, shrunk.atoms), shrunk)
    }

    /// Trials of systems that have just started begin there; what is known of those that waited is no answer.
    private static let freshNumber = 501

    private func answer(
        _ input: TrialInput, number: Int, _ signature: FailureSignature
    ) async throws -> Answer<FailureSignature> {
        let phase = Self.repetitionPhase(of: input)
        return try await withCheckedThrowingContinuation { continuation in
            let thread = Thread { [self] in
                continuation.resume(
                    with: Result {
                        if input.workload.records.isEmpty { return .passes }
                        let summary: TrialSummary
                        do {
                            summary = try self.summary(
                                of: input, phase: phase, number: number)
                        } catch let error as HuntError where error.kind == .system {
                            // The baseline of a part may not work at all: that says nothing.
                            return .unresolved
                        } catch is ScheduleError {
                            return .unresolved
                        }
                        if [TrialSummary.unstable, TrialSummary.overloaded].contains(summary.ending)
                        {
                            return .unresolved
                        }
                        if summary.shows(signature) { return .fails(signature) }
                        return summary.failures.first.map { .fails($0.signature) } ?? .passes
                    })
            }
            thread.stackSize = 2 << 20
            thread.start()
        }
    }

    /// Faults and the records of each key first, then records, then what is done to a record and its numbers.
    static func tree(of input: TrialInput) -> AtomTree<InputAtom> {
        var tree = AtomTree<InputAtom>()
        for index in input.schedule.faults.indices { tree.add(.fault(index)) }
        var groups: [[UInt8]?: Int] = [:]
        var nodes: [RecordName: Int] = [:]
        for (index, record) in input.workload.records.enumerated() {
            let group = groups[record.key] ?? tree.add(nil)
            groups[record.key] = group
            let node = tree.add(.record(index), under: group)
            nodes[RecordName(record)] = node
        }
        for (index, line) in input.schedule.lines.enumerated() {
            guard let node = nodes[RecordName(line.source, line.decision.slot)] else { continue }
            tree.add(.line(index), under: node)
        }
        let counting = countingFields(of: input.workload)
        for (index, record) in input.workload.records.enumerated() {
            guard let node = nodes[RecordName(record)] else { continue }
            for field in record.numbers where !counting.contains(field) {
                tree.add(.number(record: index, field: field), under: node)
            }
        }
        return tree
    }

    /// Fields whose numbers rise with every record of a key: versions, sequences and times mean their order, and
    /// a system that is right may go wrong where two are the same.
    private static func countingFields(of workload: Workload) -> Set<String> {
        var last: [[UInt8]?: [String: Double]] = [:]
        var rising: Set<String> = []
        var others: Set<String> = []
        for record in workload.records {
            for (field, number) in record.numberValues {
                if let before = last[record.key]?[field] {
                    if number > before { rising.insert(field) } else { others.insert(field) }
                }
                last[record.key, default: [:]][field] = number
            }
        }
        return rising.subtracting(others)
    }

    /// The input that consists of these atoms.
    static func part(of input: TrialInput, _ atoms: [InputAtom]) -> TrialInput {
        let kept = Set(atoms)
        let counting = countingFields(of: input.workload)
        var part = input
        part.workload.records = input.workload.records.enumerated().compactMap { index, record in
            guard kept.contains(.record(index)) else { return nil }
            let plain = record.numbers.filter {
                !counting.contains($0) && !kept.contains(.number(record: index, field: $0))
            }
            return plain.isEmpty ? record : record.settingToOne(Set(plain))
        }
        part.schedule.lines = input.schedule.lines.enumerated()
            .filter { kept.contains(.line($0.offset)) }.map(\.element)
        part.schedule.faults = input.schedule.faults.enumerated()
            .filter { kept.contains(.fault($0.offset)) }.map(\.element)
        part.schedule = part.schedule.restricted(to: part.workload)
        return part
    }
}

extension Record {
    /// The top-level fields of a JSON object that hold a number other than 1.
    fileprivate var numbers: [String] {
        json?.members?.compactMap { member in
            if case .number(let text) = member.value, text != "1" { member.name } else { nil }
        } ?? []
    }

    /// Every top-level number.
    fileprivate var numberValues: [(String, Double)] {
        json?.members?.compactMap { member in
            guard case .number(let text) = member.value else { return nil }
            return Double(text).map { (member.name, $0) }
        } ?? []
    }

    fileprivate func settingToOne(_ names: Set<String>) -> Record {
        guard let members = json?.members else { return self }
        var record = self
        let changed = members.map { member in
            names.contains(member.name)
                ? JSONValue.Member(member.name, .number("1")) : member
        }
        record.value = Array(JSONValue.object(changed).text.utf8)
        return record
    }

    private var json: JSONValue? {
        try? value?.withUnsafeBytes { try JSONValue(parsing: $0) }
    }
}

/// Waits for asynchronous work on this thread. The work has threads of its own, so that it goes on where all of
/// the cooperative pool's wait for something else.
private func waiting<Result: Sendable>(_ body: @escaping @Sendable () async -> Result) throws
    -> Result
{
    let box = Box<Result>()
    let done = DispatchSemaphore(value: 0)
    Task(executorPreference: OwnThreads()) {
        let result = await body()
        box.value.withLock { $0 = result }
        done.signal()
    }
    done.wait()
    guard let value = box.value.withLock({ $0 }) else { throw HuntError(.stopped, "stopped") }
    return value
}

/// A thread for each piece of work: each is a trial, which takes seconds and mostly waits.
private final class OwnThreads: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let thread = Thread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        thread.stackSize = 2 << 20
        thread.start()
    }
}

private final class Box<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}
