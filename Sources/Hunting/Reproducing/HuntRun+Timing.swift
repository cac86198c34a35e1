import Checking

/// Moments of faults. What a fault meets depends on when it strikes, and with fewer records in front of it the system
/// is elsewhere than it was when the failure was found.
extension HuntRun {
    /// Delays that are tried behind a delivery, or behind its commit, in microseconds.
    private static let delaysUs: [Int64] = [
        0, 1, 2, 3, 4, 6, 8, 10, 13, 16, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300,
    ].map { $0 * 1000 }

    /// The input with the moments of its faults at which the failure shows most often; as it is where it shows
    /// every time.
    ///
    /// - Parameters:
    ///   - replays: of the input as it is.
    ///   - runs: how often each is repeated.
    func retimed(
        _ input: TrialInput, keeping signature: FailureSignature, replays: [TrialSummary], runs: Int
    ) throws -> (TrialInput, [TrialSummary]) {
        var best = (input: input, replays: replays)
        func share(_ summaries: [TrialSummary]) -> Double {
            Double(summaries.count { $0.shows(signature) }) / Double(max(1, summaries.count))
        }
        // A sink's fault waits for a request, whenever that comes.
        for index in input.schedule.faults.indices
        where !input.schedule.faults[index].kind.isOfSink {
            let fault = input.schedule.faults[index]
            let delays = Self.delaysUs.filter { $0 != fault.delayUs }
                .sorted { abs($0 - fault.delayUs) < abs($1 - fault.delayUs) }
            let choices = fault.atOtherMoments + delays.map(fault.delayed)
            for choice in choices where share(best.replays) < 1 && !isOverTime {
                var other = best.input
                other.schedule.faults[index] = choice
                // A few tell whether more are worth their time.
                let few = try repetitions(of: other, min(3, runs), from: Self.replayNumber)
                if share(few) < max(share(best.replays), 0.5) { continue }
                let summaries = try repetitions(of: other, runs, from: Self.replayNumber)
                if share(summaries) > share(best.replays) { best = (other, summaries) }
            }
        }
        return (best.input, best.replays)
    }

    /// Numbers of replays begin there; those below are confirmations.
    static let replayNumber = 1001
}
