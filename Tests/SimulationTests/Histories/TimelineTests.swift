import Checking
import Foundation
import FoundationXML
import Reporting
import Testing

@testable import Simulation

@Suite struct TimelineTests {
    private static let shop = """
        sources: {buyers: {to: orders, arrivals: together, messages: 2}}
        stores: {stock: {initial: 9}}
        handlers:
          sell:
            from: orders
            workers: 2
            steps: [load: stock, think: 5ms, change: -1, store: stock]
        invariants: [noLostUpdate, conservation]
        run: {warmUp: 0%}
        """

    private func timelines(_ text: String) throws -> [Timeline] {
        let topology = try Topology(yaml: Array(text.utf8), file: "t.yaml")
        let result = topology.run(seed: "t")
        return result.broken.compactMap {
            Interleaving($0, topology, .naive, seed: "t")?.timeline
        }
    }

    @Test func `a lost update is told by its four steps`() throws {
        let timeline = try #require(try timelines(Self.shop).first)
        #expect(
            TimelineText(timeline).text == """
                noLostUpdate: stock/0

                seconds         sell#1                 sell#0
                0.000000        | message 0 begins
                0.000000        | load v0 = 9
                0.000000        |                      | message 1 begins
                0.000000        |                      | load v0 = 9  <-- 1
                0.005000        | store v1 = 8  <-- 2  |
                0.005000        | done                 |
                0.005000                               | store v2 = 8  <== breaks it
                0.005000                               | done

                stock/0: message 1 (sell#0) computed from version 0 and stored over one that
                it had not seen; 1 such stores in all.
                Seed t, strategy naive, at 0.005000 s.
                Had the load (1) come behind the store (2), nothing would be lost. A version
                that is checked at the store (optimistic), one conditional update (atomic), or
                one worker for each entity (partitioned, actor) keeps them apart.

                """)
    }

    @Test(arguments: [
        ("none", "think: exponential(9ms)", "order: key, or partitions"),
        ("key", "think: 9ms, fail: 20%", "(admission: brokerBlocksKey)"),
    ])
    func `who was overtaken is told what keeps turns, and not what it has`(
        order: String, step: String, words: String
    ) throws {
        let timeline = try #require(
            try timelines(
                """
                sources: {buyers: {to: orders, rate: 200/s, keys: uniform(3)}}
                handlers:
                  sell: {from: orders, workers: 4, order: \(order), steps: [\(step)], retry: [requeue: 3]}
                invariants: [fifoPerKey]
                run: {messages: 300}
                """
            ).first)
        #expect(timeline.words.last?.contains(words) == true)
    }

    @Test(arguments: InvariantTests.planted.indices)
    func `every planted break has a timeline whose steps are marked`(index: Int) throws {
        let planted = InvariantTests.planted[index]
        let text = planted.rest.replacing("WHAT", with: planted.mutant)
        let name =
            planted.written.map { "{\($0)}" } ?? planted.invariant.rawValue
        let drawn = try timelines("\(text)\ninvariants: [\(name)]\n")
        guard planted.invariant != .allHandledOrDead else {
            #expect(drawn.isEmpty)
            return
        }
        let timeline = try #require(drawn.first)
        #expect(timeline.steps.contains { $0.role == .breaks })
        #expect(timeline.steps.count < 60 && timeline.lanes.count <= 6)
        let times = timeline.steps.map(\.timeNs)
        #expect(times == times.sorted())
        for span in timeline.spans {
            #expect(span.first <= span.last ?? .max)
            #expect(timeline.steps[span.first].lane == span.lane)
        }
        let picture = TimelineDrawing(timeline).svg
        #expect(picture == TimelineDrawing(timeline).svg)
        #expect(XMLParser(data: Data(picture.utf8)).parse())
        #expect(!picture.contains("<script") && !picture.contains("href"))
    }
}
