import Arguments
import Configuration
import Simulation

/// `handlers.reserve.workers=1,2,4,8`
enum SweepArgument {
    static let type = ArgumentType<Sweep>(
        valueName: "key=v1,v2,..",
        spell: { "\($0.path)=\($0.values.joined(separator: ","))" },
        parse: { text in
            do { return .success(try Sweep(text)) } catch {
                return .failure(InvalidArgument("\(error)"))
            }
        })
}

/// A topology on the command line at every point of its sweeps.
struct SweptTopology {
    private let options: TopologyOptions
    private let document: TopologyDocument
    private let sweeps: [Sweep]
    private static let mostPoints = 10_000

    /// - Throws: every value that will not do, before anything runs.
    init(_ options: TopologyOptions, _ document: TopologyDocument, _ sweeps: [Sweep]) throws {
        self.options = options
        self.document = document
        self.sweeps = sweeps
        var problems = contradictions
        let set = options.set.map(\.setting)
        for sweep in sweeps where problems.isEmpty {
            for value in sweep.values {
                do {
                    _ = try document.topology(with: set + [try Setting(sweep.path, value)])
                } catch let error as SettingError {
                    for problem in error.problems where !problems.contains(problem) {
                        problems.append(problem)
                    }
                }
            }
        }
        if !problems.isEmpty { throw Failure(.usage, problems.joined(separator: "\n")) }
    }

    var count: Int { sweeps.reduce(1) { $0 * $1.values.count } }

    /// Without the sweeps' values.
    func base() throws -> Topology { try options.with(options.set.map(\.setting), document) }

    func topology(_ values: SweepValues) throws -> Topology {
        let own = try zip(sweeps, values.texts).map { try Setting($0.path, $1) }
        return try options.with(options.set.map(\.setting) + own, document)
    }

    /// What is said twice, or elsewhere.
    private var contradictions: [String] {
        var problems: [String] = []
        let elsewhere = [
            "strategy": "--strategies", "compare": "--strategies", "seed": "--seed and --seeds",
            "about": "the file",
        ]
        var seen = options.set.map(\.setting.path)
        for sweep in sweeps {
            let path = sweep.path
            if seen.contains(path) {
                problems.append("--sweep \(path): its value is given twice; write it once")
            }
            seen.append(path)
            if let flag = elsewhere[path] {
                problems.append(
                    "--sweep \(path): is no part of the traffic or the design; \(flag) says it")
            }
            if path == "run.messages", options.messages != nil {
                problems.append("--sweep run.messages: --messages says it, too; leave one away")
            }
            if path == "run.time", options.time != nil {
                problems.append("--sweep run.time: --time says it, too; leave one away")
            }
        }
        if count > Self.mostPoints {
            problems.append(
                "\(count) points are too many: at most \(Self.mostPoints) combinations of swept values"
            )
        }
        return problems
    }
}
