import Configuration
import Digests
import Records

extension DrawStream {
    /// Whether the record's key is among the given share of keys: the first eight bytes of the SHA-256
    /// of the stream's key (eight bytes, little-endian) and the record's key, as a number h, are in
    /// where floor(h x denominator / 2^64) < numerator. A record without key is drawn by its offset.
    func includes(
        _ entry: RecordBlock.Entry, in bytes: UnsafeRawBufferPointer, _ share: Ratio
    ) -> Bool {
        guard let range = entry.keyRange else {
            var draws = draws(at: entry.offset)
            return draws.hits(share.numerator, in: share.denominator)
        }
        let hash = SHA256()
        withUnsafeBytes(of: key.littleEndian) { hash.update($0) }
        hash.update(UnsafeRawBufferPointer(rebasing: bytes[range]))
        let place = hash.digest().word.multipliedFullWidth(by: UInt64(share.denominator)).high
        return place < UInt64(share.numerator)
    }
}
