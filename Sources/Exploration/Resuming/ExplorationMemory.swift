import Perturbation
import Results
import Synchronization

/// What an exploration has done so far, in a file of results: an exploration that is begun again with it goes on
/// where the last one was written down, and comes to what an undisturbed one comes to.
///
/// Finished parts are trials (of a strategy, or of one of its rounds under `all`), blocks of executions that were
/// drawn too; where an exhaustive search stands is a fact. A search over states (`dfs`) is written down when it is over.
public final class ExplorationMemory: Sendable {
    private let results: Mutex<TrialResults>
    private let failure = Mutex<ResultsError?>(nil)

    /// Executions to a block.
    let block: Int
    /// Steps of an exhaustive search from one time that it is written down to the next.
    static let steps = 200_000

    public init(_ results: sending TrialResults, block: Int = 10_000) {
        self.results = Mutex(results)
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
}
