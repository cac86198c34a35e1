import Perturbation
import Records

/// An endless stream of a shop's order events, made from a seed alone: the same options give the same
/// records on any machine.
///
/// Some orders are open at a time. Each event takes one of them a step on: created, paid, picked,
/// shipped, or cancelled on the way; then a tombstone, and its place is taken by a new order. Keys are
/// order numbers, so an order's events share a partition. Headers repeat, are null and are empty here
/// and there; a few records have no key; a few timestamps are late.
public struct OrderStream {
    public struct Options: Hashable, Sendable {
        public var seed = "shop"
        public var topic = "orders"
        public var partitions: Int32 = 4
        public var partitioner = Partitioner.murmur2
        /// Orders that are open at a time.
        public var openOrders: UInt32 = 100
        /// Values are filled up to this size by bytes that do not compress.
        public var valueBytes = 0
        /// The time of the first event, in milliseconds since 1970: 2023-11-14T22:13:20Z.
        public var startMs: Int64 = 1_700_000_000_000

        public init() {}
    }

    public let options: Options
    /// Records made so far.
    public private(set) var count: UInt64 = 0
    private let stream: DrawStream
    private var orders: [Order]
    private var lastOrder: UInt64
    private var nowUs: Int64 = 0
    private var nextOffsets: [Offset]

    private struct Order {
        var number: UInt64
        var stage = Stage.created
        var version = 1
        var totalCents: UInt32 = 0
    }

    private enum Stage: String {
        case created, paid, picked, shipped, cancelled
        case forgotten
    }

    public init(_ options: Options) {
        self.options = options
        stream = DrawStream(
            seed: options.seed, purpose: "sample:orders", source: TopicPartition(options.topic, 0))
        let open = max(1, options.openOrders)
        orders = (1...UInt64(open)).map { Order(number: $0) }
        lastOrder = UInt64(open)
        nextOffsets = Array(repeating: 0, count: Int(max(1, options.partitions)))
    }

    /// The next record, with the partition that its key gives it and the offset that it has in a topic
    /// that was empty.
    ///
    /// - Returns: the record and when it arrived, in nanoseconds since 1970: behind the one before.
    ///
    /// Draws: the purpose `sample:orders` of the topic's partition 0, at the record's number.
    public mutating func next() -> (record: Record, arrivalNs: UInt64) {
        var draws = stream.draws(at: Offset(count))
        // 10 ms between events in the mean.
        nowUs += Int64(Variates.exponential(&draws) * 10_000) + 1
        let nowMs = options.startMs + nowUs / 1000
        let isAudit = draws.hits(1, in: 100)
        let isLate = draws.hits(1, in: 50)
        let timestampMs = isLate ? nowMs - Int64(draws.below(2000)) : nowMs
        var record =
            isAudit ? audit(&draws, at: nowMs) : step(&draws, at: nowMs)
        let partition = options.partitioner.partition(
            of: record.key, at: count, among: max(1, options.partitions))
        record.source = TopicPartition(options.topic, partition)
        record.offset = nextOffsets[Int(partition)]
        record.timestamp = .create(timestampMs)
        nextOffsets[Int(partition)] += 1
        count += 1
        let startNs = UInt64(max(0, options.startMs)) &* 1_000_000
        return (record, startNs &+ UInt64(nowUs) &* 1000)
    }

    // MARK: Events

    private mutating func step(_ draws: inout Draws, at nowMs: Int64) -> Record {
        let slot = Int(draws.below(UInt32(orders.count)))
        let order = orders[slot]
        var record = Record(source: TopicPartition("", 0), offset: 0)
        record.key = Array("order-\(order.number)".utf8)
        record.headers = headers(&draws)
        switch order.stage {
        case .forgotten:
            lastOrder += 1
            orders[slot] = Order(number: lastOrder)
        default:
            record.value = value(of: &orders[slot], &draws, at: nowMs)
            orders[slot].stage = next(behind: order.stage, &draws)
            orders[slot].version += 1
        }
        return record
    }

    private func next(behind stage: Stage, _ draws: inout Draws) -> Stage {
        let isCancelled = draws.hits(1, in: 20)
        switch stage {
        case .created: return isCancelled ? .cancelled : .paid
        case .paid: return isCancelled ? .cancelled : .picked
        case .picked: return .shipped
        case .shipped, .cancelled, .forgotten: return .forgotten
        }
    }

    private func value(
        of order: inout Order, _ draws: inout Draws, at nowMs: Int64
    ) -> [UInt8] {
        var text = TextBuffer()
        text.append("{\"order\":\"order-")
        text.append(Int64(order.number))
        text.append("\",\"event\":")
        text.append(quoted: order.stage.rawValue)
        text.append(",\"version\":")
        text.append(Int64(order.version))
        text.append(",\"at_ms\":")
        text.append(nowMs)
        switch order.stage {
        case .created: appendItems(&text, &order, &draws)
        case .paid:
            text.append(",\"amount_cents\":")
            text.append(Int64(order.totalCents))
            text.append(",\"method\":")
            text.append(quoted: ["card", "invoice", "transfer"][Int(draws.below(3))])
        case .picked:
            text.append(",\"warehouse\":")
            text.append(quoted: ["Lübeck", "Gdańsk", "Århus"][Int(draws.below(3))])
        case .shipped:
            text.append(",\"carrier\":")
            text.append(quoted: ["north", "south"][Int(draws.below(2))])
            text.append(",\"parcels\":")
            text.append(Int64(draws.below(3)) + 1)
        case .cancelled:
            text.append(",\"reason\":")
            text.append(quoted: ["customer", "stock", "fraud"][Int(draws.below(3))])
        case .forgotten: break
        }
        fill(&text, &draws)
        text.append("}")
        return text.bytes
    }

    private func appendItems(
        _ text: inout TextBuffer, _ order: inout Order, _ draws: inout Draws
    ) {
        text.append(",\"customer\":\"customer-")
        text.append(Int64(draws.below(1000)))
        text.append("\",\"items\":[")
        for item in 0...draws.below(3) {
            if item > 0 { text.append(",") }
            let quantity = draws.below(4) + 1
            let cents = draws.below(9900) + 99
            order.totalCents += quantity * cents
            text.append("{\"sku\":\"sku-")
            text.append(Int64(draws.below(500)))
            text.append("\",\"quantity\":")
            text.append(Int64(quantity))
            text.append(",\"cents\":")
            text.append(Int64(cents))
            text.append("}")
        }
        text.append("],\"total_cents\":")
        text.append(Int64(order.totalCents))
    }

    /// A record without a key: an auditor's note on the shop as a whole.
    private func audit(_ draws: inout Draws, at nowMs: Int64) -> Record {
        var text = TextBuffer()
        text.append("{\"event\":\"audit\",\"at_ms\":")
        text.append(nowMs)
        text.append(",\"open_orders\":")
        text.append(Int64(orders.count))
        fill(&text, &draws)
        text.append("}")
        var record = Record(source: TopicPartition("", 0), offset: 0, value: text.bytes)
        record.headers = headers(&draws)
        return record
    }

    /// Letters that do not compress, six random bits each.
    private func fill(_ text: inout TextBuffer, _ draws: inout Draws) {
        let front = ",\"filler\":\""
        let missing = options.valueBytes - text.count - front.utf8.count - 2
        guard options.valueBytes > 0, missing > 0 else { return }
        text.append(text: front)
        var left = missing
        while left > 0 {
            var bits = draws.next()
            for _ in 0..<min(5, left) {
                text.append(byte: Self.letters[Int(bits & 63)])
                bits >>= 6
            }
            left -= 5
        }
        text.append("\"")
    }

    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private func headers(_ draws: inout Draws) -> [Header] {
        var headers = [Header("source", "shop"), Header("trace", hexadecimal(draws.next64()))]
        if draws.hits(1, in: 10) { headers.append(Header("retry", nil)) }
        if draws.hits(1, in: 10) { headers.append(Header("note", "")) }
        if draws.hits(1, in: 10) {
            headers += [Header("tag", "priority"), Header("tag", "gift")]
        }
        return headers
    }

    private func hexadecimal(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
