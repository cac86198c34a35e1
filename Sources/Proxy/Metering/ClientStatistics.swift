import Perturbation

/// What matters of the client library's statistics (STATISTICS.md of librdkafka): what is missing in
/// another version is 0.
public struct ClientStatistics: Sendable {
    /// A connection to a broker, or to the one that plays a part (`GroupCoordinator`).
    public struct Broker: Sendable {
        /// `host:port/number`, or the part.
        public var name: String
        public var isUp: Bool
        /// Only the address that was given, before the broker told its number.
        public var isBootstrap: Bool
        /// Nobody talks to it any more: only its totals count.
        public var isPast = false
        public var connects: Int64
        public var disconnects: Int64
        public var requestErrors: Int64
        public var responseErrors: Int64
        public var retries: Int64
        public var timeouts: Int64
        /// Requests that wait to be sent, and for their answer.
        public var requestsQueued: Int64
        public var requestsWaiting: Int64
        /// Seconds since anything was received; nil where nothing ever was.
        public var silenceSeconds: Double?
        /// Of the last interval, in seconds.
        public var roundTripMean: Double
        public var roundTrip99: Double
        public var throttleMean: Double
    }

    public var brokers: [Broker]
    /// Events that wait for a poll.
    public var eventsQueued: Int64
    /// Messages of a producer that wait or are on their way.
    public var messagesQueued: Int64
    public var messageBytesQueued: Int64
    /// Messages that a consumer has fetched ahead.
    public var messagesFetched: Int64
    public var messageBytesFetched: Int64
    public var receivedBytes: Int64
    public var sentBytes: Int64
    /// How many producers are in which state of their transactions, as the library calls it; empty where
    /// there are none.
    public var transactionStates: [String: Int]

    /// - Returns: nil where the text is no object of JSON.
    init?(json text: String) {
        guard let json = try? JSONValue(parsing: text), json.members != nil else { return nil }
        func number(_ name: String) -> Int64 { json[name]?.integer ?? 0 }
        brokers = (json["brokers"]?.members ?? []).map { Broker($0.name, $0.value) }
        eventsQueued = number("replyq")
        messagesQueued = number("msg_cnt")
        messageBytesQueued = number("msg_size")
        receivedBytes = number("rx_bytes")
        sentBytes = number("tx_bytes")
        messagesFetched = 0
        messageBytesFetched = 0
        for topic in json["topics"]?.members ?? [] {
            for partition in topic.value["partitions"]?.members ?? [] {
                messagesFetched += partition.value["fetchq_cnt"]?.integer ?? 0
                messageBytesFetched += partition.value["fetchq_size"]?.integer ?? 0
            }
        }
        transactionStates = [:]
        if let state = json["eos"]?["txn_state"]?.string { transactionStates[state] = 1 }
    }
}

extension ClientStatistics.Broker {
    fileprivate init(_ name: String, _ json: JSONValue) {
        func number(_ name: String) -> Int64 { json[name]?.integer ?? 0 }
        func seconds(_ name: String, _ part: String, unit: Double) -> Double {
            Double(json[name]?[part]?.integer ?? 0) * unit
        }
        self.name = name
        isUp = json["state"]?.string == "UP"
        isBootstrap = number("nodeid") < 0
        connects = number("connects")
        disconnects = number("disconnects")
        requestErrors = number("txerrs")
        responseErrors = number("rxerrs")
        retries = number("txretries")
        timeouts = number("req_timeouts")
        requestsQueued = number("outbuf_cnt")
        requestsWaiting = number("waitresp_cnt")
        let idle = number("rxidle")
        silenceSeconds = idle < 0 || number("rx") == 0 ? nil : Double(idle) * 1e-6
        roundTripMean = seconds("rtt", "avg", unit: 1e-6)
        roundTrip99 = seconds("rtt", "p99", unit: 1e-6)
        throttleMean = seconds("throttle", "avg", unit: 1e-3)
    }
}
