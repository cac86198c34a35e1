import Checking

/// What a hunt came to.
public struct HuntResult: Sendable {
    public var hunt: String
    public var file: String
    public var calibration = Calibration()
    /// The invariants of the hunt file, by name.
    public var invariants: [String]
    public var strategy: String
    /// Topics of the input with the group that read them: what the hunt has looked at.
    public var boundaries: [Escapes.Boundary]
    /// The team's entries that concern it.
    public var quarantine: [QuarantineUse] = []
    public var escapes = Escapes()
    public var search = Search()
    public var clusters: [Cluster] = []
    /// Trials in all, calibration, confirmation and shrinking included.
    public var trials = 0
    /// Processor time of the systems, in milliseconds.
    public var cpuMs = 0
    public var wallMs = 0
    /// What it was at when it was stopped, before it was done; nil: it came to its end.
    public var stoppedAt: HuntProgress.Step?

    init(_ document: HuntDocument) {
        let hunt = document.hunt
        self.hunt = hunt.name
        file = document.path
        invariants = hunt.judging.plan.invariants.map(\.name)
        strategy = hunt.strategy.rawValue
        boundaries = hunt.input.topics.map {
            Escapes.Boundary(topic: $0.name, group: hunt.system.group)
        }
    }

    /// What the program's exit code says.
    public enum Conclusion: String, Hashable, Sendable {
        case clean, found
        case onlyFlaky = "only-flaky"
        /// It was stopped before anything was found, and says neither clean nor flaky.
        case stopped
    }

    public var conclusion: Conclusion {
        if clusters.contains(where: \.isConfirmed) { return .found }
        if stoppedAt != nil { return .stopped }
        return clusters.isEmpty ? .clean : .onlyFlaky
    }

    /// The baseline against itself.
    public struct Calibration: Sendable {
        public struct Quarantined: Hashable, Sendable {
            public var signature: FailureSignature
            /// In how many trials of calibration it showed.
            public var count: Int
            public var words: String
            /// The team's quarantine lists it, and it has not expired.
            public var isListed = false
            /// It does not count in this hunt: always, unless the team's entry for it has expired.
            public var isPutAside = true
        }

        public var trials = 0
        /// What differed without any perturbation: the system's own nondeterminism.
        public var quarantined: [Quarantined] = []
        /// Invariants that need no baseline and are broken without any perturbation: they are hunted like others.
        public var broken: [Quarantined] = []
        /// What of the hunt file finds nothing in what the system shows, a sentence each.
        public var blindSelectors: [String] = []
        /// Mean times of a trial, in milliseconds.
        public var readyMs = 0
        public var wallMs = 0
        public var cpuMs = 0
    }

    public struct Search: Sendable {
        public var trials = 0
        public var failing = 0
        /// Trials that ended otherwise than by settling, by the word for it.
        public var endings: [String: Int] = [:]
        /// Trials whose system was not ready the first time, and was started anew.
        public var secondStarts = 0
        /// Different inputs, and different classes of what schedules did (coverage).
        public var features = 0
        /// Features seen in one trial only, of all that were seen: the chance that the next random trial shows a
        /// new one (Good and Turing). nil: the strategy is not random, and the figure would mean nothing.
        public var unseen: Double?
        /// By trial: whether it failed, and features seen until then.
        public var course: [(failing: Bool, features: Int)] = []
        public var firstFailures: [FailureSignature: Int] = [:]
        public var counts: [FailureSignature: Int] = [:]
        /// Trials that showed what the team's quarantine lists; none of them is among the others.
        public var masked: [FailureSignature: Int] = [:]
        /// In how many trials something failed that is listed there.
        public var quarantined = 0
        /// Trials that settled, and those of them in which a stream of change events (CDC) failed.
        public var settled = 0
        public var discrepant = 0
        var hasChanges = false

        /// The share of settled trials in which what a database's change events fold to was not what it should be.
        /// nil: the hunt observes no change events, or nothing settled.
        public var discrepancyRate: Double? {
            hasChanges && settled > 0 ? Double(discrepant) / Double(settled) : nil
        }

        /// Trials without a verdict: the machine or the baseline did not allow one.
        public var undecided: Int {
            (endings[TrialSummary.overloaded] ?? 0) + (endings[TrialSummary.unstable] ?? 0)
        }

        /// Numbers of failing trials of each signature, in order.
        var numbers: [FailureSignature: [Int]] = [:]
        /// The budget of time ended it.
        public var ranOutOfTime = false
    }

    /// Failures with one signature.
    public struct Cluster: Sendable {
        public var failure: Failure
        /// Failing trials of the search that showed it.
        public var count: Int
        /// The first of them, and its seed.
        public var firstTrial: Int
        public var firstSeed: String
        /// Of so many repetitions so many showed it again.
        public var confirmations: Int
        public var confirmationRuns: Int
        public var isConfirmed: Bool
        /// The hunt was stopped before it was known whether it repeats.
        public var isOpen = false
        /// It repeats where answers that are refused or lost come late, and not as it was found.
        public var isLate = false
        /// It repeats where its faults wait for that moment of the system (``SystemFault/Moment``), and not as it was found.
        public var moment: String?
        /// From the hunt's start until it was confirmed, in milliseconds.
        public var afterMs: Int
        /// nil where it was not shrunk: the budget did not reach.
        public var reproducer: Reproduced?

        public var flakeRate: Double {
            confirmationRuns == 0
                ? 0 : 1 - Double(confirmations) / Double(confirmationRuns)
        }
    }

    /// What a reproducer came to.
    public struct Reproduced: Sendable {
        public var folder: String
        public var records: Int
        public var atoms: Int
        /// What the schedule does, in kinds: `duplicate, kill`.
        public var kinds: [String]
        public var shrinkingTrials = 0
        public var shrinkingCandidates = 0
        public var atomsAtFirst = 0
        /// Of those, records and lines of the schedule.
        public var partsAtFirst: Int
        public var isMinimal = false
        /// The whole did not show the failure often enough for shrinking to begin.
        public var isWhole = false
        /// The hunt was stopped before it was as small as it can be: the best until then.
        public var isStopped = false
        public var reproductions: Int
        /// 0: it was stopped before it was replayed.
        public var reproductionRuns: Int
        /// From the hunt's start until it was written, in milliseconds.
        public var afterMs = 0
        /// What its lines did before they were made simpler: trials that do that are explained by it, too.
        var foundWays: Set<String> = []
    }
}
