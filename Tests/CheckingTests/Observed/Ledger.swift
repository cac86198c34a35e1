import Records

@testable import Checking

/// A small system that books payments, in a correct form and in broken ones, and schedules that torment it.
struct Ledger {
    enum Mutation: String, CaseIterable {
        case none
        /// Books each delivery.
        case noDedupe
        /// Books every fifth payment not at all.
        case loses
        /// Books something that nobody ordered.
        case invents
        /// Books pairs of payments the wrong way round.
        case swaps
        /// Takes what came last for the newest.
        case lastWriteWins
        /// Answers reads from what was there before the write.
        case staleReads
        /// Shows views two versions late.
        case lateViews
        /// Leaves the repeated payment's account negative.
        case negative
    }

    let mutation: Mutation

    /// 24 payments of four accounts in one partition; versions rise within an account.
    static let workload: ObservedRecords = {
        var records = ObservedRecords()
        for number in 0..<24 {
            let account = ["a", "b", "c", "d"][number * 7 % 4]
            let value = """
                {"id":"p\(number)","account":"\(account)","amount":\(number % 5 + 1).50,"version":\(number / 4 + 1)}
                """
            records.append(
                Record(
                    source: TopicPartition("payments", 0), offset: Offset(100 + number),
                    key: Array(account.utf8), value: Array(value.utf8)))
        }
        return records
    }()

    static func account(_ record: Int) -> String { ["a", "b", "c", "d"][record * 7 % 4] }
    static func version(_ record: Int) -> Int { record / 4 + 1 }

    func run(_ feed: Feed) -> Evidence {
        var seen: Set<Int> = []
        var booked: [Int] = []
        var views: [(account: String, version: Int, timeNs: UInt64)] = []
        var newest: [String: Int] = [:]
        var calls: [String] = []
        for delivery in feed.deliveries {
            let record = delivery.record
            let isNew = seen.insert(record).inserted
            let (account, version) = (Self.account(record), Self.version(record))
            let before = newest[account, default: 0]
            let takes = version > before || mutation == .lastWriteWins
            if takes { newest[account] = version }
            let now = newest[account, default: 0]
            let shown = mutation == .lateViews ? max(0, now - 2) : now
            views.append((account, shown, delivery.timeNs + 1))
            if takes {
                calls.append(call("w", account, version))
                calls.append(call("r", account, mutation == .staleReads ? before : now))
            }
            if mutation == .loses, record % 5 == 4 { continue }
            if isNew || mutation == .noDedupe { booked.append(record) }
        }
        if mutation == .swaps {
            for index in stride(from: 0, to: booked.count - 4, by: 4) {
                booked.swapAt(index, index + 4)
            }
        }
        return Evidence(
            feed: feed,
            observations: [
                Observation("charges", .ledger, charges(booked)),
                Observation("balances", .state, balances(booked)),
                Observation(
                    "newest", .state, lines(newest.sorted { $0.key < $1.key }.map { ($0, "\($1)") })
                ),
                Observation("views", .topic, shown(views)),
                Observation("calls", .calls, lines(calls.map { (nil, $0) })),
            ])
    }

    private func call(_ kind: String, _ account: String, _ version: Int) -> String {
        "{\"op\":\"\(kind)\",\"user\":\"u-\(account)\",\"account\":\"\(account)\",\"version\":\(version)}"
    }

    private func charges(_ booked: [Int]) -> ObservedRecords {
        var records = ObservedRecords()
        for record in booked {
            records.append(
                key: Array(Self.account(record).utf8), value: Self.workload.value(of: record))
        }
        if mutation == .invents {
            records.append(key: Array("a".utf8), value: Array("{\"id\":\"p99\",\"amount\":0}".utf8))
        }
        return records
    }

    /// In halves, so that sums are exact.
    private func balances(_ booked: [Int]) -> ObservedRecords {
        var halves: [String: Int] = [:]
        for record in booked {
            halves[Self.account(record), default: 0] += (record % 5 + 1) * 2 + 1
        }
        return lines(
            halves.sorted { $0.key < $1.key }.map { account, halves in
                (account, "{\"balance\":\(halves / 2).\(halves % 2 == 0 ? 0 : 5)}")
            })
    }

    private func shown(
        _ views: [(account: String, version: Int, timeNs: UInt64)]
    ) -> ObservedRecords {
        var records = ObservedRecords()
        for view in views {
            records.append(
                key: Array(view.account.utf8), value: Array("{\"version\":\(view.version)}".utf8),
                arrivalNs: view.timeNs)
        }
        return records
    }

    private func lines(_ lines: [(String?, String)]) -> ObservedRecords {
        var records = ObservedRecords()
        for (key, value) in lines {
            records.append(key: key.map { Array($0.utf8) }, value: Array(value.utf8))
        }
        return records
    }
}

extension Feed {
    /// Records by their number, in the order of delivery; a number that comes again is a copy.
    init(_ records: ObservedRecords, delivering order: [Int], faults: Int = 0) {
        var copies: [Int: Int32] = [:]
        let deliveries = order.enumerated().map { index, record in
            defer { copies[record, default: 0] += 1 }
            return Delivery(
                record: record, copy: copies[record, default: 0],
                timeNs: 1_000_000_000 + UInt64(index) * 1_000_000)
        }
        self.init(
            records: records, deliveries: deliveries,
            injections: (0..<faults).map { _ in Injection(.fault, record: order[0]) })
    }
}

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
struct Draws {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 }

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ mixed >> 31) % UInt64(bound))
    }
}

/// What a random schedule may do.
struct Torments: OptionSet {
    let rawValue: Int
    static let drops = Torments(rawValue: 1)
    static let copies = Torments(rawValue: 2)
    static let moves = Torments(rawValue: 4)

    func order(_ count: Int, seed: Int) -> [Int] {
        var draws = Draws(seed)
        var order = Array(0..<count)
        if contains(.drops) { order.removeAll { _ in draws.below(8) == 0 } }
        if contains(.copies) {
            for record in order where draws.below(4) == 0 {
                let at = order.firstIndex(of: record) ?? 0
                order.insert(record, at: min(order.count, at + 1 + draws.below(5)))
            }
        }
        if contains(.moves) {
            for _ in 0..<4 {
                let from = draws.below(order.count)
                let record = order.remove(at: from)
                order.insert(record, at: min(order.count, max(0, from + draws.below(13) - 6)))
            }
        }
        return order
    }
}
