import Records

/// Where a message belongs: its partition, its turn among others, and who works on it.
extension Simulator {
    /// Lane and group of a message, which it keeps unless a broker deals it out.
    @inline(__always)
    mutating func place(_ message: Int32, _ unit: Int) {
        if stations[unit].order == .none && stations[unit].groupCount == 1
            && !stations[unit].membership.isOn
        {
            return
        }
        placeByKey(message, unit)
    }

    @inline(never)
    private mutating func placeByKey(_ message: Int32, _ unit: Int) {
        if stations[unit].membership.isOn {
            _ = placeAtOwner(message, unit)
            return
        }
        let groups = stations[unit].groupCount
        if stations[unit].order == .none {
            let owner =
                stations[unit].partitions == 0
                ? Int32(Self.slot(of: hash(of: message, unit), among: UInt32(groups)))
                : partition(of: message, unit)
            messages[message].group = owner % groups
            return
        }
        var lane = turn(of: message, unit)
        var owner = lane
        if stations[unit].ownsPartitions {
            owner = partition(of: message, unit)
            // Every node has slots and mailboxes of its own.
            lane = lane < 0 ? lane : lane * groups + owner % groups
        } else if lane < 0 {
            owner = Int32(Self.slot(of: hash(of: message, unit), among: UInt32(groups)))
        }
        messages[message].group = owner % groups
        messages[message].lane = lane
        if lane >= 0 { stations[unit].lanes.reach(Int(lane)) }
    }

    /// Which messages it waits for; -1: none.
    mutating func turn(of message: Int32, _ unit: Int) -> Int32 {
        switch stations[unit].order {
        case .none: return -1
        case .partition: return partition(of: message, unit)
        case .slot:
            return Int32(Self.slot(of: hash(of: message, unit), among: stations[unit].slots))
        case .key:
            guard isKeyless(message) else {
                return messages[message].key &+ (stations[unit].joinsKeyless ? 1 : 0)
            }
            // One mailbox for all of them, in front of those of keys; or none.
            return stations[unit].joinsKeyless ? 0 : -1
        }
    }

    /// Messages without a key go to the partitions in turn, as do all where the queue says so.
    mutating func partition(of message: Int32, _ unit: Int) -> Int32 {
        let partitions = stations[unit].partitions
        let isSpread = isKeyless(message) && !stations[unit].joinsKeyless
        if stations[unit].isRoundRobin || isSpread {
            let number = UInt64(messages[message].number & 0xFF_FFFF_FFFF)
            return Int32(number % UInt64(partitions))
        }
        return Int32(hash(of: message, unit) & 0x7FFF_FFFF) % partitions
    }

    /// Of the key; without one that of the empty key, or of the message's own number.
    private mutating func hash(of message: Int32, _ unit: Int) -> UInt32 {
        guard isKeyless(message) else { return hash(messages[message].key) }
        if stations[unit].joinsKeyless {
            return Partitioner.murmur2(UnsafeRawBufferPointer(start: nil, count: 0))
        }
        return Self.hashOfDigits(Int32(truncatingIfNeeded: messages[message].number & 0x7FFF_FFFF))
    }

    /// Whether the broker sees no key of a message, whatever entity it is about.
    @inline(__always)
    mutating func isKeyless(_ message: Int32) -> Bool {
        guard hasKeyless else { return false }
        let number = messages[message].number
        guard number >> 62 == 0 else { return false }
        let (source, made) = (Int(number >> 40), number & 0xFF_FFFF_FFFF)
        if sources[source].kind == .recorded {
            return keyHashes[Int(messages[message].key)] == nil
        }
        let share = sources[source].keyless
        return share == .max || sources[source].extra.bits(made, -4) < share
    }

    /// Kafka's hash of the key: of its bytes where it was recorded, else of its number in decimal digits.
    private mutating func hash(_ key: Int32) -> UInt32 {
        if Int(key) < keyHashes.count, let known = keyHashes[Int(key)] { return known }
        return Self.hashOfDigits(key)
    }

    private static func hashOfDigits(_ key: Int32) -> UInt32 {
        withUnsafeTemporaryAllocation(byteCount: 16, alignment: 1) { digits in
            var rest = UInt32(bitPattern: key)
            var start = 16
            repeat {
                start -= 1
                digits[start] = UInt8(truncatingIfNeeded: 48 + rest % 10)
                rest /= 10
            } while rest > 0
            return Partitioner.murmur2(UnsafeRawBufferPointer(rebasing: digits[start...]))
        }
    }

    /// Other bits than those that choose a partition, so that the two are independent.
    private static func slot(of hash: UInt32, among slots: UInt32) -> UInt32 {
        let mixed = (hash ^ hash >> 15) &* 0x2C1B_3C6D
        return UInt32(truncatingIfNeeded: (UInt64(mixed) * UInt64(slots)) >> 32)
    }
}
