/// What one visible operation touches, and how: whoever reads histories, looks for races or leaves out
/// equivalent interleavings reads this and nothing else.
public struct Footprint: Hashable, Sendable {
    /// How an object is touched. Two operations on one object may be swapped where both only read, or
    /// both are commutative.
    public enum Access: UInt8, Sendable, CaseIterable {
        case read
        case write
        case readModifyWrite
        /// Adding to a counter, say, that nobody reads in between.
        case commutative
    }

    /// What kind of thing is shared.
    public enum Kind: UInt8, Sendable, CaseIterable {
        case entity
        case lock
        case queue
        case inbox
        case service
    }

    public let kind: Kind
    /// Which store, lock, queue, inbox or service, in the order of the topology.
    public let table: Int32
    /// Which entity of it; 0 where it has none.
    public let entity: Int32
    public let access: Access

    @inline(__always)
    init(_ kind: Kind, _ table: Int32, _ entity: Int32, _ access: Access) {
        self.kind = kind
        self.table = table
        self.entity = entity
        self.access = access
    }

    /// Whether the order of two operations can matter.
    public func conflicts(with other: Footprint) -> Bool {
        guard kind == other.kind, table == other.table, entity == other.entity else {
            return false
        }
        switch (access, other.access) {
        case (.read, .read), (.commutative, .commutative): return false
        default: return true
        }
    }

    /// As one number, for fingerprints.
    @inline(__always)
    var packed: UInt64 {
        UInt64(kind.rawValue) << 56 | UInt64(access.rawValue) << 48
            | UInt64(UInt32(bitPattern: table) & 0xFFFF) << 32 | UInt64(UInt32(bitPattern: entity))
    }
}
