/// Where a file stops being readable, and what can be read before that place.
public struct Damage: Equatable, Sendable, CustomStringConvertible {
    public enum Kind: Sendable {
        /// The file ends inside a record, or a record claims more bytes than the file has.
        case cut
        /// The bytes are there and contradict a checksum, the format or each other.
        case changed
    }

    public var kind: Kind
    /// The byte at which the first record begins that cannot be accepted.
    public var byte: UInt64
    /// Whole chunks before that byte.
    public var chunks: UInt64
    /// Whole messages before that byte, in chunks and outside of them.
    public var messages: UInt64
    /// What was found there and what was expected.
    public var reason: String

    public init(kind: Kind, byte: UInt64, chunks: UInt64, messages: UInt64, reason: String) {
        self.kind = kind
        self.byte = byte
        self.chunks = chunks
        self.messages = messages
        self.reason = reason
    }

    public var description: String {
        "\(kind == .cut ? "cut" : "damaged") at byte \(byte): \(reason); "
            + "before it \(chunks) whole chunks and \(messages) messages"
    }
}
