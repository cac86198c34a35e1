import Testing

@testable import Configuration

@Suite struct SettingTests {
    private static let text = """
        handlers:
          reserve: {from: orders, workers: 16, steps: [{load: a}, {think: 20ms}, {load: b}]}
        faults:
          - {kill: reserve, every: 10s}
        empty:
        """

    /// The text at a path, after a value was put in.
    private func after(_ path: String, _ value: String, at place: String) throws -> String? {
        let root = try YAML.tree(Array(Self.text.utf8), file: "t.yaml")
        var found: String?
        func search(_ node: Node) {
            switch node.content {
            case .scalar(let text, _): if node.path.description == place { found = text }
            case .sequence(let nodes): nodes.forEach(search)
            case .mapping(let entries): entries.map(\.value).forEach(search)
            }
        }
        search(try root.setting(try Setting(path, value)))
        return found
    }

    @Test(arguments: [
        ("handlers.reserve.workers", "4", "handlers.reserve.workers"),
        ("handlers.reserve.steps[1].think", "5ms", "handlers.reserve.steps[1].think"),
        ("handlers.reserve.steps.think", "5ms", "handlers.reserve.steps[1].think"),
        ("handlers[\"reserve\"].nodes", "2", "handlers.reserve.nodes"),
        ("faults.every", "1s", "faults[0].every"),
        ("strategies.partitioned.slots", "8", "strategies.partitioned.slots"),
        ("empty.key", "x", "empty.key"),
    ])
    func `a value stands where its path leads, and there alone`(
        path: String, value: String, place: String
    ) throws {
        #expect(try after(path, value, at: place) == value)
        let kept =
            path == "handlers.reserve.workers" ? "faults[0].kill" : "handlers.reserve.workers"
        #expect(
            try after(path, value, at: kept) == (kept == "faults[0].kill" ? "reserve" : "16"))
    }

    @Test func `a value may be a list`() throws {
        #expect(try after("handlers.reserve.from", "[a, b]", at: "handlers.reserve.from[1]") == "b")
    }

    @Test(arguments: [
        (
            "handlers.reserve.steps.load",
            "several entries of handlers.reserve.steps have the key `load`; write "
                + "handlers.reserve.steps[0].load or handlers.reserve.steps[2].load"
        ),
        (
            "handlers.reserve.steps.tink",
            "no entry of handlers.reserve.steps has the key `tink`; did you mean `think`?"
        ),
        ("faults[2].every", "faults has no [2]; write faults[0], its only entry"),
        (
            "handlers.reserve.workers.most",
            "handlers.reserve.workers is \"16\" and has nothing below it; write "
                + "handlers.reserve.workers"
        ),
        ("handlers[0]", "handlers is no list and has no [0]; known are `reserve`"),
        (
            "handlers..a",
            "\"handlers..a\" is no path; write handlers.reserve.workers, or "
                + "handlers.reserve.steps[0].think"
        ),
    ])
    func `a path that leads nowhere is answered with what is there`(
        path: String, problem: String
    ) throws {
        let root = try YAML.tree(Array(Self.text.utf8), file: "t.yaml")
        let error = #expect(throws: ValueError.self) {
            try root.setting(try Setting(path, "1"))
        }
        #expect(error.map { "\($0)" } == problem)
    }
}
