import Configuration

/// A topology's file with values put in: one topology for each set of them.
public struct TopologyDocument: Sendable {
    /// As the file says it.
    public let topology: Topology
    /// The file's text.
    public let text: String
    let root: Node
    let file: String

    /// - Parameter end: `run.messages` or `run.time`, for a file that names neither.
    /// - Throws: `ConfigurationError` with every problem of the file.
    public init(
        yaml bytes: [UInt8], file: String, end: Setting? = nil
    ) throws(ConfigurationError) {
        let written = try YAML.tree(bytes, file: file)
        let run = written.value(of: "run")
        let hasEnd = run?.value(of: "messages") != nil || run?.value(of: "time") != nil
        // What cannot be put in is a problem of the file, which is told below.
        root = hasEnd ? written : end.flatMap { try? written.setting($0) } ?? written
        topology = try Topology(root, file: file)
        self.file = file
        text = String(decoding: bytes, as: UTF8.self)
    }

    private init(_ root: Node, file: String, text: String) throws(ConfigurationError) {
        self.root = root
        self.file = file
        self.text = text
        topology = try Topology(root, file: file)
    }

    /// Every value of the file by its path.
    public var leaves: [String: String] { root.leaves }

    /// The topology with other values.
    ///
    /// - Throws: every problem of the values: paths that lead nowhere, values that will not do.
    public func topology(with settings: [Setting]) throws(SettingError) -> Topology {
        try document(with: settings).topology
    }

    /// The same file with other values; what they put in has the places of what stood there.
    ///
    /// - Throws: as above.
    public func document(with settings: [Setting]) throws(SettingError) -> TopologyDocument {
        if settings.isEmpty { return self }
        var root = root
        var problems: [String] = []
        for setting in settings {
            do {
                try checkName(setting)
                root = try root.setting(setting)
            } catch {
                problems.append("\(setting.path)=\(setting.text): \(error)")
            }
        }
        if !problems.isEmpty { throw SettingError(problems: problems) }
        do {
            return try TopologyDocument(root, file: file, text: text)
        } catch {
            // The file alone has no problem: what is wrong now comes from the values.
            throw SettingError(settings, error.problems)
        }
    }

    /// Names are the file's own: a new one would be a part that nothing uses.
    private func checkName(_ setting: Setting) throws(ValueError) {
        let named: [String: [String]] = [
            "sources": topology.sources.map(\.name), "queues": topology.queues.map(\.name),
            "stores": topology.stores.map(\.name), "inboxes": topology.inboxes.map(\.name),
            "services": topology.services.map(\.name),
            "handlers": topology.handlers.map(\.name),
        ]
        guard let names = named[setting.first] else { return }
        let path = "\(setting.first).NAME"
        guard let name = setting.second else {
            throw ValueError(
                found: "\(setting.path) has names below it",
                accepted: names.isEmpty
                    ? "the topology has none"
                    : "write \(path) with \(names.joined(separator: ", "))")
        }
        if case .failure(let error) = ValueParser<String>
            .reference("name among the \(setting.first)", among: names).parse(name)
        {
            throw error
        }
    }
}

/// What is wrong with values that were put into a topology, a line a problem.
public struct SettingError: Error, Hashable, Sendable, CustomStringConvertible {
    public let problems: [String]

    init(problems: [String]) { self.problems = problems }

    init(_ settings: [Setting], _ problems: [Problem]) {
        self.problems = problems.map { problem in
            // Which one it was, where the path says so; else any of them together.
            let own = settings.filter { $0.path == problem.path }
            let label = (own.isEmpty ? settings : own)
                .map { "\($0.path)=\($0.text)" }.joined(separator: ", ")
            let path = problem.path.isEmpty || !own.isEmpty ? "" : "\(problem.path): "
            return "\(label): \(path)\(problem.found)" + (problem.accepted.map { "; \($0)" } ?? "")
        }
    }

    public var description: String { problems.joined(separator: "\n") }
}
