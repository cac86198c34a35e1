/// What a checkpoint says of a segment's records: a digest of their messages, one behind the other.
public final class RecordDigest {
    /// Which function it is; a schedule's header names it.
    public enum Kind: String, Sendable, CaseIterable {
        /// Of schedules whose header names none.
        case sha256
        case xxh128
    }

    private enum Function {
        case sha256(SHA256)
        case xxh128(XXH128)
    }

    private let function: Function

    public init(_ kind: Kind) {
        switch kind {
        case .sha256: function = .sha256(SHA256())
        case .xxh128: function = .xxh128(XXH128())
        }
    }

    public func update(_ bytes: UnsafeRawBufferPointer) {
        switch function {
        case .sha256(let hash): hash.update(bytes)
        case .xxh128(let hash): hash.update(bytes)
        }
    }

    /// Of everything so far, in hexadecimal digits; more may follow.
    public var text: String {
        switch function {
        case .sha256(let hash): hash.digest().description
        case .xxh128(let hash): hash.digest().description
        }
    }
}
