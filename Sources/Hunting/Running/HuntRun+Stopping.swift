import Checking

/// A hunt that is stopped says what it found until then; the same command with `--resume` goes on with it.
extension HuntRun {
    /// Adds what the results know and nothing more is run for.
    func addWhatIsKnown(to result: inout HuntResult) throws {
        if result.stoppedAt == .calibrating || result.stoppedAt == .searching {
            result.search = searched()
            result.search.ranOutOfTime = false
            result.quarantine = quarantineUses(result.calibration, result.search)
        }
        let there = Set(result.clusters.map(\.failure.signature))
        for signature in result.search.signatures where !there.contains(signature) {
            if let cluster = try known(signature, result.search) { result.clusters.append(cluster) }
        }
        result.clusters.sort { $0.isConfirmed && !$1.isConfirmed }
    }

    /// A signature's cluster by the repetitions that are stored; it is open unless they are enough.
    private func known(
        _ signature: FailureSignature, _ search: HuntResult.Search
    ) throws -> HuntResult.Cluster? {
        var best: HuntResult.Cluster?
        for number in try steadiest(signature, search) {
            let phase = Self.repetitionPhase(of: try input(number))
            let repeated = (1...hunt.confirm.runs).compactMap { memory.summary(phase, $0) }
            var cluster = try cluster(signature, number, search, repeated: repeated)
            cluster.isOpen = !cluster.isConfirmed
            if cluster.isConfirmed { return cluster }
            if cluster.confirmations > best?.confirmations ?? -1 { best = cluster }
        }
        return best
    }
}

extension HuntResult.Search {
    /// What failed, the most frequent first.
    var signatures: [FailureSignature] {
        counts.keys.sorted { (counts[$1] ?? 0, $0) < (counts[$0] ?? 0, $1) }
    }
}
