import Configuration

/// What a hunt file (or a file of `kerfuffle check`) says of judging: `normalize`, `invariants` and `contract`.
public struct CheckPlan: Hashable, Sendable {
    public var normalisation = Normalisation()
    public var invariants: [SystemInvariant] = []
    /// What invariants assume that say nothing of it themselves.
    public var contract = AssumedContract()

    public init() {}

    /// Reads the three keys out of a mapping; all problems are noted at their places.
    ///
    /// - Parameter streams: what is observed, by name; a stream of changes gives its state and `NAME.ledger`. nil: any
    ///   name will do.
    public init(_ section: Section, streams: [(name: String, kind: Observation.Kind)]? = nil) {
        if let element = section["contract"] {
            contract = AssumedContract(element, defaults: contract) ?? contract
        }
        let known = streams.map { $0.flatMap(Self.afterFolding) }
        if let element = section["normalize"] {
            normalisation = Normalisation(element, streams: known?.map(\.name))
        }
        let reader = InvariantReader(streams: known, contract: contract)
        var names: Set<String> = []
        invariants = section.sequence("invariants") { element in
            guard let invariant = reader.invariant(element) else { return nil }
            if !names.insert(invariant.name).inserted {
                element.problem(
                    "a second invariant is called \(invariant.name)",
                    accepted: "give one of them a name: of its own")
            }
            return invariant
        }
    }

    private static func afterFolding(
        _ stream: (name: String, kind: Observation.Kind)
    ) -> [(name: String, kind: Observation.Kind)] {
        if stream.kind != .changes { return [stream] }
        return [(stream.name, .state), (stream.name + ".ledger", .ledger)]
    }
}
