import Perturbation
import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One delivery as it should be, and whether a record is that.
struct Expectation: CustomStringConvertible {
    let piece: ExpectedOutput.Piece
    let delivery: Delivery

    var entry: RecordBlock.Entry { piece.records.entries[Int(delivery.slot)] }

    /// The input's record, and which copy of it.
    var description: String {
        let copy = delivery.copy == 0 ? "" : " (copy \(delivery.copy))"
        return "\(piece.source)@\(entry.offset)\(copy)"
    }

    /// Whether the record of a block is this delivery.
    func isMet(by block: RecordBlock, _ index: Int) -> Bool {
        piece.records.withUnsafeBytes { wanted in
            block.withUnsafeBytes { found in
                piece.isMet(delivery, wanted, by: block.entries[index], found)
            }
        }
    }

    /// The value that should be there.
    func value() throws -> [UInt8]? {
        try piece.value(of: delivery)
    }
}

extension ExpectedOutput.Piece {
    /// How many of the deliveries from `position` on are the records of a block from `index` on: up to
    /// the first that is not, or to the end of either.
    func countMet(from position: Int, by block: RecordBlock, from index: Int) -> Int {
        records.withUnsafeBytes { wanted in
            block.withUnsafeBytes { found in
                outcome.deliveries.withUnsafeBufferPointer { deliveries in
                    block.entries.withUnsafeBufferPointer { entries in
                        let most = min(deliveries.count - position, entries.count - index)
                        var count = 0
                        while count < most,
                            isMet(
                                deliveries[position + count], wanted, by: entries[index + count],
                                found)
                        {
                            count += 1
                        }
                        return count
                    }
                }
            }
        }
    }

    @inline(__always)
    fileprivate func isMet(
        _ delivery: Delivery, _ wanted: UnsafeRawBufferPointer,
        by found: RecordBlock.Entry, _ bytes: UnsafeRawBufferPointer
    ) -> Bool {
        let entry = records.entries[Int(delivery.slot)]
        let headers = Int(entry.headersStart)..<Int(entry.headersEnd)
        let others = Int(found.headersStart)..<Int(found.headersEnd)
        return SameBytes.are(wanted, entry.keyRange, bytes, found.keyRange)
            && SameBytes.are(wanted, headers, bytes, others)
            && isTimeMet(delivery, by: found)
            && isValueMet(delivery, entry, wanted, found, bytes)
    }

    private func isValueMet(
        _ delivery: Delivery, _ entry: RecordBlock.Entry, _ wanted: UnsafeRawBufferPointer,
        _ found: RecordBlock.Entry, _ bytes: UnsafeRawBufferPointer
    ) -> Bool {
        guard delivery.isCorrupted else {
            return SameBytes.are(wanted, entry.valueRange, bytes, found.valueRange)
        }
        let value: [UInt8]?
        do { value = try self.value(of: delivery) } catch { return false }
        return value == found.valueRange.map { Array(bytes[$0]) }
    }

    /// A broker that stamps records itself replaces what was sent.
    func isTimeMet(_ delivery: Delivery, by found: RecordBlock.Entry) -> Bool {
        let entry = records.entries[Int(delivery.slot)]
        return found.timestampMs == entry.timestampMs || found.timestampKind == .logAppend
            || untimed.contains(delivery.slot)
    }
}

/// Equality of bytes that may be missing.
private enum SameBytes {
    @inline(__always)
    static func are(
        _ left: UnsafeRawBufferPointer, _ leftRange: Range<Int>?,
        _ right: UnsafeRawBufferPointer, _ rightRange: Range<Int>?
    ) -> Bool {
        switch (leftRange, rightRange) {
        case (nil, nil): return true
        case (let a?, let b?):
            guard a.count == b.count else { return false }
            guard a.count > 0, let left = left.baseAddress, let right = right.baseAddress else {
                return true
            }
            return memcmp(left + a.lowerBound, right + b.lowerBound, a.count) == 0
        default: return false
        }
    }
}
