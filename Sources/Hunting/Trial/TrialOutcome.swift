import Records

/// What became of a trial: how it ended, and what was observed until then.
public struct TrialOutcome: Sendable {
    /// How it ended. All but ``settled`` are verdicts of their own: no invariant is asked then.
    public enum Ending: Hashable, Sendable {
        case settled
        /// The program cannot be started, or ended before it was ready.
        case notStarted(String)
        /// It runs and never became ready.
        case neverReady(String)
        /// It ended by itself, and not well.
        case crashed(String)
        /// It stopped reading its input, or did not become quiet.
        case hung(String)

        public var word: String {
            switch self {
            case .settled: "settled"
            case .notStarted: "not-started"
            case .neverReady: "never-ready"
            case .crashed: "crashed"
            case .hung: "hung"
            }
        }

        /// Whether the system came to be ready before it ended.
        public var wasReady: Bool {
            switch self {
            case .notStarted, .neverReady: false
            case .settled, .crashed, .hung: true
            }
        }

        /// Why; nil where it settled.
        public var reason: String? {
            switch self {
            case .settled: nil
            case .notStarted(let reason), .neverReady(let reason), .crashed(let reason),
                .hung(let reason):
                reason
            }
        }
    }

    public var ending: Ending
    /// What was seen, by the names of the hunt file, in the order in which it was seen. What is no topic has
    /// lines for records: their offsets count from 0, their values are JSON.
    public var observed: [String: [Record]]
    /// What was fed and acknowledged, in order.
    public var fed: [FeedSequence.Item]
    /// Input partitions that the group did not commit to their end; empty where it never commits.
    public var unread: [TopicPartition]
    public var commits: Bool
    /// What the broker could not do for the system's clients, in words.
    public var complaints: [String]
    /// Where the system's output and state are.
    public var folder: String
    /// From the start of the system until it was ready, in milliseconds.
    public var readyMs: Int
    public var wallMs: Int
    /// Processor time of the system, in milliseconds.
    public var cpuMs: Int
    /// For how long this process itself stood still meanwhile, in milliseconds: the machine was overloaded.
    public var standstillMs: Int
    /// A fault that waits for a moment of the system may have come behind it: this process was late to look.
    public var isLateToLook = false
    /// It was run a second time: ``TrialBench/run(_:of:isBaseline:keepsFolder:)``.
    public var isSecondStart = false

    /// The system was late, and so was this process: for a second or more it was not run itself, and nobody can say
    /// whether the system was. That is no verdict. Nor is that it crashed, where it may have lost its membership meanwhile
    /// (`session.timeout.ms`) and met that at its next commit.
    public var isOverloaded: Bool {
        switch ending {
        case .neverReady, .hung: standstillMs >= 1000
        case .crashed: standstillMs >= 4000
        case .settled, .notStarted: false
        }
    }

    /// Why that is so, and what helps.
    static func overload(standstillMs: Int) -> String {
        "this program itself was not run for \(standstillMs) ms meanwhile: the machine has more to do than it can; "
            + "fewer --jobs help, or a quieter hour"
    }
}
