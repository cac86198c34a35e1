import KafkaClient
import Records

/// The members of a group between two rebalances.
struct SettledMembership: Hashable, Sendable {
    var members: Int
    /// Another one after each rebalance.
    var mark: String
}

/// The cluster of one trial.
protocol TrialBroker: AnyObject {
    var bootstrapServers: String { get }
    /// How our own clients reach it.
    var clients: ClientConfiguration { get }
    /// What a topic of the hunt file is called in this trial.
    func topic(_ name: String) -> String
    /// What the group of the hunt file is called in this trial.
    func group(_ name: String) -> String
    /// Members of the group that have their partitions; nil while a rebalance goes on, or nobody is in it.
    func membership(of group: String) throws -> SettledMembership?
    /// Whether a member that has its partitions has asked where to begin, and so is about to read; true where
    /// that cannot be seen.
    var hasMemberBegun: Bool { get }
    /// What the system's clients should have asked for and did not, in words; nil where nothing is missing, or that
    /// cannot be seen.
    var absence: String? { get }
    /// How many times the system has asked for records so far; nil where that cannot be seen.
    var fetches: Int? { get }
    /// Positions that groups were seen to commit, as they come; nil where they have to be asked for.
    var commits: [TopicPartition: Offset]? { get }
    /// How many times the system has asked to commit so far; nil where that cannot be seen.
    var commitRequests: Int? { get }
    /// How many times the system has written so far; nil where that cannot be seen.
    var writes: Int? { get }
    /// The next request to commit fails; nothing where ``commitRequests`` is nil.
    func refuseNextCommit()
    /// Takes ``refuseNextCommit()`` back.
    func takeCommits()
    /// Whether the system may write in transactions.
    var hasTransactions: Bool { get }
    /// What was refused to the system's clients, in words; empty where nothing was.
    var complaints: [String] { get }
    /// To be called often.
    func poll()
    /// Ends it and removes what it made.
    func close()
}
