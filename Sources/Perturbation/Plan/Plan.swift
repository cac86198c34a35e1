import Configuration

/// What is to be done to a topic's records: data, the same wherever it came from.
///
/// Two plans with the same ``canonicalText`` make the same decisions.
public struct Plan: Hashable, Sendable {
    /// The version of the function that turns log and plan into output; a change of any draw is a new one.
    public static let version = 1

    /// Any text; every draw depends on it.
    public var seed: String
    /// Which records are taken at all; none: every one.
    public var sample: [SampleRule]
    /// What is replaced before anything else sees a record.
    public var mask: MaskPlan?
    public var window: WindowShape
    /// In the order of the file.
    public var rules: [Rule]
    /// What is added to what is sent.
    public var stamp: Stamp?

    public init(
        seed: String, window: WindowShape = WindowShape(), rules: [Rule] = [],
        sample: [SampleRule] = [], mask: MaskPlan? = nil, stamp: Stamp? = nil
    ) {
        self.seed = seed
        self.window = window
        self.rules = rules
        self.sample = sample
        self.mask = mask
        self.stamp = stamp
    }

    /// Whether records of the topics may be no input: then a window starts at its first record, so that
    /// the position may pass over what is left out.
    public var isSparse: Bool { !sample.isEmpty || mask?.onUnparsable == .drop }

    /// Window 5..50, shuffled, 2% dropped, 2% sent twice: the plan where none is given.
    public static let standard = Plan(
        seed: "shadow-seed",
        rules: [
            Rule(name: "shuffle", action: .order(.shuffle)),
            Rule(name: "drop", action: .drop(twoPercent)),
            Rule(
                name: "duplicate",
                action: .duplicate(twoPercent, copies: 1...1, placement: .adjacent)),
        ])

    private static let twoPercent = Ratio(1, 50) ?? .zero

    /// Changes nothing: every record once, where it was.
    public static let passThrough = Plan(seed: "")

    public var ruleNames: [String] { rules.map(\.name) }
}

/// How many records are perturbed together.
public struct WindowShape: Hashable, Sendable {
    /// A window's length is drawn uniformly from here.
    public var records: ClosedRange<Int>
    /// The payload (keys, values, header names and values) over which a window ends sooner.
    public var bytes: Int
    /// How long after its first record a window is closed for want of traffic; nil: never.
    public var maxWait: Duration?

    public init(
        records: ClosedRange<Int> = 5...50, bytes: Int = 1 << 20, maxWait: Duration? = .seconds(1)
    ) {
        self.records = records
        self.bytes = bytes
        self.maxWait = maxWait
    }
}

/// One rule: which records, and what happens to them.
public struct Rule: Hashable, Sendable {
    /// Unique within the plan; the rule's draws are keyed by it, so a new rule shifts no other's.
    public var name: String
    public var condition: Condition
    public var action: Action

    public enum Action: Hashable, Sendable {
        case order(Order)
        case drop(Ratio)
        case duplicate(Ratio, copies: ClosedRange<Int>, placement: Placement)
        case delay(Ratio, DurationDistribution)
        case corrupt(Ratio, CorruptionKind)
    }

    public enum Placement: String, Hashable, Sendable, CaseIterable {
        /// Right behind the original.
        case adjacent
        /// In a drawn gap of the permuted window, its front included.
        case anywhere
    }

    public enum CorruptionKind: String, Hashable, Sendable, CaseIterable {
        /// Keeps a drawn number of bytes, fewer than there are.
        case truncate
        /// Turns a drawn bit over.
        case flip
        /// Sends null in place of the value.
        case null
    }

    public init(name: String, condition: Condition = Condition(), action: Action) {
        self.name = name
        self.condition = condition
        self.action = action
    }
}

/// How the records that an order rule matches are rearranged among the places that they hold.
public enum Order: Hashable, Sendable {
    /// They stay, and no later order rule touches them.
    case none
    /// Uniform over all permutations.
    case shuffle
    /// Uniform over the interleavings that keep every key's order; each null key is a key of its own.
    case perKey
    /// Sorted by i + U{0..k}: no record moves further than k places.
    case displacement(Int)
    /// Sorted by (timestamp + drawn delay, offset), as a network with jitter delivers; `spacing` takes
    /// index x spacing in place of the timestamps.
    case byDelay(DurationDistribution, spacing: Duration?)
}
