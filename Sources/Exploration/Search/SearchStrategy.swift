/// How executions are chosen; docs/exploration.md says what each is good for.
public enum SearchStrategy: String, Hashable, Sendable, CaseIterable {
    /// Exhaustive: classes of interleavings first, states where they are too many: with ample sets, and all where
    /// something may go on for ever.
    case auto
    case dpor
    case dfs
    /// The same, with steps that get into nobody's way in one order alone.
    case ample
    case delay
    case preemption
    case random
    case urw
    case pct1
    case pct2
    case pct3
    case pct4
    case pctcp
    case pos
    case swarm
    case feedback
    /// Each of them on a core, until one finds something or all was seen.
    case all

    /// Whether it can end by having seen everything.
    public var isExhaustive: Bool {
        switch self {
        case .auto, .dpor, .dfs, .ample, .delay, .preemption, .all: true
        case .random, .urw, .pct1, .pct2, .pct3, .pct4, .pctcp, .pos, .swarm, .feedback: false
        }
    }

    /// What a portfolio consists of: those that can prove something first.
    static let portfolio: [SearchStrategy] = [
        .dpor, .ample, .random, .pct2, .pos, .delay, .pct3, .urw, .pctcp, .swarm, .feedback, .pct1,
        .pct4, .preemption,
    ]
}
