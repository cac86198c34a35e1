import Checking

/// Failures with one signature are put together first; what their reproducers take tells them apart further.
extension HuntRun {
    /// Shrinks the confirmed clusters, as many as the budget allows, and writes a reproducer of each. Where some failing
    /// trials have no line of the kinds that a cluster's reproducer takes (a repetition, say, where all they did was
    /// to move records), that is another way to fail, and becomes a cluster of its own.
    ///
    /// - Parameter clusters: each has its reproducer as soon as it is made: a hunt may be stopped.
    func reproduce(
        _ clusters: inout [HuntResult.Cluster], of search: HuntResult.Search, in folder: String
    ) throws {
        Reproducer.removeStopped(in: folder)
        var made: [ShrinkingAttempt] = []
        var left = hunt.budget.clusters
        var place = clusters.startIndex
        while place < clusters.endIndex {
            guard clusters[place].isConfirmed, left > 0 else {
                place += 1
                continue
            }
            var family: [HuntResult.Cluster] = []
            var next: HuntResult.Cluster? = clusters[place]
            while var one = next, left > 0 {
                left -= 1
                let attempt: ShrinkingAttempt?
                do {
                    attempt = try makeReproducer(
                        of: &one, in: folder, beside: clusters, of: family, knowing: made)
                } catch {
                    // One of the family that is not among them yet.
                    if !family.isEmpty { clusters.insert(one, at: place + family.count) }
                    throw error
                }
                // What is the same in the end needs no second try.
                guard let attempt else { break }
                made.append(attempt)
                let old = place..<place + max(1, family.count)
                family.append(one)
                clusters.replaceSubrange(old, with: family)
                next = left > 0 ? try unexplained(by: family, search) : nil
            }
            clusters.replaceSubrange(
                place..<place + family.count, with: try counted(family, search))
            place += max(1, family.count)
        }
    }

    /// A cluster of the first trials that none of the family's reproducers can be a part of; nil where there are none
    /// or they do not repeat.
    private func unexplained(
        by family: [HuntResult.Cluster], _ search: HuntResult.Search
    ) throws -> HuntResult.Cluster? {
        guard let signature = family.first?.failure.signature else { return nil }
        var tries = 0
        for number in search.numbers[signature] ?? [] where tries < 2 {
            let ways = try input(number).schedule.ways
            if family.contains(where: { $0.isExplanation(of: ways) }) { continue }
            tries += 1
            let cluster = try cluster(signature, number, search)
            if cluster.isConfirmed { return cluster }
        }
        return nil
    }

    /// Each failing trial counts for the first cluster that explains it, or else for the first.
    private func counted(
        _ family: [HuntResult.Cluster], _ search: HuntResult.Search
    ) throws -> [HuntResult.Cluster] {
        guard family.count > 1, let signature = family.first?.failure.signature else {
            return family
        }
        var family = family
        for index in family.indices { family[index].count = 0 }
        for number in search.numbers[signature] ?? [] {
            let ways = try input(number).schedule.ways
            family[family.firstIndex { $0.isExplanation(of: ways) } ?? 0].count += 1
        }
        return family
    }
}

extension HuntResult.Cluster {
    /// Whether a schedule has a line of every way in which the reproducer's trouble a system.
    fileprivate func isExplanation(of ways: Set<String>) -> Bool {
        reproducer.map { reproducer in
            ways.isSuperset(of: TrialSchedule.ways(of: reproducer.kinds))
                || !reproducer.foundWays.isEmpty && ways.isSuperset(of: reproducer.foundWays)
        } ?? true
    }
}

extension TrialSchedule {
    /// What its lines do, those that come to the same for a system under one name: an answer that is refused, lost or
    /// late is one that a client did not get, and each end of a process is one.
    var ways: Set<String> { Self.ways(of: kinds) }

    static func ways(of kinds: [String]) -> Set<String> {
        Set(
            kinds.flatMap { kind -> [String] in
                switch kind {
                case "fail_answer", "lose_answer", "slow_answer": ["no_answer"]
                case "kill", "term": ["restart"]
                case "lose_state": ["restart", kind]
                default: [kind]
                }
            })
    }
}
