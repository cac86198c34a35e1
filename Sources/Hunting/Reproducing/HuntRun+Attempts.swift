import Checking
import Shrinking

/// What shrinking a trial came to, at one confirmation of its steps.
struct ShrinkingAttempt {
    var input: TrialInput
    var shrunk: Shrunk<InputAtom>
    /// Of the result.
    var replays: [TrialSummary]
    /// Candidates beside those of delta debugging: smaller workloads at other moments, simpler lines.
    var moments = 0
    /// What the lines did before they were made simpler: another way to say the same.
    var foundWays: Set<String> = []

    /// The whole did not show the failure as often as a step must: nothing was left out.
    var isWhole: Bool { if case .notReproduced = shrunk.end { true } else { false } }
    var isMinimal: Bool { if case .minimal = shrunk.end { true } else { false } }
}

extension HuntRun {
    /// Shrinks a cluster's first trial until the result shows its failure in every replay, or no confirmation is
    /// left: first strictly, as what strikes at a moment may miss by chance and a step that only sometimes fails is
    /// none; then less so, where the whole fails only sometimes itself.
    func smallest(
        of first: TrialInput, _ cluster: HuntResult.Cluster
    ) throws -> ShrinkingAttempt {
        let signature = cluster.failure.signature
        let isTimed =
            try cluster.confirmations < cluster.confirmationRuns
            || first.schedule.faults.contains { !$0.kind.isOfSink }
            || hasTurns(first)
        let strict = isTimed ? Confirmation(needed: 3, of: 3) : .once
        var best = try attempt(first, signature, strict)
        note(best)
        for (confirmation, isLastResort) in [
            (Confirmation(needed: 5, of: 6), false), (Confirmation(needed: 2, of: 3), true),
        ] {
            if best.replays.allSatisfy({ $0.shows(signature) }) && !best.isWhole { break }
            if isLastResort && !best.isWhole { break }
            let next = try attempt(first, signature, confirmation, isFresh: true)
            let isBetter =
                !next.isWhole
                && (best.isWhole || next.share(signature) > best.share(signature))
            if isBetter {
                best = next
                note(best)
            }
        }
        return best
    }

    private func note(_ attempt: ShrinkingAttempt) {
        if attempt.isWhole { return }
        bestSoFar.withLock { best in
            best?.input = attempt.input
            best?.replays = attempt.replays
        }
    }

    /// - Parameter isFresh: on systems that have just started, as replays are, and not on those that waited for long.
    private func attempt(
        _ first: TrialInput, _ signature: FailureSignature, _ confirmation: Confirmation,
        isFresh: Bool = false
    ) throws -> ShrinkingAttempt {
        let runs = hunt.confirm.runs
        let (small, shrunk) = try shrink(
            first, keeping: signature, confirmation: confirmation, isFresh: isFresh)
        var attempt = ShrinkingAttempt(
            input: small, shrunk: shrunk,
            replays: try repetitions(of: small, runs, from: Self.replayNumber))
        if !attempt.isWhole {
            (attempt.input, attempt.replays) = try retimed(
                small, keeping: signature, replays: attempt.replays, runs: runs)
            attempt = try withFewerRecords(
                attempt, of: first, keeping: signature, confirmation: confirmation)
            attempt.foundWays = attempt.input.schedule.ways
            attempt = try steadied(attempt, keeping: signature)
            attempt = try simplified(attempt, keeping: signature)
        }
        return attempt
    }
}

extension ShrinkingAttempt {
    /// Of its replays, those that show it.
    fileprivate func share(_ signature: FailureSignature) -> Double {
        Double(replays.shown(signature)) / Double(max(1, replays.count))
    }
}
