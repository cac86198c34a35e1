/// A topology in which some handlers are written in Swift.
public struct CodedTopology: Sendable {
    public let topology: Topology
    /// By handler.
    let code: [String: any HandlerCode]

    /// Puts code in the place of handlers' steps.
    ///
    /// All else about a handler stays the topology's: its queue, nodes, workers, order, retry policy, faults.
    ///
    /// - Parameter code: by the handler's name.
    /// - Throws: ``CodeError`` with everything that does not fit.
    public init(
        _ topology: Topology, _ code: [String: any SwiftHandler]
    ) throws(CodeError) {
        self.topology = topology
        self.code = code.mapValues { $0.withoutType }
        let found = code.keys.sorted().flatMap { self.problems(of: $0) }
        if !found.isEmpty { throw CodeError(problems: found) }
    }

    /// Runs it once, as ``Topology/run(_:seed:observer:)`` does.
    ///
    /// The strategies `partitioned` and `actor` give the handler its order, `lock` and `rowLock` take the lock of
    /// the message's key before its first step, and `optimistic` and `atomic` say what a store does that leaves
    /// it to the strategy.
    public func run(
        _ strategy: Strategy? = nil, seed: String? = nil,
        observer: ((TraceEntry) -> Void)? = nil
    ) -> RunResult {
        let program = Program(
            topology, strategy: strategy ?? topology.strategy, seed: seed ?? topology.seed,
            code: code)
        return program.run(SeededChoices(), observer: observer).result
    }

    private func problems(of name: String) -> [String] {
        guard let handler = topology.handlers.first(where: { $0.name == name }) else {
            let names = topology.handlers.map(\.name).joined(separator: ", ")
            return ["there is no handler \(name), but \(names)"]
        }
        let steps = code[name]?.steps ?? []
        var problems = steps.compactMap { step in
            self.problem(of: step).map { "\(name): \($0)" }
        }
        if steps.isEmpty { problems.append("\(name): it has no label, and so no step") }
        if steps.count(where: { $0.step.word == "acquire" }) > 1 {
            problems.append("\(name): it acquires in two steps where one is accepted")
        }
        if handler.commit != nil {
            problems.append(
                "\(name): it commits positions, and code that does is not accepted: leave `commit` out"
            )
        }
        return problems
    }

    private func problem(of step: CodeStep) -> String? {
        func missing(_ kind: String, _ name: String, among names: [String]) -> String? {
            if names.contains(name) { return nil }
            let known = names.isEmpty ? "for there is none" : "but \(names.joined(separator: ", "))"
            return "no \(kind) \(name), \(known)"
        }
        switch step.step {
        case .load(let store): return missing("store", store, among: topology.stores.map(\.name))
        case .store(let store, let mode):
            if mode == .conditional && step.least == nil {
                return "a conditional store of \(store) without atLeast"
            }
            return missing("store", store, among: topology.stores.map(\.name))
        case .call(let call):
            return missing("service", call.service, among: topology.services.map(\.name))
        case .publish(let queue, _):
            return missing("queue", queue, among: topology.queues.map(\.name))
        default: return nil
        }
    }
}

/// Code that does not fit its topology.
public struct CodeError: Error, Hashable, CustomStringConvertible {
    /// All of them, by handler.
    public let problems: [String]

    public var description: String { problems.joined(separator: "\n") }
}
