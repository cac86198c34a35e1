import Checking

/// Failures with one signature are put together first; what their reproducers take tells them apart further.
extension HuntRun {
    /// Shrinks the confirmed clusters, as many as the budget allows, and writes a reproducer of each. Where some failing
    /// trials have no line of the kinds that a cluster's reproducer takes (a repetition, say, where all they did was
    /// to move records), that is another way to fail, and becomes a cluster of its own.
    func reproduced(
        _ clusters: [HuntResult.Cluster], of search: HuntResult.Search, in folder: String
    ) throws -> [HuntResult.Cluster] {
        var result: [HuntResult.Cluster] = []
        var left = hunt.budget.clusters
        for cluster in clusters {
            guard cluster.isConfirmed, left > 0 else {
                result.append(cluster)
                continue
            }
            var family: [HuntResult.Cluster] = []
            var next: HuntResult.Cluster? = cluster
            while var one = next, left > 0 {
                left -= 1
                try makeReproducer(of: &one, in: folder, beside: result + family)
                family.append(one)
                next = left > 0 ? try unexplained(by: family, search) : nil
            }
            result += try counted(family, search)
        }
        return result
    }

    /// A cluster of the first trials that none of the family's reproducers can be a part of; nil where there are none
    /// or they do not repeat.
    private func unexplained(
        by family: [HuntResult.Cluster], _ search: HuntResult.Search
    ) throws -> HuntResult.Cluster? {
        guard let signature = family.first?.failure.signature else { return nil }
        var tries = 0
        for number in search.numbers[signature] ?? [] where tries < 2 {
            let kinds = Set(try input(number).schedule.kinds)
            if family.contains(where: { $0.isExplanation(of: kinds) }) { continue }
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
            let kinds = Set(try input(number).schedule.kinds)
            family[family.firstIndex { $0.isExplanation(of: kinds) } ?? 0].count += 1
        }
        return family
    }
}

extension HuntResult.Cluster {
    /// Whether a schedule has every kind of line that the reproducer takes.
    fileprivate func isExplanation(of kinds: Set<String>) -> Bool {
        reproducer.map { kinds.isSuperset(of: $0.kinds) } ?? true
    }
}
