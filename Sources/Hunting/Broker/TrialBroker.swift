import KafkaClient
import Records

/// The cluster of one trial.
protocol TrialBroker: AnyObject {
    var bootstrapServers: String { get }
    /// How our own clients reach it.
    var clients: ClientConfiguration { get }
    /// What a topic of the hunt file is called in this trial.
    func topic(_ name: String) -> String
    /// What the group of the hunt file is called in this trial.
    func group(_ name: String) -> String
    /// Members of the group that have their partitions; 0 while a rebalance goes on.
    func settledMembers(of group: String) throws -> Int
    /// Whether a member that has its partitions has asked where to begin, and so is about to read; true where
    /// that cannot be seen.
    var hasMemberBegun: Bool { get }
    /// What was refused to the system's clients, in words; empty where nothing was.
    var complaints: [String] { get }
    /// To be called often.
    func poll()
    /// Ends it and removes what it made.
    func close()
}
