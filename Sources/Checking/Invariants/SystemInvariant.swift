/// Something that must hold of what a system shows, whatever the schedule; docs/invariants.md defines each.
public struct SystemInvariant: Hashable, Sendable {
    /// Its own name, or the rule's and the stream's: `exactlyOnceEffect(charges)`.
    public var name: String
    public var rule: Rule
    /// The stream that is judged; empty for `custom`.
    public var stream: String
    /// What identifies an effect, or names an entity; what the rule says.
    public var key: Selector
    /// The same of an input record.
    public var input: Selector
    /// Which records of the stream take part; nil: all.
    public var when: Selector?
    /// Which input records take part; nil: all.
    public var inputWhen: Selector?
    public var contract: AssumedContract
    /// For messages: `invariants[2] at 14:5`.
    public var origin: String

    public enum Rule: Hashable, Sendable {
        /// For each `key` among the delivered inputs there is one effect.
        case exactlyOnceEffect
        /// For each `key` among the delivered inputs there is at least one effect.
        case noLoss
        /// Each effect's `key` is one of a delivered input.
        case noInvention
        /// Effects of an entity (`key`) are in the order of their inputs.
        case fifoPerKey(FIFO)
        /// Of an entity no older version is shown behind a newer one.
        case monotonicReads(version: Selector)
        /// Entities end as in the baseline, or (`with`) as in another stream, under all that the contract allows.
        case convergence(with: String?)
        /// Repetitions change nothing: entities whose input was repeated (and no more) are as in the baseline.
        case idempotent(Divergence.View?)
        /// Order changes nothing: entities whose input was moved (and no more) are as in the baseline.
        case commutative(Divergence.View?)
        /// Sums agree.
        case conservation(Conservation)
        /// What is shown of an entity is no older than the bound.
        case boundedStaleness(version: Selector, inputVersion: Selector, Bound)
        /// A session sees what it wrote itself.
        case readYourWrites(session: Selector, version: Selector, write: Selector)
        /// No two records have the same `key`.
        case uniqueness
        /// A session's records leave none out of what was delivered between their inputs.
        case contiguousReads(id: Selector, inputID: Selector, session: Selector?)
        /// No two records at one offset of a partition differ.
        case consistentOffsets
        /// Under these injections (and no others) the relation to the baseline holds.
        case metamorphic(Set<Injection.Kind>, Relation)
        /// An expression, or a command outside.
        case custom(Custom)

        /// As a hunt file has it.
        public var word: String {
            switch self {
            case .exactlyOnceEffect: "exactlyOnceEffect"
            case .noLoss: "noLoss"
            case .noInvention: "noInvention"
            case .fifoPerKey: "fifoPerKey"
            case .monotonicReads: "monotonicReads"
            case .convergence: "convergence"
            case .idempotent: "idempotent"
            case .commutative: "commutative"
            case .conservation: "conservation"
            case .boundedStaleness: "boundedStaleness"
            case .readYourWrites: "readYourWrites"
            case .uniqueness: "uniqueness"
            case .contiguousReads: "contiguousReads"
            case .consistentOffsets: "consistentOffsets"
            case .metamorphic: "metamorphic"
            case .custom: "custom"
            }
        }

        static let words = [
            "exactlyOnceEffect", "noLoss", "noInvention", "fifoPerKey", "monotonicReads",
            "convergence", "idempotent", "commutative", "conservation", "boundedStaleness",
            "readYourWrites", "uniqueness", "contiguousReads", "consistentOffsets", "metamorphic",
            "custom",
        ]
    }

    /// How the order of effects is known.
    public enum FIFO: Hashable, Sendable {
        /// A number in the effect that must not fall.
        case sequence(Selector)
        /// The input that it belongs to, by identity, in the order of delivery or of the log.
        case joined(id: Selector, inputID: Selector, inLogOrder: Bool)
    }

    public struct Conservation: Hashable, Sendable {
        public enum Over: String, Hashable, Sendable, CaseIterable {
            /// Every record counts.
            case records
            /// The last record of each record key counts.
            case state
        }

        /// What each record of the stream adds.
        var sum: Selector
        var over: Over
        /// What each delivered input adds to what is due; nil: `equals` is due.
        var inputSum: Selector?
        /// What is due, or what is due beside the inputs.
        var equals: ExactNumber
        /// Sums are by `key`; otherwise there is one.
        var isByKey: Bool
    }

    public enum Bound: Hashable, Sendable {
        case timeNs(Int64)
        /// So many newer versions.
        case versions(Int)
    }

    public enum Relation: Hashable, Sendable {
        /// The stream is the same in this view; nil: what suits its kind.
        case same(Divergence.View?)
        /// An expression that is true of `{"baseline": […], "variant": […], "injected": […]}`.
        case holds(JQCondition)
    }

    public enum Custom: Hashable, Sendable {
        case jq(JQCondition)
        /// Program and arguments: it reads the evidence as JSON and answers with JSON.
        case command([String])
    }
}

extension SystemInvariant {
    /// Whether it holds a run against its baseline. Of a command nobody knows: it is taken not to.
    public var comparesWithBaseline: Bool {
        switch rule {
        case .idempotent, .commutative, .convergence(with: nil), .metamorphic: true
        case .custom(.jq(let condition)): condition.text.contains("baseline")
        case .custom(.command), .exactlyOnceEffect, .noLoss, .noInvention, .fifoPerKey,
            .monotonicReads, .convergence, .conservation, .boundedStaleness, .readYourWrites,
            .uniqueness, .contiguousReads, .consistentOffsets:
            false
        }
    }
}

/// An expression of jq that says whether something holds.
public struct JQCondition: Hashable, Sendable {
    let expression: JQExpression
    public var text: String { expression.text }
}
