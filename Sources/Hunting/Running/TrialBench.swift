import Foundation
import Perturbation
import Records
import Synchronization

/// Runs trials of a hunt: each on a broker and in a folder of its own. Its calls block; they may be made from
/// any number of threads.
public final class TrialBench: Sendable {
    public let hunt: Hunt
    /// Folders of trials are made in it.
    public let folder: String
    private let processGuard: ProcessGuard
    private let pause: @Sendable (UInt32) -> Void
    private let shouldStop: @Sendable () -> Bool
    /// Tells the trials of this process from those of others on the same cluster.
    private let prefix: String
    private let marks: MarkNumbers
    private let count = Atomic<Int>(0)
    private let shelf = StartedTrials()
    private let committing = Mutex<Committing>(.unknown)
    /// Systems that were ready in some trial.
    private let working = Mutex<Set<SystemUnderTest>>([])

    /// - Parameter shouldStop: asked often; where it says so, trials under way end with `HuntError` of kind
    ///   `stopped` and leave nothing behind.
    public convenience init(
        _ hunt: Hunt, folder: String, shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        try self.init(hunt, folder: folder, pause: { usleep($0) }, shouldStop: shouldStop)
    }

    /// - Parameter pause: how a trial waits while its system runs some microseconds; that it may come back late is the
    ///   machine's doing, or a test's.
    package init(
        _ hunt: Hunt, folder: String, pause: @escaping @Sendable (UInt32) -> Void,
        shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        self.hunt = hunt
        self.pause = pause
        // Systems run in folders of their own.
        self.folder = URL(fileURLWithPath: folder).standardizedFileURL.path
        self.shouldStop = shouldStop
        let key = UInt32.random(in: 0...UInt32.max)
        prefix = "kf" + String(key, radix: 36)
        marks = MarkNumbers(key: key)
        processGuard = try ProcessGuard(
            mark: "KERFUFFLE_TRIAL_ID=\(prefix)-", limits: marks.pattern)
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw HuntError(.files, "\(folder): cannot be made: \(error.localizedDescription)")
        }
    }

    /// What is known of the baseline's group: where it commits everything, a trial in which it does not is not over;
    /// where it does not, a shorter silence is enough.
    func note(that group: Committing) { committing.withLock { $0 = group } }

    /// Carries the system's own `build` command out, where it has one.
    public func build() throws {
        var systems = [hunt.system]
        if case .system(let other) = hunt.baseline { systems.append(other) }
        for system in systems {
            guard let words = system.build else { continue }
            let log = folder + "/build.log"
            let process = try SystemProcess(
                words, environment: ProcessInfo.processInfo.environment,
                directory: system.directory, output: log, guardedBy: processGuard)
            defer { process.end() }
            while !process.hasEnded {
                if shouldStop() { throw HuntError(.stopped, "stopped") }
                usleep(5000)
            }
            guard process.exit == .code(0) else {
                let exit = process.exit?.inWords ?? "ended"
                throw HuntError(
                    .system, "\(words.joined(separator: " ")) \(exit); its output is in \(log)")
            }
        }
    }

    /// Runs one trial. A system that was ready in another trial and is not in this one is started anew once: nothing
    /// was done to it yet, so that is no schedule's doing. So is a trial that came to no end in time while this
    /// process itself stood still, and one whose fault may have struck behind its moment. What is so twice has that
    /// ending; nothing can be judged without a baseline, so that of one is tried up to six times.
    ///
    /// - Parameters:
    ///   - system: nil: the hunt's own.
    ///   - isBaseline: nothing is known yet of what the system does by itself: that it does not commit everything is
    ///     no hang.
    ///   - isCalibration: it is held against the baseline to see what differs by itself.
    ///   - isInTurn: records of one entity that stand on several partitions are fed one by one.
    ///   - keepsFolder: whether the folder is left for somebody to look into; it is also kept where the trial
    ///     did not settle.
    /// - Throws: what kept the trial from being run.
    public func run(
        _ input: TrialInput, of system: SystemUnderTest? = nil, isBaseline: Bool = false,
        isCalibration: Bool = false, isInTurn: Bool = false, keepsFolder: Bool = false
    ) throws -> TrialOutcome {
        let system = system ?? hunt.system
        let patience = isBaseline || isCalibration ? 6 : 2
        var attempt = 1
        var lateLooks = 0
        while true {
            var outcome = try once(
                input, of: system, isBaseline: isBaseline, isInTurn: isInTurn,
                keepsFolder: keepsFolder)
            outcome.isSecondStart = attempt > 1
            if outcome.ending.wasReady { working.withLock { _ = $0.insert(system) } }
            // The schedule was not carried out for sure.
            if outcome.isLateToLook, lateLooks < Self.mostLateLooks {
                lateLooks += 1
                continue
            }
            let isVerdict = !outcome.isOverloaded && !isUnusual(outcome.ending, of: system)
            if isVerdict || attempt >= (outcome.isOverloaded ? patience : 2) { return outcome }
            attempt += 1
        }
    }

    /// So often a trial is run again whose fault may have struck behind its moment; then it counts as it is.
    private static let mostLateLooks = 3

    /// It was not ready, and was so in another trial.
    private func isUnusual(_ ending: TrialOutcome.Ending, of system: SystemUnderTest) -> Bool {
        guard case .neverReady = ending, hunt.input.when == .ready else { return false }
        return working.withLock { $0.contains(system) }
    }

    private func once(
        _ input: TrialInput, of system: SystemUnderTest, isBaseline: Bool, isInTurn: Bool,
        keepsFolder: Bool
    ) throws -> TrialOutcome {
        var feed = try FeedSequence(
            input.workload, input.schedule,
            paceUs: Int64(hunt.input.pace.inSeconds * 1_000_000))
        if isInTurn { feed = try hunt.judging.inTurn(feed, of: input.workload) }
        let key = StartedTrials.Key(system: system, number: input.number, seed: input.seed)
        let run = try shelf.take(key) { [self] in try started(key) }
        run.committing = committing.withLock { $0 }
        run.isBaseline = isBaseline
        let outcome: TrialOutcome
        do {
            outcome = try run.run(feed)
        } catch let error as HuntError where error.kind == .stopped {
            try? FileManager.default.removeItem(atPath: run.place.folder)
            throw error
        }
        if !keepsFolder && outcome.ending == .settled {
            try? FileManager.default.removeItem(atPath: run.place.folder)
        }
        return outcome
    }

    /// Starts systems ahead, so that a trial under that number and seed need not wait until one is ready; for
    /// work that must know one trial's result before it chooses the next.
    ///
    /// - Parameter body: as long as it goes on, so many are kept started.
    func keepingStarted<Result>(
        _ width: Int, number: Int, seed: String, _ body: () throws -> Result
    ) throws -> Result {
        // What is fed before the system starts cannot wait for it.
        guard hunt.input.when == .ready, case .command = hunt.system.start else {
            return try body()
        }
        let key = StartedTrials.Key(system: hunt.system, number: number, seed: seed)
        shelf.keep(width, of: key) { [self] in try started(key) }
        defer { shelf.empty(key) }
        return try body()
    }

    /// What a command answers that reads a question from its standard input, run in the system's folder.
    ///
    /// - Throws: `HuntError` where it fails or takes longer than 60 s.
    func answer(of words: [String], to question: [UInt8]) throws -> [UInt8] {
        let number = count.add(1, ordering: .relaxed).newValue
        let base = folder + "/question-\(number)"
        let (asked, said, errors) = (base + ".json", base + ".answer", base + ".errors")
        defer {
            for file in [asked, said, errors] { try? FileManager.default.removeItem(atPath: file) }
        }
        try Data(question).write(to: URL(fileURLWithPath: asked))
        let process = try SystemProcess(
            ["/bin/sh", "-c", "file=$1; shift; exec \"$@\" <\"$file\"", "sh", asked] + words,
            environment: ProcessInfo.processInfo.environment, directory: hunt.system.directory,
            output: said, errors: errors, guardedBy: processGuard)
        defer { process.end() }
        let limit = ContinuousClock.now + .seconds(60)
        while !process.hasEnded {
            if shouldStop() { throw HuntError(.stopped, "stopped") }
            if ContinuousClock.now > limit {
                throw HuntError(.system, "\(words[0]): the command did not end within 1m")
            }
            usleep(2000)
        }
        guard process.exit == .code(0) else {
            let text = FileManager.default.contents(atPath: errors) ?? Data()
            throw HuntError(
                .system,
                "\(words[0]): the command \(process.exit?.inWords ?? "ended"): "
                    + String(decoding: text.suffix(500), as: UTF8.self))
        }
        return [UInt8](FileManager.default.contents(atPath: said) ?? Data())
    }

    private func started(_ key: StartedTrials.Key) throws -> TrialRun {
        let number = count.add(1, ordering: .relaxed).newValue
        let place = try TrialPlace(
            id: "\(prefix)-\(number)", count: number, marks: marks, number: key.number,
            seed: key.seed, folder: folder + "/trial-\(number)")
        let run = try TrialRun(
            hunt, key.system, place: place, guardedBy: processGuard, pause: pause,
            shouldStop: shouldStop)
        if hunt.input.when == .ready { try run.start() }
        return run
    }

    /// Runs work on several threads; results are handed over in the order in which they come, to one call at a
    /// time.
    ///
    /// - Parameters:
    ///   - next: the next piece of work; nil: no more. Called under a lock.
    ///   - done: called under the same lock.
    /// - Throws: the first error; what is under way is finished before.
    public static func sideBySide<Work: Sendable, Result: Sendable>(
        _ width: Int, next: @escaping () -> Work?, run: @escaping @Sendable (Work) throws -> Result,
        done: @escaping (Work, Result) throws -> Void
    ) throws {
        let desk = Desk(next: next, done: done)
        let group = DispatchGroup()
        for _ in 0..<width {
            group.enter()
            let thread = Thread {
                defer { group.leave() }
                while let work = desk.take() {
                    do { desk.put(work, try run(work)) } catch { desk.fail(error) }
                }
            }
            thread.stackSize = 2 << 20
            thread.start()
        }
        group.wait()
        if let error = desk.failure { throw error }
    }
}

/// What the threads of ``TrialBench/sideBySide(_:next:run:done:)`` take work from.
private final class Desk<Work: Sendable, Result: Sendable>: Sendable {
    private struct Closures {
        let next: () -> Work?
        let done: (Work, Result) throws -> Void
        var failure: (any Error)?
    }

    private nonisolated(unsafe) var closures: Closures
    private let lock = NSLock()

    init(next: @escaping () -> Work?, done: @escaping (Work, Result) throws -> Void) {
        closures = Closures(next: next, done: done)
    }

    func take() -> Work? { lock.withLock { closures.failure == nil ? closures.next() : nil } }

    func put(_ work: Work, _ result: Result) {
        lock.withLock {
            do { try closures.done(work, result) } catch {
                closures.failure = closures.failure ?? error
            }
        }
    }

    func fail(_ error: any Error) {
        lock.withLock { closures.failure = closures.failure ?? error }
    }

    var failure: (any Error)? { lock.withLock { closures.failure } }
}
