/// Bounds on what a reader takes into memory at once, whatever a file claims.
public struct ReadLimits: Equatable, Sendable {
    /// The largest record but an attachment, and the largest chunk uncompressed.
    public var recordBytes: UInt64 = 256 << 20
    /// The chunks that reading in the order of log times keeps uncompressed at once; what overlaps
    /// beyond that is decompressed again when its turn comes.
    public var overlapBytes: UInt64 = 256 << 20

    public init() {}
}
