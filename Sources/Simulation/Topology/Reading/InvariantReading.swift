import Configuration

extension TopologyReader {
    /// All of them; one that stands there twice is said.
    func invariants(_ topology: inout Topology) -> [Invariant] {
        var all: [Invariant] = []
        let read: [Invariant] = root.sequence("invariants") { element in
            guard let (invariant, bound) = invariant(element) else { return nil }
            if all.contains(invariant) {
                element.problem("\(invariant.rawValue) stands there twice", accepted: "keep one")
                return nil
            }
            all.append(invariant)
            topology.staleness = bound ?? topology.staleness
            return invariant
        }
        return read
    }

    /// `noOversell`, `boundedStaleness: 500ms` or `boundedStaleness: {versions: 3}`.
    private func invariant(_ element: Element) -> (Invariant, StalenessBound?)? {
        if case .mapping = element.node.content {
            let bound: StalenessBound? = element.section { section in
                section.required(
                    Invariant.boundedStaleness.rawValue,
                    accepted: "write {boundedStaleness: 500ms}",
                    stalenessBound)
            }
            return bound.map { (Invariant.boundedStaleness, $0) }
        }
        guard let invariant = element.value(as: ValueParser<Invariant>.word("invariant")) else {
            return nil
        }
        if invariant == .boundedStaleness {
            element.problem(
                "boundedStaleness has no bound",
                accepted: "write {boundedStaleness: 500ms} or {boundedStaleness: {versions: 3}}")
            return nil
        }
        return (invariant, nil)
    }

    private func stalenessBound(_ element: Element) -> StalenessBound? {
        guard case .mapping = element.node.content else {
            return element.value(as: .positiveDuration).map { .time($0) }
        }
        return element.section { section in
            section.required("versions", as: .integer.atLeast(1)).map { .versions($0) }
        }
    }
}
