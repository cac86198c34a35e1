import Foundation
import KafkaClient
import Perturbation
import Recording
import Records
import Testing

@testable import Proxy

/// A signal in every phase: the run ends in bounded time, as exit-codes.md says, and the next goes on
/// without a loss or a repeat.
@Suite struct SignalTests {
    /// Long enough for a machine that is busy; a run that hangs is none.
    private static let bound = 60
    private static let flags = [
        "--commit-interval", "10ms", "--commit-bytes", "4KiB", "--max-wait", "none", "-X",
        "group.instance.id=one",
    ]

    private func produce(_ range: Range<Int>, _ scene: Scene) throws {
        try scene.cluster.produce(
            SampleRecords.numbered(range, partitions: scene.partitions), to: scene.input)
    }

    /// Each instant between two steps gets a first signal, which is a request, and a first with a second,
    /// which does not wait; in an order of the seed's.
    @Test(.enabled(if: ClusterKind.hasReal), arguments: [1, 2] as [UInt64])
    func `at every instant between two steps`(seed: UInt64) throws {
        let scene = try Scene(Cluster(.real))
        var produced = 0
        var random = TestRandom(seed)
        let points = Failpoint.allCases.filter {
            ![.rollingBack, .created, .rotating, .removing].contains($0)
        }
        var left = points.flatMap { point in ["term", "int+int"].map { (point, $0) } }
        // The files' first instant comes once.
        var first: (Failpoint, String)? = (.created, seed == 1 ? "hup" : "term+term")
        while first != nil || !left.isEmpty {
            let (point, signals) = first ?? left.remove(at: random.below(left.count))
            first = nil
            try produce(produced..<produced + 900, scene)
            produced += 900
            if point == .cutting {
                // There must be something to cut.
                let killed = try scene.child(
                    Self.flags, untilEnd: false, failpoint: "written-ahead:2")
                #expect(try killed.wait(seconds: Self.bound) == 128 + SIGKILL)
            }
            let isOnce = [.cutting, .created, .resumed, .waiting, .finishing, .closing]
                .contains(point)
            let count = isOnce ? 1 : 1 + random.below(3)
            // They come where somebody asks for the end: who has written listens to that.
            let isAsked = point == .finishing || point == .closing
            let visible = try isAsked ? scene.visible() : 0
            let child = try scene.child(
                Self.flags, untilEnd: false, failpoint: "\(point.rawValue):\(count):\(signals)")
            if isAsked {
                try wait(for: "its turn") { try !child.isRunning || scene.visible() > visible }
                child.signal(SIGHUP)
            }
            let code = try child.wait(seconds: Self.bound)
            switch signals {
            case "int+int": #expect(code == 130, "\(point) \(signals): \(child.said)")
            case "term+term": #expect(code == 143, "\(point) \(signals): \(child.said)")
            case "term" where isAsked: #expect(code == 143, "\(point): \(child.said)")
            default:
                #expect(code == 0, "\(point) \(signals): \(child.said)")
                let reader = try ScheduleReader(path: scene.schedule, decisions: false)
                while try reader.next() != nil {}
                #expect(reader.isClosed, "\(point) \(signals)")
            }
        }
        let last = try scene.child(Self.flags)
        #expect(try last.wait() == 0, "\(last.said)")
        try scene.expectOutput(of: .standard)
        try scene.verify()
        try scene.verify(committed: scene.committed())
    }

    @Test(arguments: Array(ClusterKind.available.suffix(1)), [SIGTERM, SIGINT, SIGHUP])
    func `inside of windows that nothing closes`(kind: ClusterKind, signal: Int32) throws {
        let scene = try Scene(Cluster(kind))
        try produce(0..<90, scene)
        let flags = Self.flags + ["--window", "1000"]
        let child = try scene.child(flags, untilEnd: false)
        try wait(for: "partitions") { !child.isRunning || child.said.contains("/2: from 0") }
        child.signal(signal)
        #expect(try child.wait(seconds: Self.bound) == 0, "\(child.said)")
        #expect(try scene.visible() == 0)
        let last = try scene.child(flags)
        #expect(try last.wait(seconds: Self.bound) == 0, "\(last.said)")
        let resolved = try ScheduleReader(path: scene.schedule).header.plan
        try scene.expectOutput(of: resolved)
        try scene.verify()
    }

    @Test(arguments: Array(ClusterKind.available.suffix(1)), [false, true])
    func `held back by a rate or by delays`(kind: ClusterKind, isDelayed: Bool) throws {
        let scene = try Scene(Cluster(kind))
        try produce(0..<900, scene)
        let slow = isDelayed ? ["--delay", "uniform(1ms..2h)"] : ["--max-rate", "40/s"]
        let child = try scene.child(Self.flags + slow, untilEnd: false)
        // Long enough for maxWait to close the last windows: they are written ahead by a later batch than
        // the windows that are being sent, and are dead when that ends.
        try wait(for: "a few") {
            try !child.isRunning
                || (isDelayed ? child.said.contains("from 0") : scene.visible() > 60)
        }
        child.signal(SIGTERM)
        #expect(try child.wait(seconds: Self.bound) == 0, "\(child.said)")
        if isDelayed { return }
        let last = try scene.child(Self.flags)
        #expect(try last.wait(seconds: Self.bound) == 0, "\(last.said)")
        try scene.expectOutput(of: .standard)
        try scene.verify()
    }

    /// What was sent before the brokers went may wait for them; a second signal does not.
    @Test func `while the brokers are away`() throws {
        let cluster = try Cluster(.embedded)
        let scene = try Scene(cluster)
        try produce(0..<3000, scene)
        let patience = ["-X", "message.timeout.ms=4000", "-X", "socket.timeout.ms=2000"]
        let first = try scene.child(Self.flags + patience, untilEnd: false)
        try wait(for: "some") { try !first.isRunning || scene.visible() > 300 }
        try cluster.broker?.down()
        first.signal(SIGTERM)
        try wait(for: "the request") { !first.isRunning || first.said.contains("stopping") }
        first.signal(SIGTERM)
        let code = try first.wait(seconds: Self.bound)
        #expect(code == 143 || code == 0, "\(first.said)")
        try cluster.broker?.up()
        let last = try scene.child(Self.flags)
        #expect(try last.wait() == 0, "\(last.said)")
        let wanted = try scene.expectation(.standard).mapValues(\.sent)
        for (partition, records) in try scene.sent() {
            #expect(Set(wanted[partition] ?? []).isSubset(of: Set(records)))
        }
    }
}
