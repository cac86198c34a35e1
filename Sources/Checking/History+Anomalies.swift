extension History {
    /// Every anomaly that the history's reads and writes have, as data, in the order in which they were there
    /// to be seen.
    ///
    /// Of G0 and G1c there is one witness for each set of transactions that reach each other; of lost updates,
    /// G-single and G2-item one for each antidependency; of all others one for each event. An unfinished
    /// transaction may still commit or abort: it is on no cycle, and nothing that it did is held against
    /// anybody but a dirty read.
    ///
    /// - Complexity: O(n log n) in the events, and for each antidependency on a cycle a search among what lies
    ///   between its ends.
    public func anomalies() -> [Anomaly] {
        let objects = VersionOrder.all(self)
        let all =
            Cycles(self, objects).found + unsafeReads(objects) + staleReads(objects)
            + oversells() + duplicateEffects() + orderInversions() + lockBreaches()
        let ranks = Dictionary(
            uniqueKeysWithValues: Anomaly.Kind.allCases.enumerated().map { ($1, $0) })
        return all.enumerated().sorted { left, right in
            (left.element.timeNs, ranks[left.element.kind] ?? 0, left.offset)
                < (right.element.timeNs, ranks[right.element.kind] ?? 0, right.offset)
        }.map(\.element)
    }
}
