import Digests
import Records

/// A named source of draws: one purpose (the length of windows, the drops of one rule, …) in one
/// partition under one seed. `docs/determinism.md` defines every byte of it.
///
/// The key is the first eight bytes of the SHA-256 of the fields `kerfuffle-1`, seed, purpose, topic
/// and partition (decimal), each as a netstring (`<length>:<bytes>,`).
public struct DrawStream: Hashable, Sendable {
    /// The key of every block of the stream.
    public let key: UInt64

    public init(seed: String, purpose: String, source: TopicPartition) {
        key = Self.digest(of: [seed, purpose, source.topic, String(source.partition)]).word
    }

    /// The SHA-256 of `kerfuffle-1` and the fields, each as a netstring.
    static func digest(of fields: [String]) -> Digest {
        var text: [UInt8] = []
        for field in ["kerfuffle-1"] + fields {
            text += Array("\(field.utf8.count):".utf8) + Array(field.utf8)
            text.append(UInt8(ascii: ","))
        }
        return SHA256.digest(of: text)
    }

    /// The draws that belong to `position`: the offset of a record or the start of a window, and where
    /// a record is delivered more than once, the number of the copy.
    @inline(__always)
    public func draws(at position: Offset, copy: Int32 = 0) -> Draws {
        Draws(key: key, position: position, copy: copy)
    }
}
