import Arguments
import Configuration
import Simulation

/// A topology on the command line, with flags that win over the file.
struct TopologyOptions: ParsableArguments {
    @Argument(
        help: "The topology.", completion: .files(extensions: ["yaml", "yml", "json"]))
    var topology: String

    @Option(
        help: ArgumentHelp("How many messages the sources make together.", example: "100000"),
        as: ArgumentType(.integer.atLeast(1)))
    var messages: Int?

    @Option(
        help: ArgumentHelp("When a run stops, in virtual time.", example: "30m"),
        as: ArgumentType(.duration, valueName: "time", spell: { $0.spelled }))
    var time: Duration?

    @Option(
        help: ArgumentHelp(
            "A value in place of the file's, its key written as a path.",
            valueName: "key=value", example: "handlers.reserve.workers=8"),
        as: ArgumentType(valueName: "key=value", parse: SetValue.parse))
    var set: [SetValue] = []

    @Option(
        help: ArgumentHelp(
            "A recording whose records arrive instead of what the topology's source draws.",
            example: "recordings/orders.mcap"),
        completion: .files(extensions: ["mcap"]))
    var workload: String?

    @Option(
        help: ArgumentHelp("How many times as fast as it was recorded.", example: "2"),
        as: ArgumentType(.speed, valueName: "factor", spell: { $0.description }))
    var workloadFactor: Ratio?

    /// The file as it is, with the flag's end where it has none.
    func open() throws -> TopologyDocument {
        let end =
            try messages.map { try Setting("run.messages", "\($0)") }
            ?? time.map { try Setting("run.time", $0.spelled) }
            ?? set.map(\.setting).first { ["run.messages", "run.time"].contains($0.path) }
        return try TopologyFile.open(topology, end: end)
    }

    /// The file with what the flags say.
    func read() throws -> Topology { try with(set.map(\.setting), open()) }

    /// The file with what the flags say, and other values put in.
    func with(_ settings: [Setting], _ document: TopologyDocument) throws -> Topology {
        var topology = try document.topology(with: settings)
        if let messages {
            topology.ask(forMessages: messages, besides: settings.map(\.path))
            if let own = topology.ownMessages, own < messages {
                warn([
                    "--messages \(messages): the sources make \(own) together, as their own "
                        + "messages say; --set sources.NAME.messages=8 changes one"
                ])
            }
        }
        if let time { topology.run.time = time }
        if let workload { try replay(workload, in: &topology) }
        return topology
    }

    /// The file with what --set and --messages say, and changes behind that, as a file of its own.
    func edited(_ document: TopologyDocument, _ edits: [TopologyEdit]) throws -> TopologyDocument {
        var all: [TopologyEdit] = set.map { .set($0.setting.path, $0.setting.text) }
        if let messages {
            all.append(.set("run.messages", "\(messages)"))
            let isSaid = set.contains { $0.setting.path.hasSuffix(".messages") }
            if document.topology.sources.count == 1, !isSaid {
                let name = document.topology.sources[0].name
                all.append(.set("sources[\"\(name)\"].messages", "\(messages)"))
            }
        }
        return try document.edited(all + edits)
    }

    /// The same with a recording as its workload, where there is one; nil where it is no topology.
    func rebuilt(_ document: TopologyDocument, _ edits: [TopologyEdit]) -> Topology? {
        guard var topology = try? edited(document, edits).topology else { return nil }
        if let workload {
            guard topology.sources.count == 1, let recorded = try? Workload(recording: workload)
            else { return nil }
            topology.sources[0].replay(recorded, factor: workloadFactor ?? .one)
        }
        return topology
    }

    /// The flags that were given, as they are written.
    var words: [String] {
        var words: [String] = []
        if let messages { words += ["--messages", "\(messages)"] }
        if let time { words += ["--time", time.spelled] }
        for set in set { words += ["--set", "\(set.setting.path)=\(set.setting.text)"] }
        if let workload { words += ["--workload", workload] }
        if let workloadFactor { words += ["--workload-factor", "\(workloadFactor)"] }
        return words
    }

    private func replay(_ path: String, in topology: inout Topology) throws {
        guard topology.sources.count == 1 else {
            throw Failure(
                .usage,
                "--workload: the topology has \(topology.sources.count) sources; write workload: "
                    + "{recording: \(path)} in the one that is meant")
        }
        topology.sources[0].replay(try Workload(recording: path), factor: workloadFactor ?? .one)
        // How many of them is then said by the flag, not by what the source would have drawn.
        if messages != nil { topology.sources[0].messages = nil }
    }

    func validate() throws {
        if workload == nil && workloadFactor != nil {
            throw ValidationError("--workload-factor says nothing without --workload")
        }
        let paths = set.map(\.setting.path)
        for (index, path) in paths.enumerated() where paths[..<index].contains(path) {
            throw ValidationError("--set \(path): its value is given twice; write it once")
        }
        if let time, time <= .zero { throw ValidationError("--time 0: write 30m, more than 0") }
    }
}

/// A topology on disk.
enum TopologyFile {
    static func read(_ path: String) throws -> Topology { try open(path).topology }

    static func open(_ path: String, end: Setting? = nil) throws -> TopologyDocument {
        try TopologyDocument(yaml: try SmallFile.bytes(path), file: path, end: end)
    }
}

extension Strategy: ExpressibleByArgument {}

/// `handlers.reserve.workers=8`
struct SetValue: Sendable {
    let setting: Setting

    static func parse(_ text: String) -> Result<SetValue, InvalidArgument> {
        guard let equals = text.firstIndex(of: "=") else {
            return .failure(InvalidArgument("\(text) has no value; write \(text)=8"))
        }
        do {
            let value = String(text[text.index(after: equals)...])
            return .success(SetValue(setting: try Setting(String(text[..<equals]), value)))
        } catch {
            return .failure(InvalidArgument("\(error)"))
        }
    }
}
