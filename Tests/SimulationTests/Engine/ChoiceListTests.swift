import Testing

@testable import Simulation

@Suite struct ChoiceListTests {
    /// Faults within a service, whose processes come and go under the same numbers.
    private static let yaml = """
        sources: {buyers: {to: orders, rate: 200/s, keys: uniform(3)}}
        stores: {stock: {initial: 50}}
        services: {gateway: {steps: [think: 3ms, fail: 30%]}}
        handlers:
          reserve:
            from: orders
            workers: 4
            steps: [load: stock, fail: 10%, call: gateway, change: -1, store: stock]
            retry: [{inline: 1}, {requeue: 2}]
        faults: [{kill: reserve, every: 100ms, lasting: 10ms}]
        run: {messages: 200}
        """

    private func topology(_ change: (String) -> String = { $0 }) throws -> Topology {
        try Topology(yaml: Array(change(Self.yaml).utf8), file: "list.yaml")
    }

    @Test func `a run's list, written and read, gives the run again`() throws {
        let topology = try topology()
        let (result, list) = topology.recorded(.naive, seed: "l")
        #expect(result.fingerprint == topology.run(.naive, seed: "l").fingerprint)
        #expect(list.choices.count > 50)
        let places = Set(list.choices.map { [$0.actor, $0.index] })
        #expect(places.count == list.choices.count)
        let read = try ChoiceList(parsing: list.text(topology), topology, file: "l.choices")
        #expect(read == list)
        let replay = topology.replayed(read)
        #expect(replay.fits)
        #expect(replay.result.fingerprint == result.fingerprint)
    }

    @Test func `what does not fit is named, and the rest goes on`() throws {
        let topology = try topology()
        var (_, list) = topology.recorded(.naive, seed: "l")
        list.choices.removeLast(3)
        list.choices.append(
            Choice(kind: .fault, site: 0, actor: 900, index: 0, arity: 2, value: 1))
        let other = try self.topology { $0.replacing("fail: 30%", with: "think: 1ms") }
        let replay = other.replayed(list)
        #expect(!replay.fits)
        #expect(replay.unused.contains { $0.actor == 900 })
        #expect(replay.result.leftOver == 0)
    }

    @Test func `every line that will not do is told`() throws {
        let topology = try topology()
        let text = """
            {"choices":1,"strategy":"naive","seed":"l"}
            {"kind":"fault","site":"reserve/fail","actor":3,"index":0,"of":2,"value":2}
            {"kind":"fault","site":"reserve/fail","actor":3,"index":1,"of":2,"value":1}
            {"kind":"fault","site":"nowhere","actor":3,"index":1,"of":2,"value":1}
            nonsense
            """
        let problems = problems(text, topology)
        #expect(problems.count == 3)
        #expect(problems[0].hasPrefix("l.choices:2: no choice; accepted are kind (message, worker"))
        #expect(problems[1].hasPrefix("l.choices:4: actor 3 has choice 1 in line 3"))
        #expect(problems[2].hasPrefix("l.choices:5: "))
        #expect(self.problems("", topology)[0].contains("is empty"))
        let strategy = self.problems(text.replacing("naive", with: "native"), topology)
        #expect(strategy[0].contains("no strategy is \"native\""))
    }

    private func problems(_ text: String, _ topology: Topology) -> [String] {
        do {
            _ = try ChoiceList(parsing: text, topology, file: "l.choices")
            return []
        } catch {
            return error.sentences
        }
    }
}
