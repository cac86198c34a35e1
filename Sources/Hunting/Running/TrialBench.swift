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
    private let shouldStop: @Sendable () -> Bool
    /// Tells the trials of this process from those of others on the same cluster.
    private let prefix: String
    private let count = Atomic<Int>(0)

    /// - Parameter shouldStop: asked often; where it says so, trials under way end with `HuntError` of kind
    ///   `stopped` and leave nothing behind.
    public init(
        _ hunt: Hunt, folder: String, shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        self.hunt = hunt
        self.folder = folder
        self.shouldStop = shouldStop
        processGuard = try ProcessGuard()
        prefix = "kf" + String(UInt32.random(in: 0...UInt32.max), radix: 36)
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw HuntError(.files, "\(folder): cannot be made: \(error.localizedDescription)")
        }
    }

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

    /// Runs one trial.
    ///
    /// - Parameters:
    ///   - system: nil: the hunt's own.
    ///   - keepsFolder: whether the folder is left for somebody to look into; it is also kept where the trial
    ///     did not settle.
    /// - Throws: what kept the trial from being run.
    public func run(
        _ input: TrialInput, of system: SystemUnderTest? = nil, keepsFolder: Bool = false
    ) throws -> TrialOutcome {
        let number = count.add(1, ordering: .relaxed).newValue
        let place = try TrialPlace(
            id: "\(prefix)-\(number)", number: input.number, seed: input.seed,
            folder: folder + "/trial-\(number)")
        let feed = try FeedSequence(
            input.workload, input.schedule,
            paceUs: Int64(hunt.input.pace.inSeconds * 1_000_000))
        let run = try TrialRun(
            hunt, system ?? hunt.system, feed, place: place, guardedBy: processGuard,
            shouldStop: shouldStop)
        let outcome = try run.run()
        if !keepsFolder && outcome.ending == .settled {
            try? FileManager.default.removeItem(atPath: place.folder)
        }
        return outcome
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
