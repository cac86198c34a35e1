import Configuration
import Exploration
import Foundation
import Simulation

/// Speed of explorations of a topology.
///
/// ```
/// exploration-bench TOPOLOGY STRATEGY [EXECUTIONS [THREADS]]
/// ```
///
/// Prints one line of JSON: executions, steps, states, processor time and wall time.
@main
struct ExplorationBench {
    static func main() async {
        do {
            try await run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            try? FileHandle.standardError.write(
                contentsOf: Data("exploration-bench: \(error)\n".utf8))
            exit(64)
        }
    }

    private static func run(_ words: [String]) async throws {
        guard words.count >= 2, let strategy = SearchStrategy(rawValue: words[1]) else {
            throw Unusable.words
        }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: words[0]))
        let model = try Model(Topology(yaml: Array(bytes), file: words[0]))
        var explorer = Explorer(model)
        explorer.strategy = strategy
        explorer.countsClasses = false
        if words.count > 2, let count = Int(words[2]) { explorer.limits.executions = count }
        if words.count > 3, let count = Int(words[3]) { explorer.threads = count }
        let (start, begin) = (seconds(), ContinuousClock.now)
        let result = await explorer.run()
        let time = seconds() - start
        let wall = begin.duration(to: .now) / .seconds(1)
        print(
            "{\"search\": \"\(result.strategy)\", \"end\": \"\(result.end)\", \"executions\": "
                + "\(result.executions), \"steps\": \(result.steps), \"states\": \(result.states), "
                + "\"seconds\": \(String(format: "%.6f", time)), \"wall\": "
                + "\(String(format: "%.6f", wall)), \"steps_per_s\": "
                + "\(Int(Double(result.steps) / max(time, 1e-9))), \"executions_per_s\": "
                + "\(Int(Double(result.executions) / max(time, 1e-9)))}")
    }

    /// Processor time of this thread's process.
    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private enum Unusable: Error, CustomStringConvertible {
        case words

        var description: String {
            let all = SearchStrategy.allCases.map(\.rawValue).joined(separator: ", ")
            return "write TOPOLOGY, one of \(all), and perhaps a number of executions"
        }
    }
}
