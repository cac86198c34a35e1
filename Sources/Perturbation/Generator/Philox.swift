/// Philox4x32-10: a counter-based generator. Equal keys and counters give equal words on any machine,
/// and no draw depends on another, so a restart or another batch size changes nothing.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011); the
/// tests hold the known-answer vectors of the authors' Random123 library.
public enum Philox {
    public typealias Block = (UInt32, UInt32, UInt32, UInt32)

    /// The ten rounds over `counter` under `key`.
    @inlinable @inline(__always)
    public static func block(_ counter: Block, key: (UInt32, UInt32)) -> Block {
        var (c0, c1, c2, c3) = counter
        var (k0, k1) = key
        for round in 0..<10 {
            if round > 0 {
                k0 &+= 0x9E37_79B9
                k1 &+= 0xBB67_AE85
            }
            let left = UInt64(c0) &* 0xD251_1F53
            let right = UInt64(c2) &* 0xCD9E_8D57
            (c0, c1, c2, c3) = (
                UInt32(truncatingIfNeeded: right >> 32) ^ c1 ^ k0,
                UInt32(truncatingIfNeeded: right),
                UInt32(truncatingIfNeeded: left >> 32) ^ c3 ^ k1,
                UInt32(truncatingIfNeeded: left)
            )
        }
        return (c0, c1, c2, c3)
    }
}
