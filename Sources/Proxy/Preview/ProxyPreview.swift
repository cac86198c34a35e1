import KafkaClient
import Perturbation
import Recording
import Records

/// What a run would do, found out without doing any of it: no group is joined, no file made or changed, no
/// transaction begun.
public struct ProxyPreview: Sendable {
    public struct Topic: Sendable {
        public var route: Route
        /// nil where the topic is not there.
        public var inputPartitions: Int?
        public var outputPartitions: Int?
    }

    public struct File: Sendable {
        public enum State: Hashable, Sendable {
            /// It would be made.
            case new
            /// It would be gone on with, if need be after a cut.
            case goesOn
            /// It is there; whether it could be gone on with is not known.
            case isThere
        }

        public var path: String
        public var isRecording: Bool
        public var state: State
    }

    /// Something that will not do.
    public struct Refusal: Sendable {
        /// What, where, and what would be accepted.
        public let message: String
        /// What would end the run.
        public let cause: any Error
    }

    public var configuration: ProxyConfiguration
    /// The cluster's own identifier; empty where none answered or it has none.
    public var cluster = ""
    public var topics: [Topic] = []
    /// As they would be read if this instance owned all of them.
    public var partitions: [ProxyObserver.PartitionBeginning] = []
    public var files: [File] = []
    /// The recording that would be gone on with.
    public var recordingID: String?
    /// What will not do, each thing by itself.
    public internal(set) var refusals: [Refusal] = []
    /// What a person may want to know.
    public var notices: [String] = []
    /// What an earlier run left at the paths.
    var leftover: Journal.Leftover?

    init(_ configuration: ProxyConfiguration) { self.configuration = configuration }
}
