/// When a record was made or appended: milliseconds since 1970-01-01 UTC, and who set them.
public struct Timestamp: Hashable, Sendable {
    /// Raw values are those of the field `timestamp_type` in a recording.
    public enum Kind: UInt8, Sendable {
        /// The record has no timestamp (message format 0, or none given).
        case none = 0
        /// Set by the producer.
        case create = 1
        /// Set by the broker when it appended the record (`message.timestamp.type=LogAppendTime`).
        case logAppend = 2
    }

    public var kind: Kind
    /// Milliseconds since 1970; 0 where `kind` is `none`.
    public var milliseconds: Int64

    public init(_ kind: Kind, milliseconds: Int64) {
        self.kind = kind
        self.milliseconds = kind == .none ? 0 : milliseconds
    }

    public static let none = Timestamp(.none, milliseconds: 0)
    public static func create(_ milliseconds: Int64) -> Timestamp {
        Timestamp(.create, milliseconds: milliseconds)
    }
}
