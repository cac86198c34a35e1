/// Which partition a record goes to by its key, as producers choose it.
public enum Partitioner: String, Hashable, Sendable, CaseIterable {
    /// The Java client's default (`murmur2_random` of librdkafka).
    case murmur2
    /// `consistent` of librdkafka, the base of its default.
    case crc32
    /// Each partition in turn, whatever the key.
    case roundRobin = "round-robin"

    /// - Parameters:
    ///   - key: nil takes each partition in turn.
    ///   - index: the record's number in its stream.
    ///   - partitions: at least 1.
    public func partition(of key: [UInt8]?, at index: UInt64, among partitions: Int32) -> Int32 {
        let turn = Int32(index % UInt64(partitions))
        guard let key else { return turn }
        switch self {
        case .murmur2: return Int32(Self.murmur2(key) & 0x7FFF_FFFF) % partitions
        case .crc32: return Int32(Self.crc32(key) % UInt32(partitions))
        case .roundRobin: return turn
        }
    }

    /// MurmurHash2 in 32 bits with Kafka's seed.
    ///
    /// Source: Kafka's `Utils.murmur2`, after Austin Appleby's public-domain MurmurHash2.
    ///
    /// - Complexity: O(bytes)
    public static func murmur2(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBytes { murmur2($0) }
    }

    /// As above, of bytes that lie elsewhere.
    public static func murmur2(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let multiplier: UInt32 = 0x5BD1_E995
        var hash: UInt32 = 0x9747_B28C ^ UInt32(truncatingIfNeeded: bytes.count)
        let words = bytes.count / 4
        for word in 0..<words {
            var part: UInt32 = 0
            for byte in 0..<4 { part |= UInt32(bytes[word * 4 + byte]) << UInt32(byte * 8) }
            part = part &* multiplier
            part ^= part >> 24
            part = part &* multiplier
            hash = hash &* multiplier ^ part
        }
        if words * 4 < bytes.count {
            for index in (words * 4)..<bytes.count {
                hash ^= UInt32(bytes[index]) << UInt32((index - words * 4) * 8)
            }
            hash = hash &* multiplier
        }
        hash ^= hash >> 13
        hash = hash &* multiplier
        return hash ^ hash >> 15
    }

    /// CRC-32 of ISO-HDLC, bit by bit: keys are short.
    public static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = .max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 0 ? 0 : 0xEDB8_8320) }
        }
        return ~crc
    }
}
