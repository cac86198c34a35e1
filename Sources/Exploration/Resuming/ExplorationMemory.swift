import Perturbation
import Results
import Synchronization

/// What an exploration has done so far, in a file of results: an exploration that is begun again with it goes on
/// where the last one was written down, and comes to what an undisturbed one comes to.
///
/// Finished parts are trials (of a strategy, or of one of its rounds under `all`), blocks of executions that were
/// drawn too; where an exhaustive search stands is a fact. The states of one that keeps them are a file beside it.
public final class ExplorationMemory: Sendable {
    private let results: Mutex<TrialResults>
    private let failure = Mutex<ResultsError?>(nil)

    /// Where files of states lie; nil: a search over states is written down when it is over.
    private let folder: String?
    /// Told in a line where a search over states goes on, or that it begins anew.
    private let say: @Sendable (String) -> Void
    /// Executions to a block.
    let block: Int
    /// Steps of an exhaustive search from one time that it is written down to the next.
    static let steps = 200_000

    public init(
        _ results: sending TrialResults, block: Int = 10_000, folder: String? = nil,
        say: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.results = Mutex(results)
        self.folder = folder
        self.say = say
        self.block = max(1, block)
    }

    /// What kept it from being written or read; the search that noticed has ended.
    public var error: ResultsError? { failure.withLock { $0 } }

    private func attempt<Value: Sendable>(
        _ body: (TrialResults) throws(ResultsError) -> Value
    ) -> Value? {
        results.withLock { results in
            do throws(ResultsError) {
                return try body(results)
            } catch {
                failure.withLock { $0 = $0 ?? error }
                return nil
            }
        }
    }

    // MARK: Parts

    func part(_ phase: String, _ number: Int) -> Part? {
        attempt { results throws(ResultsError) in try results.entries(of: phase) }?
            .first { $0.number == number }.flatMap { Part(text: $0.details) }
    }

    /// All of a phase, in order, up to the first that is missing.
    func parts(_ phase: String) -> [Part] {
        let entries = attempt { results throws(ResultsError) in try results.entries(of: phase) }
        return zip(entries ?? [], 1...).prefix { $0.0.number == $0.1 }
            .compactMap { Part(text: $0.0.details) }
    }

    func store(_ part: Part, _ phase: String, _ number: Int) {
        let entry = TrialResults.Entry(
            number: number, phase: phase, input: "\(phase)-\(number)", verdict: part.verdict,
            signature: part.hit.map { "\($0.finding)" }, details: part.text, cpuMs: 0, wallMs: 0)
        _ = attempt { results throws(ResultsError) in try results.store(entry) }
    }

    // MARK: Where a search stands

    func stand(_ phase: String) -> SearchStand? {
        attempt { results throws(ResultsError) in try results.fact("stand \(phase)") }
            .flatMap { $0 }.flatMap(SearchStand.init)
    }

    func store(_ stand: SearchStand, _ phase: String) {
        _ = attempt { results throws(ResultsError) in
            try results.set("stand \(phase)", to: stand.text)
        }
    }

    // MARK: States

    /// The file first, so that there is one for whatever stand is read.
    func store(_ states: borrowing StateSet, _ stand: SearchStand, _ phase: String) {
        guard let folder else { return }
        let earlier = self.stand(phase).map { self.file(folder, phase, $0) }
        let file = self.file(folder, phase, stand)
        if let cause = states.write(to: file) {
            // What is in memory can still come to its end.
            let kept = self.stand(phase)?.counts.states
            let start = kept.map { "from the \($0) states before" } ?? "from the start"
            return say(
                "\(file): cannot be written: \(cause); the search goes on, and --resume would begin "
                    + start)
        }
        store(stand, phase)
        if let earlier, earlier != file { StateSet.remove(earlier) }
    }

    func states(_ phase: String) -> StateSet? {
        guard let folder, let stand = stand(phase) else { return nil }
        let file = self.file(folder, phase, stand)
        guard let states = StateSet.read(file), states.count == stand.counts.states else {
            say("\(phase) begins anew: its states are not in \(file), or not whole")
            return nil
        }
        say("\(phase) goes on from \(states.count) states")
        return states
    }

    /// What is over needs its states no more.
    func removeStates(_ phase: String) {
        guard let folder, let stand = stand(phase) else { return }
        StateSet.remove(file(folder, phase, stand))
    }

    private func file(_ folder: String, _ phase: String, _ stand: SearchStand) -> String {
        "\(folder)/\(phase)-\(stand.counts.states).states"
    }
}
