import Perturbation
import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One delivery as it should be.
struct Expectation: CustomStringConvertible {
    private let piece: ExpectedOutput.Piece
    private let delivery: Delivery
    private let entry: RecordBlock.Entry
    private let changed: [UInt8]??

    init(_ piece: ExpectedOutput.Piece, _ delivery: Delivery) throws {
        self.piece = piece
        self.delivery = delivery
        entry = piece.records.entries[Int(delivery.slot)]
        changed =
            delivery.isCorrupted
            ? .some(
                try piece.outcome.changedValue(
                    of: delivery, original: piece.records.record(at: Int(delivery.slot)).value))
            : nil
    }

    var description: String {
        let copy = delivery.copy == 0 ? "" : " (copy \(delivery.copy))"
        return "\(piece.source)@\(entry.offset)\(copy)"
    }

    /// The names of the fields in which a record differs from this delivery.
    func differences(from block: RecordBlock, _ index: Int) -> [String] {
        let found = block.entries[index]
        var fields: [String] = []
        piece.records.withUnsafeBytes { wanted in
            block.withUnsafeBytes { actual in
                if !Self.equal(wanted, entry.keyRange, actual, found.keyRange) {
                    fields.append("key")
                }
                if !isValueEqual(wanted, actual, found) { fields.append("value") }
                let headers = Int(entry.headersStart)..<Int(entry.headersEnd)
                let others = Int(found.headersStart)..<Int(found.headersEnd)
                if !Self.equal(wanted, headers, actual, others) { fields.append("headers") }
            }
        }
        // A broker that stamps records itself replaces what was sent.
        if found.timestampKind != .logAppend, !piece.untimed.contains(delivery.slot),
            found.timestampMs != entry.timestampMs
        {
            fields.append("timestamp")
        }
        return fields
    }

    private func isValueEqual(
        _ wanted: UnsafeRawBufferPointer, _ actual: UnsafeRawBufferPointer,
        _ found: RecordBlock.Entry
    ) -> Bool {
        guard let changed else {
            return Self.equal(wanted, entry.valueRange, actual, found.valueRange)
        }
        return changed == found.valueRange.map { Array(actual[$0]) }
    }

    private static func equal(
        _ left: UnsafeRawBufferPointer, _ leftRange: Range<Int>?,
        _ right: UnsafeRawBufferPointer, _ rightRange: Range<Int>?
    ) -> Bool {
        switch (leftRange, rightRange) {
        case (nil, nil): true
        case (let a?, let b?):
            a.count == b.count
                && (a.isEmpty
                    || memcmp(
                        left.baseAddress! + a.lowerBound, right.baseAddress! + b.lowerBound,
                        a.count) == 0)
        default: false
        }
    }
}
