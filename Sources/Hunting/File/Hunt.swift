import Configuration
import Perturbation

/// What a hunt file says: which system, which records, what is done to them, what must hold.
public struct Hunt: Sendable {
    public var name: String
    public var workload: WorkloadSource
    public var input: Input
    public var observe: [Observed]
    public var system: SystemUnderTest
    public var broker: BrokerChoice
    public var plan: Plan
    public var faults: [FaultRule]
    public var strategy: StrategyKind
    /// Files of schedules that are tried first, one a trial, before the strategy chooses.
    public var schedules: [String] = []
    /// What relative paths of the file count from, where it says so itself.
    public var root: String?
    public var baseline: Baseline
    public var settle: Settle
    public var judging: Judging
    public var budget: Budget
    public var confirm: Confirmation

    public enum WorkloadSource: Sendable {
        /// The records of the input topics in the order of their arrival.
        case recording(path: String)
        case generated(Generation)
    }

    public struct Input: Hashable, Sendable {
        public enum Moment: String, Hashable, Sendable, CaseIterable {
            /// Once the system is ready.
            case ready
            /// All of it is there before the system starts; then no fault can strike in between.
            case before
        }

        /// Topics with their numbers of partitions, in the order of the file.
        public var topics: [Topic]
        public var when: Moment
        /// From one record of the workload to the next.
        public var pace: Duration
        /// Records are sent with the time of sending (else their own).
        public var usesOwnTimes: Bool
    }

    public struct Topic: Hashable, Sendable {
        public var name: String
        public var partitions: Int

        package init(name: String, partitions: Int) {
            self.name = name
            self.partitions = partitions
        }
    }

    public struct Observed: Hashable, Sendable {
        public enum Kind: Hashable, Sendable {
            /// Read committed, to its end.
            case topic(Topic)
            /// Debezium's change events.
            case changes(Topic)
            /// Prints the state as JSON lines, after settling and before the stop.
            case command([String])
            /// A file of JSON lines in the system's state folder, or where it says, read after the stop.
            case file(String)
            /// Requests that the system makes to a server of ours.
            case http(HTTPAnswers)
        }

        /// What judgements and reports call it: the topic's name unless the file says otherwise.
        public var name: String
        public var kind: Kind
    }

    /// How the HTTP sink answers; what it draws is drawn for each request by its number.
    public struct HTTPAnswers: Hashable, Sendable {
        public var status: Int
        public var body: String
        public var contentType: String
        /// How many answers come late, and by how much.
        public var slow: Ratio
        public var slowness: Duration
        /// How many requests are refused before they are noted.
        public var fail: Ratio
        public var failure: Int
        /// How many are noted, and their answer never comes: the connection is closed.
        public var lose: Ratio
    }

    /// A kind of fault that may strike in a trial.
    public struct FaultRule: Hashable, Sendable {
        public var kind: SystemFault.Kind
        public var probability: Ratio
        /// From the acknowledgement of the delivery to the fault.
        public var delayUs: ClosedRange<Int64>
        /// The file says nothing of the delay: one in four is longer, so that systems that collect before they work
        /// are struck at their work, too.
        public var isStretched = false
        /// What the delay counts from, always; nil: the acknowledgement, or what is drawn where the file says nothing of
        /// the delay either.
        public var once: SystemFault.Moment?
        /// Of a pause.
        public var lengthUs: ClosedRange<Int64>
    }

    public enum StrategyKind: String, Hashable, Sendable, CaseIterable {
        case random, swarm, pct, coverage
    }

    public enum Baseline: Sendable {
        /// The same system with the workload as it is.
        case unperturbed
        /// Another system under the same schedule.
        case system(SystemUnderTest)
    }

    public struct Settle: Hashable, Sendable {
        /// Nothing was observed for so long.
        public var quiet: Duration
        /// The input is not committed to its end, and nothing was observed for so long.
        public var unread: Duration
        /// After this it is a hang.
        public var limit: Duration
        /// How long a transaction that holds observed records back is waited for, beside `limit`.
        public var transactions: Duration
    }

    public struct Budget: Hashable, Sendable {
        public var trials: Int
        public var time: Duration?
        /// Trials of calibration.
        public var calibration: Int
        /// Trials that shrinking one cluster may take.
        public var shrinking: Int
        /// How many clusters are shrunk.
        public var clusters: Int
    }

    /// A failure counts after `needed` of `runs` repetitions showed it.
    public struct Confirmation: Hashable, Sendable {
        public var needed: Int
        public var runs: Int
    }
}
