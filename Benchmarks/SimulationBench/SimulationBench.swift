import Configuration
import Foundation
import Simulation

/// Processor time of runs of a topology, read and run as `kerfuffle simulate` does.
///
/// ```
/// simulation-bench TOPOLOGY [--strategy NAME] [--messages N] [--seed TEXT] [--runs N]
/// ```
///
/// Prints one line of JSON a run (the seed has the run's number behind it from the second on): its messages and
/// events, processor time with the topology compiled anew, mean sojourn and fingerprint.
@main
struct SimulationBench {
    static func main() {
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            try? FileHandle.standardError.write(
                contentsOf: Data("simulation-bench: \(error)\n".utf8))
            exit(64)
        }
    }

    private static func run(_ words: [String]) throws {
        guard let path = words.first, words.count % 2 == 1 else { throw Unusable.words }
        var options: [String: String] = [:]
        for index in stride(from: 1, to: words.count, by: 2) {
            guard ["--strategy", "--messages", "--seed", "--runs"].contains(words[index]) else {
                throw Unusable.words
            }
            options[words[index]] = words[index + 1]
        }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        var topology = try Topology(yaml: Array(bytes), file: path)
        if let messages = try count(options["--messages"]) { topology.run.messages = messages }
        var strategy = topology.strategy
        if let name = options["--strategy"] {
            guard let named = Strategy(rawValue: name) else { throw Unusable.strategy(name) }
            strategy = named
        }
        let seed = options["--seed"] ?? topology.seed
        for index in 0..<(try count(options["--runs"]) ?? 1) {
            let start = seconds()
            let result = topology.run(strategy, seed: index == 0 ? seed : "\(seed)\(index)")
            let time = seconds() - start
            print(
                "{\"jobs\": \(result.total(\.messages)), \"events\": \(result.events), \"seconds\": "
                    + "\(String(format: "%.6f", time)), \"mean_ms\": "
                    + "\(String(format: "%.6f", result.sojourn.mean / 1e6)), \"fingerprint\": "
                    + "\"\(result.fingerprint)\"}")
        }
    }

    private static func count(_ text: String?) throws -> Int? {
        guard let text else { return nil }
        guard let count = Int(text), count > 0 else { throw Unusable.count(text) }
        return count
    }

    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

private enum Unusable: Error, CustomStringConvertible {
    case words
    case strategy(String)
    case count(String)

    var description: String {
        switch self {
        case .words:
            "usage: simulation-bench TOPOLOGY [--strategy NAME] [--messages N] [--seed TEXT] [--runs N]"
        case .strategy(let name):
            "no strategy \(name): \(Strategy.allCases.map(\.rawValue).joined(separator: ", "))"
        case .count(let text): "'\(text)' is not a number from 1 on"
        }
    }
}
