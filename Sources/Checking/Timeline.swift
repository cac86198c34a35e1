/// What several workers did to one thing, in time: what reports draw to show an interleaving.
public struct Timeline: Hashable, Sendable {
    /// `noLostUpdate: inventory/17`
    public var title: String
    /// What happened, why it matters, and what would have prevented it; a sentence or two each.
    public var words: [String] = []
    public var lanes: [Lane] = []
    public var spans: [Span] = []
    /// In the order in which they took effect.
    public var steps: [Step] = []
    public var arrows: [Arrow] = []

    public init(title: String) { self.title = title }

    /// `0.143250`: seconds with six decimals, or nine where it takes them.
    public static func seconds(_ timeNs: Int64) -> String {
        let fraction = String(timeNs % 1_000_000_000 + 1_000_000_000).dropFirst()
        let digits = fraction.hasSuffix("000") ? fraction.dropLast(3) : fraction
        return "\(timeNs / 1_000_000_000).\(digits)"
    }

    /// One worker, or the broker.
    public struct Lane: Hashable, Sendable {
        public var name: String

        public init(name: String) { self.name = name }
    }

    /// A worker is about something, from one step to another.
    public struct Span: Hashable, Sendable {
        public var lane: Int
        /// `message 17, attempt 2`
        public var name: String
        /// Steps by their number; nil: it goes on behind the last one.
        public var first: Int
        public var last: Int?
        public var outcome: History.Outcome

        public init(lane: Int, name: String, first: Int) {
            self.lane = lane
            self.name = name
            self.first = first
            outcome = .unfinished
        }
    }

    public struct Step: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable, CaseIterable {
            case begin, read, write, effect, lock, refusal, failure, end, other
        }

        public enum Role: Hashable, Sendable {
            case none
            /// The two steps whose order matters.
            case first, second
            /// What broke the invariant.
            case breaks
        }

        public var lane: Int
        public var timeNs: Int64
        public var kind: Kind
        /// `load v3 = 7`
        public var label: String
        public var role = Role.none

        public init(lane: Int, timeNs: Int64, kind: Kind, label: String) {
            self.lane = lane
            self.timeNs = timeNs
            self.kind = kind
            self.label = label
        }
    }

    /// From one step to another: who read whose version (wr), wrote over it (ww), or had not seen it (rw).
    public struct Arrow: Hashable, Sendable {
        public var kind: Dependency.Kind
        public var from: Int
        public var to: Int

        public init(_ kind: Dependency.Kind, from: Int, to: Int) {
            self.kind = kind
            self.from = from
            self.to = to
        }
    }
}
