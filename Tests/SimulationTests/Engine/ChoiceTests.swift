import Testing

@testable import Simulation

@Suite struct ChoiceTests {
    private static let yaml = """
        sources: {buyers: {to: orders, rate: 200/s, keys: uniform(3)}}
        stores: {stock: {initial: 50}}
        handlers:
          reserve:
            from: orders
            workers: 4
            steps: [load: stock, think: exponential(20ms), fail: 20%, change: -1, store: stock]
            retry: [{inline: 1}, {requeue: 2}, {schedule: 30ms}]
        run: {messages: 300}
        """

    private func program() throws -> Program {
        let topology = try Topology(yaml: Array(Self.yaml.utf8), file: "choices.yaml")
        return Program(topology, strategy: .naive, seed: "c")
    }

    /// Any value where order is asked for, by a stream of its own; faults as drawn.
    private struct Scattered: Choosing {
        static var decidesOrder: Bool { true }
        let stream = RandomStream(seed: "scattered", name: "choices")
        var count: Int64 = 0

        mutating func choose(_ choice: Choice) -> Int32 {
            if choice.kind == .fault { return choice.value }
            count += 1
            return Int32(RandomStream.below(UInt64(choice.arity), stream.bits(count, 0)))
        }
    }

    @Test func `a run's deviations give the run again`() throws {
        let (first, recorded) = try program().run(RecordedChoices(Scattered()))
        #expect(recorded.deviations.contains { $0.kind == .message })
        #expect(recorded.deviations.contains { $0.kind == .worker })
        #expect(recorded.deviations.contains { $0.kind == .fault })
        #expect(recorded.deviations.allSatisfy { $0.value != 0 && $0.value < $0.arity })
        let (again, replayed) = try program().run(ReplayedChoices(recorded.deviations))
        #expect(again.fingerprint == first.fingerprint)
        #expect(replayed.unused.isEmpty && replayed.misfits.isEmpty)
    }

    @Test func `choosers that always take the default agree`() throws {
        let (seeded, _) = try program().run(SeededChoices())
        let (recorded, kept) = try program().run(RecordedChoices(SeededChoices()))
        #expect(seeded.measured.commits == recorded.measured.commits)
        #expect(seeded.endNs == recorded.endNs)
        #expect(kept.deviations.allSatisfy { $0.kind == .fault })
    }

    @Test func `a list that does not fit is told from one that does`() throws {
        let (_, recorded) = try program().run(RecordedChoices(Scattered()))
        let wrong = recorded.deviations.map {
            Choice(
                kind: $0.kind, site: $0.site + 1, actor: $0.actor, index: $0.index,
                arity: $0.arity, value: $0.value)
        }
        let (_, strict) = try program().run(ReplayedChoices(wrong))
        #expect(!strict.misfits.isEmpty)
        let (_, lenient) = try program().run(ReplayedChoices(wrong, .lenient))
        #expect(lenient.misfits.isEmpty)
    }

    /// What was put, in its order.
    private struct Listed<Base: Choosing>: Choosing {
        static var decidesOrder: Bool { true }
        var base: Base
        var answers: [Choice] = []

        init(_ base: Base) { self.base = base }

        mutating func choose(_ choice: Choice) -> Int32 {
            let value = base.choose(choice)
            answers.append(
                Choice(
                    kind: choice.kind, site: choice.site, actor: choice.actor,
                    index: choice.index, arity: choice.arity, value: value))
            return value
        }
    }

    @Test func `a prefix is as it was, and what comes then is another's`() throws {
        let (first, all) = try program().run(Listed(Scattered()))
        let deviations = all.answers.filter { $0.value != 0 }
        let half = all.answers.count / 2
        let (_, mixed) = try program().run(
            Listed(PrefixedChoices(deviations, length: half, then: SeededChoices())))
        #expect(mixed.answers.prefix(half) == all.answers.prefix(half))
        #expect(mixed.answers.dropFirst(half).allSatisfy { $0.kind == .fault || $0.value == 0 })
        #expect(all.answers.dropFirst(half).contains { $0.kind != .fault && $0.value != 0 })
        #expect(mixed.base.prefix.misfits.isEmpty && !mixed.base.prefix.unused.isEmpty)
        let (whole, _) = try program().run(
            PrefixedChoices(deviations, length: .max, then: SeededChoices()))
        #expect(whole.fingerprint == first.fingerprint)
    }
}
