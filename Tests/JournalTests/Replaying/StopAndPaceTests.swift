import Configuration
import Foundation
import Perturbation
import Recording
import Records
import Testing

@testable import Proxy

@Suite struct StopAndPaceTests {
    /// A clock that stands still but for what is slept.
    private final class StillClock {
        var nowNs: UInt64 = 5_000
        var clock: ReplayClock {
            ReplayClock(now: { self.nowNs }, sleep: { self.nowNs += $0 })
        }
    }

    private static let source = TopicPartition("orders", 0)

    /// A recording made by hand: arrivals in milliseconds.
    private func recording(_ arrivalsMs: [UInt64], in folder: URL) throws -> String {
        let path = folder.appendingPathComponent("in.mcap").path
        let recorder = try BulkRecorder(
            creating: path, identity: RecordingIdentity(id: "foreign", tool: "tests"))
        for (index, arrival) in arrivalsMs.enumerated() {
            try recorder.append(
                Record(
                    source: Self.source, offset: Offset(index), timestamp: .create(7),
                    value: [UInt8(index % 250)]),
                arrivalNs: 1_000_000_000 + arrival * 1_000_000)
        }
        try recorder.close()
        return path
    }

    private func times(
        _ arrivalsMs: [UInt64], _ what: Replay.What, _ pace: Pace
    ) throws -> [Int] {
        try withFolder { folder in
            let still = StillClock()
            let sink = Collector()
            var times: [Int] = []
            sink.onDelivery = { _ in times.append(Int(still.nowNs - 5_000) / 1000) }
            let input = Replay.Input(
                recordings: [try recording(arrivalsMs, in: folder)], schedules: [])
            try Replay(input, what, pace: pace, to: sink, output: { $0 }, clock: still.clock).run()
            #expect(sink.isFinished)
            return times
        }
    }

    @Test func `as fast as recorded, twice as fast, half as fast`() throws {
        let arrivals: [UInt64] = [10, 20, 20, 1020, 1500]
        let recorded = try times(arrivals, .asItWas, .recorded(factor: 1))
        // Two at once: the later one is a nanosecond behind.
        #expect(recorded == [0, 10_000, 10_000, 1_010_000, 1_490_000])
        let twice = try times(arrivals, .asItWas, .recorded(factor: 0.5))
        #expect(twice == [0, 5_000, 5_000, 505_000, 745_000])
        let half = try times(arrivals, .asItWas, .recorded(factor: 2))
        #expect(half == [0, 20_000, 20_000, 2_020_000, 2_980_000])
        let full = try times(arrivals, .asItWas, .full)
        #expect(full == [0, 0, 0, 0, 0])
    }

    @Test func `at a rate, whatever the gaps were`() throws {
        let times = try times([0, 900, 5000, 5001], .asItWas, .rate(200))
        #expect(times == [0, 5_000, 10_000, 15_000])
        // One in a year and less: it would wait, not overflow.
        let delivery = Delivery(slot: 0)
        var block = RecordBlock(source: Self.source)
        try block.append(Record(source: Self.source, offset: 0))
        let piece = ReplayPiece(records: block, outcome: Outcome())
        var pacer = Pacer(.rate(1e-30))
        _ = pacer.due(delivery, of: piece)
        #expect(pacer.due(delivery, of: piece) == 3_000_000_000_000_000_000)
    }

    @Test func `a window goes out when it is complete, delays on top, in order`() throws {
        let plan = Plan(
            seed: "s", window: WindowShape(records: 3...3),
            rules: [
                Rule(name: "late", action: .delay(.one, .constant(us: 50_000)))
            ])
        let times = try times(
            [0, 10, 100, 200, 300, 301], .plan(plan, scheduleTo: nil, tool: "tests"),
            .recorded(factor: 1))
        // Complete at 100: 0 + 50 and 10 + 50 are past, 100 + 50 is not.
        #expect(times == [100_000, 100_000, 150_000, 301_000, 350_000, 351_000])
    }

    @Test func `a delay beyond all measure waits and overflows nothing`() throws {
        var block = RecordBlock(source: Self.source)
        try block.append(Record(source: Self.source, offset: 0), arrivalNs: 100)
        let piece = ReplayPiece(records: block, outcome: Outcome())
        var pacer = Pacer(.recorded(factor: 1))
        let due = pacer.due(Delivery(slot: 0, delayMicroseconds: .max), of: piece)
        #expect(due == 3_000_000_000_000_000_000)
    }

    @Test func `told to stop while it waits it ends at once, and its schedule fits what went out`()
        throws
    {
        for stopAt in [0, 1, 2, 3, 4, 5, 7] {
            try withFolder { folder in
                let input = Replay.Input(
                    recordings: [try recording((0..<30).map { $0 * 10 }, in: folder)],
                    schedules: [])
                let schedule = folder.appendingPathComponent("out.jsonl").path
                let plan = Plan(
                    seed: "s", window: WindowShape(records: 4...4),
                    rules: [Rule(name: "shuffle", action: .order(.shuffle))])
                let still = StillClock()
                let sink = Collector()
                let replay = try Replay(
                    input, .plan(plan, scheduleTo: schedule, tool: "tests"), pace: .rate(10),
                    to: sink, output: { $0 }, clock: still.clock)
                try replay.run(shouldStop: { sink.count == stopAt })
                #expect(sink.isFinished)
                #expect(sink.count == stopAt)
                #expect(replay.delivered == stopAt)
                if stopAt == 0 { return }
                let result = try Verification(
                    ExpectedOutput([(input.recordings[0], schedule)]), against: sink.delivered,
                    output: { $0 })
                #expect(result.differences == [], "stopped at \(stopAt)")
                #expect(result.verified == stopAt)
            }
        }
    }

    @Test func `a stop leaves a closed recording`() throws {
        try withFolder { folder in
            let out = folder.appendingPathComponent("out.mcap").path
            let sink = RecordingSink(
                try RecordingWriter(
                    creating: out, identity: RecordingIdentity(id: "x", tool: "tests")))
            var count = 0
            let input = Replay.Input(
                recordings: [try recording((0..<5000).map { $0 }, in: folder)], schedules: [])
            let replay = try Replay(input, .asItWas, pace: .full, to: sink, output: { $0 })
            try replay.run(shouldStop: {
                count += 1
                return count > 2
            })
            #expect(replay.delivered > 0)
            #expect(replay.delivered < 5000)
            let reader = try RecordingReader(path: out)
            var read = 0
            while try reader.next() { read += 1 }
            #expect(reader.ending == .closed)
            #expect(read == replay.delivered)
        }
    }
}
