import Checking
import Shrinking

/// The least that is known of the cluster that is being shrunk: it is written where the hunt is stopped meanwhile.
struct BestSoFar: Sendable {
    var signature: FailureSignature
    /// Of the cluster.
    var firstTrial: Int
    /// What was begun with.
    let first: TrialInput
    var input: TrialInput
    /// Of ``input``; empty while delta debugging goes on.
    var replays: [TrialSummary] = []
    var trials = 0
    var candidates = 0
    var atomsAtFirst = 0

    init(_ cluster: HuntResult.Cluster, first: TrialInput) {
        signature = cluster.failure.signature
        firstTrial = cluster.firstTrial
        (self.first, input) = (first, first)
    }

    /// A part that shows the failure, as far as is known; one that is no smaller changes nothing: each new course of
    /// shrinking begins with the whole.
    mutating func note(_ part: TrialInput, _ shrunk: Shrunk<InputAtom>) {
        (trials, candidates) = (shrunk.trials, shrunk.candidates)
        atomsAtFirst = shrunk.atomsAtFirst
        if part.parts < input.parts { (input, replays) = (part, []) }
    }
}

extension TrialInput {
    /// Records and lines.
    var parts: Int { workload.records.count + schedule.atomCount }
}
