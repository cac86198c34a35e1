import Arguments
import Foundation
import Proxy
import Recording

/// Which topic becomes which: pairs of `--in` and `--out`, as the proxy has them.
struct TopicMap: ParsableArguments {
    @Option(
        name: .customLong("in"),
        help: ArgumentHelp(
            "A topic of the recording, or ^ and a regular expression.",
            valueName: "topic", example: "orders"))
    var input: [String] = []

    @Option(
        name: .customLong("out"),
        help: ArgumentHelp(
            "What the --in of the same place is called at the other end.", valueName: "topic",
            example: "orders.shadow"))
    var output: [String] = []

    func validate() throws {
        if input.count != output.count {
            throw ValidationError("\(input.count) --in and \(output.count) --out: they go in pairs")
        }
    }

    var routes: [Route] { zip(input, output).map { Route(input: $0, output: $1) } }

    /// The other end's name; a topic that no pair names keeps its own.
    func names() throws -> (String) -> String {
        let routing = try Routing(routes)
        return { routing.route(of: $0)?.output ?? $0 }
    }

    /// - Throws: where none of these files speaks of a topic that is named.
    func check(against pairs: [(recording: String, schedule: String)]) throws {
        var known = Set(try Chain.sources(of: pairs.map(\.schedule)).map(\.topic))
        for pair in pairs where FileManager.default.fileExists(atPath: pair.recording) {
            known.formUnion(
                try RecordingReader(path: pair.recording).identity?.subscriptions ?? [])
        }
        // What a pattern named may have had no record.
        if known.isEmpty || known.contains(where: { $0.hasPrefix("^") }) { return }
        let missing = routes.filter { !$0.isPattern && !known.contains($0.input) }.map(\.input)
        if missing.isEmpty { return }
        throw Failure(
            .input,
            "\(pairs.map(\.recording).joined(separator: ", ")): no topic "
                + "\(missing.joined(separator: " and none ")) in what was recorded; there is "
                + known.sorted().joined(separator: ", "))
    }

    /// - Throws: where the recordings hold a topic that no pair names: what became of it cannot be looked at.
    func checkAll(of pairs: [(recording: String, schedule: String)]) throws {
        let routing = try Routing(routes)
        let others = Set(try Chain.sources(of: pairs.map(\.schedule)).map(\.topic))
            .filter { routing.route(of: $0) == nil }.sorted()
        if others.isEmpty { return }
        throw ProxyError(
            .refused,
            "the recording holds records of \(others.joined(separator: ", ")), which no --in names; say "
                + "with --in and --out where they went")
    }

    /// The other ends of the topics of these recordings.
    func outputs(of recordings: [String]) throws -> [String] {
        let routing = try Routing(routes)
        guard routing.hasPatterns else { return output }
        let topics = Set(try recordings.flatMap { try RecordedTopics.names(in: $0) })
        return routing.routes(of: topics).compactMap(\.output)
    }
}
