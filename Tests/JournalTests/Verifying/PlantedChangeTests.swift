import Foundation
import Perturbation
import Recording
import Records
import Testing

/// Every change that somebody plants into an output is found, where it is and for what it is.
@Suite struct PlantedChangeTests {
    private typealias Kind = Verification.Difference.Kind

    private static let orders = TopicPartition("orders", 0)
    private static let other = TopicPartition("orders", 1)
    private static let out = TopicPartition("orders.shadow", 0)

    /// Windows of five records, nothing perturbed, two windows a transaction and partition.
    private struct Plain {
        let judgement: Judgement
        static let records = 60

        init(in folder: URL, plan: Plan? = nil) throws {
            var log: [TopicPartition: [Record]] = [:]
            for source in [PlantedChangeTests.orders, PlantedChangeTests.other] {
                log[source] = (0..<Self.records).map { index in
                    Record(
                        source: source, offset: Offset(100 + index),
                        timestamp: .create(1_700_000_000_000 + Int64(index)),
                        key: Array("k\(index)".utf8), value: Array("value \(index)".utf8),
                        headers: [Header("trace", "\(index)"), Header("kind", "x")])
                }
            }
            let shape = WindowShape(records: 5...5, maxWait: nil)
            var world = World(
                plan: plan ?? Plan(seed: "plain", window: shape), log: log)
            var dice = Dice(1)
            let host = Host("a", in: folder)
            try host.start(world)
            for source in world.sources { try host.assign(source, world) }
            while world.output.values.reduce(0, { $0 + $1.count }) < 2 * Self.records {
                try host.transact(&world, &dice, .committed, impatience: 0)
            }
            try host.stop()
            judgement = Judgement(world, [host])
        }

        func difference(
            _ change: (inout [Record]) -> Void
        ) throws -> Verification.Difference? {
            let result = try judgement.verification(asking: false) { output in
                change(&output[PlantedChangeTests.orders, default: []])
            }
            #expect(result.differences.count <= 1)
            #expect(
                result.verified
                    == Self.records + (result.differences.first?.delivery ?? Self.records))
            return result.differences.first
        }
    }

    /// First, middle and last of a window, both sides of a transaction's end, the ends of everything.
    private static let places = [0, 2, 4, 5, 9, 10, 11, 29, 30, 58, 59]

    @Test func `nothing planted, nothing found`() throws {
        try withFolder { folder in
            let found = try Plain(in: folder).difference { _ in }
            #expect(found == nil)
        }
    }

    @Test func `a lost record`() throws {
        try withFolder { folder in
            let plain = try Plain(in: folder)
            for place in Self.places {
                let found = try plain.difference { $0.remove(at: place) }
                let isLast = place == Plain.records - 1
                #expect(found?.source == Self.out)
                #expect(found?.delivery == place)
                #expect(found?.kind == (isLast ? .short : .missing), "\(place)")
                #expect(
                    found?.explanation
                        == (isLast
                            ? "orders/0@159 is not there; the output ends before it"
                            : "orders/0@\(100 + place) is missing; orders/0@\(101 + place) stands here")
                )
            }
        }
    }

    @Test func `several lost records, and a missing tail`() throws {
        try withFolder { folder in
            let plain = try Plain(in: folder)
            let gap = try plain.difference { $0.removeSubrange(8..<12) }
            #expect(gap?.kind == .missing)
            #expect(gap?.delivery == 8)
            #expect(
                gap?.explanation
                    == "orders/0@108 and the 3 that follow are missing; orders/0@112 stands here")
            let tail = try plain.difference { $0.removeLast(7) }
            #expect(tail?.kind == .short)
            #expect(tail?.delivery == 53)
            #expect(
                tail?.explanation
                    == "orders/0@153 is not there; the output ends before it and the 6 that follow")
            let all = try plain.difference { $0 = [] }
            #expect(all?.kind == .short)
            #expect(all?.delivery == 0)
        }
    }

    @Test func `a repeated record`() throws {
        try withFolder { folder in
            let plain = try Plain(in: folder)
            for place in Self.places.dropLast() {
                let found = try plain.difference { $0.insert($0[place], at: place + 1) }
                #expect(found?.kind == .extra, "\(place)")
                #expect(found?.delivery == place + 1)
                #expect(
                    found?.explanation
                        == "orders/0@\(100 + place) stands here once more, before "
                        + "orders/0@\(101 + place)")
            }
            let end = try plain.difference { $0.append($0[59]) }
            #expect(end?.kind == .long)
            #expect(end?.delivery == 60)
            #expect(end?.explanation == "1 record more than the 60 that should be there")
        }
    }

    @Test func `a record from somewhere else`() throws {
        try withFolder { folder in
            let plain = try Plain(in: folder)
            let stranger = Record(source: Self.out, offset: 0, value: [7])
            for place in Self.places {
                let found = try plain.difference { $0.insert(stranger, at: place) }
                #expect(found?.kind == .extra, "\(place)")
                #expect(found?.delivery == place)
                #expect(
                    found?.explanation
                        == "a record that should not be there stands before orders/0@\(100 + place)"
                )
            }
        }
    }

    @Test func `two records that changed places`() throws {
        try withFolder { folder in
            let plain = try Plain(in: folder)
            for place in Self.places.dropLast() {
                let found = try plain.difference { $0.swapAt(place, place + 1) }
                #expect(found?.kind == .order, "\(place)")
                #expect(found?.delivery == place)
                #expect(
                    found?.explanation
                        == "orders/0@\(100 + place) and orders/0@\(101 + place) have changed places"
                )
            }
            let far = try plain.difference { $0.swapAt(3, 20) }
            #expect(far?.kind == .order)
            #expect(far?.delivery == 3)
            #expect(
                far?.explanation == "orders/0@120 stands here in place of orders/0@103: "
                    + "18 deliveries are in another order")
        }
    }

    @Test func `one record in place of another`() throws {
        try withFolder { folder in
            let plain = try Plain(in: folder)
            let again = try plain.difference { $0[12] = $0[7] }
            #expect(again?.kind == .order)
            #expect(
                again?.explanation
                    == "orders/0@107 stands here once more in place of orders/0@112")
        }
    }

    private static let changes:
        [(name: String, change: @Sendable (inout Record) -> Void, text: String)] = [
            ("key bit", { $0.key?[1] ^= 1 }, "key: byte 1 is"),
            ("key null", { $0.key = nil }, "key: null, not "),
            ("key empty", { $0.key = [] }, "key: empty, not "),
            ("value bit", { $0.value?[3] ^= 0x40 }, "value: byte 3 is 0x35, not 0x75"),
            ("value cut", { $0.value?.removeLast() }, "value: "),
            ("value null", { $0.value = nil }, "value: null, not "),
            ("value empty", { $0.value = [] }, "value: empty, not "),
            ("header value", { $0.headers[0].value?[0] ^= 1 }, "headers: \"trace\": byte 0 is"),
            ("header null", { $0.headers[1].value = nil }, "headers: \"kind\": null, not 1 byte"),
            (
                "header name", { $0.headers[1].name = [0x6B] },
                "headers: number 2 is \"k\", not \"kind\""
            ),
            ("header gone", { $0.headers.removeFirst() }, "headers: \"trace\" is not there"),
            (
                "header added", { $0.headers.append(Header("new", nil)) },
                "headers: \"new\" should not be there"
            ),
            ("header order", { $0.headers.swapAt(0, 1) }, "headers: the same in another order"),
            (
                "timestamp", { $0.timestamp = .create($0.timestamp.milliseconds + 1) },
                "timestamp: 17000"
            ),
        ]

    @Test(arguments: changes.indices)
    func `a changed record`(index: Int) throws {
        let (name, change, text) = Self.changes[index]
        try withFolder { folder in
            let plain = try Plain(in: folder)
            for place in Self.places {
                let found = try plain.difference { change(&$0[place]) }
                #expect(found?.kind == .changed, "\(name) \(place)")
                #expect(found?.delivery == place, "\(name) \(place)")
                let sentence = found?.explanation ?? ""
                #expect(
                    sentence.hasPrefix("orders/0@\(100 + place) is changed: \(text)"),
                    "\(name): \(sentence)")
            }
        }
    }

    @Test func `null is not empty, in whatever direction`() throws {
        let source = TopicPartition("orders", 0)
        for (wanted, found) in [(nil, []), ([], nil)] as [([UInt8]?, [UInt8]?)] {
            try withFolder { folder in
                var dice = Dice(1)
                let record = Record(source: source, offset: 0, key: wanted, value: wanted)
                var world = World(
                    plan: Plan(seed: ""), log: [source: [record]])
                let host = Host("a", in: folder)
                try host.start(world)
                try host.assign(source, world)
                try host.transact(&world, &dice, .committed, isLast: true)
                try host.stop()
                let judgement = Judgement(world, [host])
                try judgement.expectAsItShouldBe(asking: false)
                for field in [\Record.key, \Record.value] {
                    let result = try judgement.verification(asking: false) {
                        $0[source]?[0][keyPath: field] = found
                    }
                    #expect(result.differences.first?.kind == .changed)
                }
            }
        }
    }

    @Test func `another partition than those that were delivered to`() throws {
        try withFolder { folder in
            let plain = try Plain(in: folder)
            let stranger = TopicPartition("orders.shadow", 9)
            let result = try plain.judgement.verification(asking: false) {
                $0[stranger] = [Record(source: stranger, offset: 0)]
            }
            #expect(result.differences.map(\.kind) == [.long])
            #expect(result.differences.map(\.source) == [stranger])
        }
    }

    /// Under any plan and history one planted change is a difference, no later than where it is.
    @Test(arguments: 0..<4)
    func `any change in any history`(share: Int) throws {
        for seed in 0..<4 {
            try withFolder { folder in
                var dice = Dice(90_000 + 100 * share + seed)
                var world = World.random(&dice)
                let host = Host("a", in: folder)
                try host.start(world)
                for source in world.sources { try host.assign(source, world) }
                try host.transact(&world, &dice, .committed)
                try host.transact(&world, &dice, .committed, isLast: true)
                try host.stop()
                let judgement = Judgement(world, [host])
                try judgement.expectAsItShouldBe(asking: false, "\(share)/\(seed)")
                for source in world.sources {
                    for place in world.output[source, default: []].indices {
                        let kind = dice.below(5)
                        let result = try judgement.verification(asking: false) {
                            Self.plant(kind, at: place, in: &$0[source, default: []])
                        }
                        var changed = world.output
                        Self.plant(kind, at: place, in: &changed[source, default: []])
                        let first = Self.firstDifference(world, changed, source)
                        #expect(
                            result.differences.first?.delivery == first, "\(seed) \(kind) \(place)")
                    }
                }
            }
        }
    }

    private static func plant(_ kind: Int, at place: Int, in output: inout [Record]) {
        switch kind {
        case 0: output.remove(at: place)
        case 1: output.insert(output[place], at: place)
        case 2 where place + 1 < output.count: output.swapAt(place, place + 1)
        case 3: output[place].value = (output[place].value ?? []) + [1]
        default: output[place].headers.append(Header("planted", nil))
        }
    }

    /// Where two outputs differ as far as anybody can tell; nil where they do not.
    private static func firstDifference(
        _ world: World, _ changed: [TopicPartition: [Record]], _ source: TopicPartition
    ) -> Int? {
        /// `verify` leaves out the timestamp where one of the two was the broker's, and never looks at
        /// the type of timestamps or at leader epochs: an output has its own.
        func isSame(_ wanted: Record, _ found: Record) -> Bool {
            var found = found
            found.offset = wanted.offset
            found.leaderEpoch = wanted.leaderEpoch
            if wanted.timestamp.milliseconds >= 1_800_000_000_000
                || found.timestamp.kind == .logAppend
                || found.timestamp.milliseconds == wanted.timestamp.milliseconds
            {
                found.timestamp = wanted.timestamp
            }
            return wanted == found
        }
        let before = world.output[source, default: []]
        let after = changed[source, default: []]
        let same = zip(before, after).prefix { isSame($0, $1) }.count
        return same == before.count && same == after.count ? nil : same
    }
}
