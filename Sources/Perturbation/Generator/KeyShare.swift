import Configuration
import Digests
import Records

/// A share of the keys, chosen by a keyed hash: a key is in or out as a whole, in whichever topic and
/// partition it appears.
///
/// A key with SipHash-2-4 h is in where floor(h x denominator / 2^64) < numerator. The hash's key is
/// the first 16 bytes of the SHA-256 of the netstrings `kerfuffle-1`, seed and the purpose, which for a
/// rule's share is `share/<rule>`.
///
/// Draws: for a record without key one hit, at its offset in the stream of the purpose.
struct KeyShare: Sendable {
    private let share: Ratio
    private let key: (UInt64, UInt64)
    private let withoutKey: DrawStream

    init(_ share: Ratio, seed: String, purpose: String, source: TopicPartition) {
        self.share = share
        key = DrawStream.digest(of: [seed, purpose]).words
        withoutKey = DrawStream(seed: seed, purpose: purpose, source: source)
    }

    func includes(_ entry: RecordBlock.Entry, in bytes: UnsafeRawBufferPointer) -> Bool {
        guard let range = entry.keyRange else {
            var draws = withoutKey.draws(at: entry.offset)
            return draws.hits(share)
        }
        let hash = SipHash.hash(UnsafeRawBufferPointer(rebasing: bytes[range]), key: key)
        let place = hash.multipliedFullWidth(by: UInt64(share.denominator)).high
        return place < UInt64(share.numerator)
    }
}

extension Digest {
    /// The first 16 bytes as two little-endian numbers.
    var words: (UInt64, UInt64) {
        func word(_ part: ArraySlice<UInt8>) -> UInt64 {
            part.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        return (word(bytes[0..<8]), word(bytes[8..<16]))
    }
}
