import Checking

/// What a hunt tells all workers: that it goes on, and what its trials have in common; or that it is over.
struct RunNotice: Hashable, Sendable, Codable {
    enum State: String, Hashable, Sendable, Codable { case begun, ended }

    /// What calibration put aside, in parts.
    struct Aside: Hashable, Sendable, Codable {
        var invariant: String
        var anomaly: String
        var role: String
        var entityKind: String
    }

    var version = HuntMessage.version
    /// Tells one run of a hunt from others, of the same file too; `--resume` goes on with the same.
    var run: String
    var state: State
    /// ``HuntDocument/identity()`` of who began it.
    var hunt: String
    /// The file's name, for people.
    var file: String
    var quarantine: [Aside]

    var signatures: Set<FailureSignature> {
        Set(
            quarantine.map {
                FailureSignature(
                    invariant: $0.invariant, anomaly: $0.anomaly, role: $0.role,
                    entityKind: $0.entityKind)
            })
    }
}

extension RunNotice.Aside {
    init(_ signature: FailureSignature) {
        self.init(
            invariant: signature.invariant, anomaly: signature.anomaly, role: signature.role,
            entityKind: signature.entityKind)
    }
}
