import Configuration

/// A topology with every value that it runs with, and where each comes from.
public struct TopologyExplanation: Sendable {
    /// One value.
    public struct Entry: Sendable {
        /// Its keys from the root on, as problems print them: `handlers.reserve.workers`.
        public let path: String
        /// What it belongs to: `handlers.reserve`; and its own key, or the path again where it has none.
        public let part: String
        public let key: String
        /// As it would stand in the file, or in words where nothing would: `no limit`.
        public let value: String
        public let origin: Origin
    }

    public enum Origin: Sendable {
        /// It stands there.
        case file(Place)
        /// A preset says so; and where that is said.
        case preset(Preset, said: String?)
        /// Nobody says anything; where what is taken then is from: a paper, a specification, a framework or broker with
        /// its version, a row of docs/validation.md, or `ours` and the reason.
        case standard(why: String)
    }

    /// In the order of a file's parts, and of the keys in docs/simulation.md.
    public let entries: [Entry]

    public init(_ document: TopologyDocument) {
        var builder = TopologyExplanationBuilder(document.root, document.topology)
        builder.explain()
        entries = builder.entries
    }
}

extension Node {
    /// On one line, as YAML's flow style has it.
    var flow: String {
        switch content {
        case .scalar(let text, let isQuoted):
            let isPlain = !isQuoted || !text.contains { ":,#{}[]&*!|>'\"%@`".contains($0) }
            return isPlain ? text : "\"\(text)\""
        case .sequence(let nodes): return "[\(nodes.map(\.flow).joined(separator: ", "))]"
        case .mapping(let entries):
            return "{\(entries.map { "\($0.name): \($0.value.flow)" }.joined(separator: ", "))}"
        }
    }

    var isMapping: Bool { if case .mapping = content { true } else { false } }

    /// The value of a key; nil where it has none, or is no mapping.
    func value(of key: String) -> Node? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.name == key }?.value
    }
}
