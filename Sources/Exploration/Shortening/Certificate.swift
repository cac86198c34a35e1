/// That nothing can be left out of a counterexample: what was taken away, one at a time, and that it did not show
/// any more (1-minimality: Zeller, Hildebrandt, *Simplifying and Isolating Failure-Inducing Input*, IEEE TSE 2002).
public struct Certificate: Hashable, Sendable {
    /// What can be less.
    public enum Dimension: String, Hashable, Sendable, CaseIterable {
        /// Of the execution: a step; all steps on behalf of one message; a fault, in whose place the step goes on; the
        /// turns that a delivery is left for another one and come back to later.
        case steps, messages, faults, deviations
        /// Of the topology.
        case sources, sent, handlers, nodes, workers, partitions, keys, budgets, amounts

        /// As tables and JSON have it.
        public var name: String {
            switch self {
            case .messages: "messages that act"
            case .sent: "messages"
            default: rawValue
            }
        }
    }

    public struct Row: Hashable, Sendable {
        public var dimension: Dimension
        /// When it was found.
        public var before: Int
        public var after: Int
        /// How many single removals were tried from there, none of which shows it.
        public var tried: Int
        /// Of these, how many could not be brought to their end: something with as few steps may show it.
        public var undecided = 0
    }

    public internal(set) var rows: [Row]

    public var tried: Int { rows.reduce(0) { $0 + $1.tried } }

    public var undecided: Int { rows.reduce(0) { $0 + $1.undecided } }

    /// In a sentence: `minimal: none of 12 single removals shows it`.
    public var sentence: String {
        let removals = tried == 1 ? "the only removal" : "none of \(tried) single removals"
        guard undecided == 0 else {
            return "minimal as far as was seen: \(removals) shows it, \(undecided) of them not "
                + "brought to an end"
        }
        return tried == 1
            ? "minimal: \(removals) does not show it" : "minimal: \(removals) shows it"
    }
}
