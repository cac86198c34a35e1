import Configuration

/// What happens to a message whose attempt failed: the first entry after the first failure, and so on.
public struct RetryPolicy: Hashable, Sendable {
    public var actions: [Action]
    /// Whether the last action repeats without end.
    public var repeats: Bool
    public var ending: Ending

    public enum Action: Hashable, Sendable {
        /// The same worker tries again, after a time for which it is held.
        case inline(RetryDelay)
        /// To the end of the queue, at once.
        case requeue
        /// To the end of the queue, after a time.
        case schedule(RetryDelay)
        /// To the end of the queue, and the node takes no message for a time.
        case pause(DurationDistribution)
    }

    /// What becomes of a message once no action is left.
    public enum Ending: String, Hashable, Sendable, CaseIterable {
        case deadLetter
        case discard
    }

    public init(actions: [Action], repeats: Bool = false, ending: Ending = .deadLetter) {
        self.actions = actions
        self.repeats = repeats
        self.ending = ending
    }

    /// Three attempts, as Wolverine's `MaximumAttempts` is (FailureRuleCollection.cs) where a rule requeues
    /// and nothing else is said.
    public static let standard = RetryPolicy(actions: [.inline(.none), .inline(.none)])
}

/// How long it is until the next attempt.
public struct RetryDelay: Hashable, Sendable {
    public var time: DurationDistribution
    public var jitter: Jitter
    /// Scheduled for later: whether those behind it in its partition, slot or key wait for it.
    public var keepsTurn: Bool

    public init(
        _ time: DurationDistribution, _ jitter: Jitter = .none, keepsTurn: Bool = false
    ) {
        self.time = time
        self.jitter = jitter
        self.keepsTurn = keepsTurn
    }

    public static let none = RetryDelay(.constant(us: 0))

    /// How a time is spread, so that those who failed together do not come back together.
    ///
    /// Source: Marc Brooker, *Exponential Backoff And Jitter*, AWS Architecture Blog, 2015.
    public enum Jitter: Hashable, Sendable {
        /// The time itself.
        case none
        /// Uniform from 0 to the time.
        case full
        /// Half of the time, and uniform from 0 to the other half.
        case equal
        /// Uniform from the base to three times the delay before, at most the cap; in microseconds. The delay in
        /// front of the first is the base.
        case decorrelated(baseUs: Int64, capUs: Int64)
    }
}

/// Why an attempt failed.
public enum FailureKind: Int, Hashable, Sendable, CaseIterable {
    /// A store refused a version or a fencing token.
    case conflict
    /// No reply in time.
    case timeout
    /// Anything else: an exception.
    case fault
}

/// A policy for each kind of failure.
public struct RetryPolicies: Hashable, Sendable {
    public var conflict = RetryPolicy.standard
    public var timeout = RetryPolicy.standard
    public var fault = RetryPolicy.standard

    public init() {}

    public subscript(kind: FailureKind) -> RetryPolicy {
        switch kind {
        case .conflict: conflict
        case .timeout: timeout
        case .fault: fault
        }
    }

    /// Whether a failure may close a node's listener.
    var pause: Bool {
        FailureKind.allCases.contains { kind in
            self[kind].actions.contains { if case .pause = $0 { true } else { false } }
        }
    }
}

/// When a node of a handler takes no messages for a time, since too many attempts failed.
///
/// Closed, it counts the attempts of the last `within`. Once they are enough and too many of them failed it is
/// open: the node takes no message for `open`. Then it is half open: `probes` attempts begin. All of them
/// succeed and it is closed, its counts empty; one fails and it is open again.
///
/// Source: Michael Nygard, *Release It!* (2007); the defaults but for the probe are those of Wolverine's
/// CircuitBreakerOptions.cs: 15% of at least 10 in 10 minutes, a pause of 5 minutes.
public struct CircuitBreaker: Hashable, Sendable {
    /// Of the attempts of the window: how many must have failed.
    public var threshold = Threshold.share(Ratio(15, 100) ?? .one, of: 10)
    public var within: Duration = .seconds(600)
    public var open: Duration = .seconds(300)
    public var probes = 1
    /// The kinds of failure that count; others count as success.
    public var kinds: Set<FailureKind> = Set(FailureKind.allCases)

    public enum Threshold: Hashable, Sendable {
        /// So many failures.
        case count(Int)
        /// This share, of so many attempts at least.
        case share(Ratio, of: Int)
    }

    public init() {}
}
