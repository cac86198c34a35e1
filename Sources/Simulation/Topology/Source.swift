import Configuration

/// Where messages come from.
public struct Source: Hashable, Sendable {
    public var name: String
    /// The queue that they go to.
    public var queue: String
    public var arrivals: Arrivals
    public var keys: Keys = .one
    /// How many it makes at most; nil: the run's number decides.
    public var messages: Int?
    /// When it begins.
    public var start: Duration = .zero
    /// How large each message is; a recording says so itself.
    public var bytes = 0
    /// The share of messages that every attempt fails on.
    public var poison: Ratio = .zero
    /// The share of messages without a key: nobody who keeps order sees what they are about.
    public var withoutKey: Ratio = .zero
    /// The share of messages that come once more, with the time after the first.
    public var duplicates: Duplicates?

    /// Has it send what was recorded, at so many times the pace.
    public mutating func replay(_ workload: Workload, factor: Ratio) {
        arrivals = .recorded(workload, factor: factor)
        keys = .recorded(workload)
    }

    /// How many messages it can make; nil: no end of them.
    var mostMessages: Int? {
        guard case .recorded(let workload, _) = arrivals else { return messages }
        return min(workload.count, messages ?? workload.count)
    }

    public struct Duplicates: Hashable, Sendable {
        public var probability: Ratio
        public var after: DurationDistribution
    }

    /// When messages arrive.
    public enum Arrivals: Hashable, Sendable {
        /// Independent of each other, at this mean rate.
        case poisson(Rate)
        /// Evenly spaced.
        case constant(Rate)
        /// Poisson at this rate while on, nothing while off.
        case bursty(Rate, on: DurationDistribution, off: DurationDistribution)
        /// Several at once, the batches being poisson at this rate.
        case batches(Rate, size: BatchSize)
        /// All at the start.
        case together
        /// From so many clients: each waits until its message is done, then thinks, then sends the next.
        case closed(clients: Int, think: DurationDistribution)
        /// As recorded, so many times as fast.
        case recorded(Workload, factor: Ratio)
        /// One more whenever a worker is free: the queue is never empty.
        case backlog
    }

    public enum BatchSize: Hashable, Sendable {
        case constant(Int)
        /// 1, 2, … with this mean.
        case geometric(mean: Int)
    }

    /// Which entity a message is about.
    public enum Keys: Hashable, Sendable {
        /// All about one.
        case one
        /// Each of so many equally likely.
        case uniform(Int)
        /// Key i of 1 … count with a share proportional to 1 / i^exponent.
        case zipf(Int, exponent: Ratio)
        /// The first `hot` of `count` keys share `share` of the messages, the others the rest.
        case hotSet(hot: Int, of: Int, share: Ratio)
        /// A new one for every message.
        case fresh
        /// Those of a recording.
        case recorded(Workload)

        /// How many keys there are; nil: no end of them.
        public var count: Int? {
            switch self {
            case .one: 1
            case .uniform(let count), .zipf(let count, _), .hotSet(_, let count, _): count
            case .fresh: nil
            case .recorded(let workload): workload.hashes.count
            }
        }
    }
}

/// Where messages wait.
public struct MessageQueue: Hashable, Sendable {
    public var name: String
    /// nil: one shared queue.
    public var partitions: Int?
    public var partitioner = Spread.murmur2
    /// How many messages may wait; more are refused. nil: any number.
    public var capacity: Int?
    /// A delivery that is not done within this time is delivered again; nil: never.
    public var visibility: Duration?
    /// Deliveries of one message at most; then it is a dead letter. nil: no limit.
    public var maxDeliveries: Int?
    /// Whether the acknowledgement of a delivery that has timed out still removes the message.
    public var takesLateAcks = false
    /// Who counts deliveries.
    public var deliveriesCountedBy = Counter.broker
    /// What becomes of messages on their way into it; nil: nothing.
    public var perturb: TopicPlan?
    /// What messages without a key are to those who keep order.
    public var keyless = Keyless.apart
    /// How long after its arrival a message may be handled at the earliest: SQS' `DelaySeconds`, an exchange
    /// of type `x-delayed-message`.
    public var delay: DurationDistribution = .constant(us: 0)
    /// The queue that its dead letters go to; nil: they are counted, and gone.
    public var deadLetterQueue: String?
    /// Of a queue of dead letters that nobody reads: when they go back.
    public var redrive: Redrive?

    public enum Counter: String, Hashable, Sendable, CaseIterable {
        /// With the message, as SQS (`ApproximateReceiveCount`), Service Bus and quorum queues of RabbitMQ do.
        case broker
        /// In the memory of who works on it: lost with its death, failures included.
        case process
    }

    public enum Keyless: String, Hashable, Sendable, CaseIterable {
        /// Each is a group of its own, as with Kafka's partitioner and with JMS.
        case apart
        /// All of them are one group: the null group.
        case together
    }

    /// How a message finds its partition.
    public enum Spread: String, Hashable, Sendable, CaseIterable {
        /// By the hash of its key, as Kafka's producers do.
        case murmur2
        /// Each partition in turn.
        case roundRobin
    }
}
