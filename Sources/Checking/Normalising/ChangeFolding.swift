/// Topics of changes (Debezium's envelope) as what they mean: the rows that are there at the end, and a ledger of
/// what was done.
///
/// With or without the schema's wrapper (`{"schema":…,"payload":…}`), of key and value. `c`, `u` and `r` (a snapshot's
/// read) set a row, `d` and a tombstone take it away, `t` takes all away. Snapshots are no change and tombstones
/// repeat one: neither is in the ledger. Records of transactions (`BEGIN`, `END`), heartbeats, schema changes and
/// messages (`m`) are left out. A value without `op` is a row itself (Debezium's flattening).
///
/// Source: Debezium 2.x, *Change event values*, *Transaction metadata*, *New Record State Extraction*.
enum ChangeFolding {
    /// The stream itself as state (one record a row, in the order of their first sight; the record is that of its
    /// last change), and `NAME.ledger`.
    static func folded(_ observation: Observation) -> [Observation] {
        let records = observation.records
        var ledger = ObservedRecords()
        var rows: [(index: Int, key: [UInt8], value: [UInt8]?)] = []
        var numbers: [[UInt8]: Int] = [:]
        for index in records.indices {
            guard let change = Change(records, index) else { continue }
            if let entry = change.ledgerEntry {
                ledger.append(index, of: records, key: change.key, value: entry)
            }
            if change.kind == .truncate {
                for row in rows.indices { rows[row].value = nil }
                continue
            }
            if let row = numbers[change.key] {
                rows[row] = (index, change.key, change.after)
            } else {
                numbers[change.key] = rows.count
                rows.append((index, change.key, change.after))
            }
        }
        var state = ObservedRecords()
        for row in rows where row.value != nil {
            state.append(row.index, of: records, key: row.key, value: row.value)
        }
        return [
            Observation(observation.name, .state, state),
            Observation(observation.name + ".ledger", .ledger, ledger),
        ]
    }
}

/// One change, read from a record.
private struct Change {
    enum Kind { case create, update, delete, snapshot, truncate, tombstone, row }

    let kind: Kind
    /// Without the schema's wrapper.
    let key: [UInt8]
    let before: [UInt8]?
    let after: [UInt8]?

    /// nil: it is none.
    init?(_ records: ObservedRecords, _ index: Int) {
        let key = records.key(of: index)
        if let source = records.source(of: index), source.topic.hasPrefix("__debezium-heartbeat") {
            return nil
        }
        self.key = key.map { Self.unwrapped($0) } ?? []
        guard let value = records.value(of: index) else {
            guard key != nil else { return nil }
            (kind, before, after) = (.tombstone, nil, nil)
            return
        }
        let payload = Self.unwrapped(value)
        let parts = payload.withUnsafeBytes {
            bytes -> (op: [UInt8]?, before: [UInt8]?, after: [UInt8]?, isOther: Bool) in
            let slice = JSONSlice(bytes)
            func part(_ name: String) -> [UInt8]? {
                slice.value(at: [.field(Array(name.utf8))]).flatMap { found in
                    slice.isNull(found) ? nil : Array(bytes[found])
                }
            }
            let status = part("status")
            let isTransaction =
                part("event_count") != nil || status == Array("\"BEGIN\"".utf8)
            let isSchemaChange = part("ddl") != nil && part("op") == nil
            return (
                part("op"), part("before"), part("after"),
                slice.root.map { !slice.begins($0, with: "{") } ?? true
                    || (part("op") == nil && part("id") != nil && isTransaction) || isSchemaChange
            )
        }
        if parts.isOther { return nil }
        guard let op = parts.op else {
            (kind, before, after) = (.row, nil, payload)
            return
        }
        switch String(decoding: op, as: UTF8.self) {
        case "\"c\"": kind = .create
        case "\"u\"": kind = .update
        case "\"d\"": kind = .delete
        case "\"r\"": kind = .snapshot
        case "\"t\"": kind = .truncate
        default: return nil
        }
        before = parts.before
        after = kind == .delete ? nil : parts.after
    }

    /// What stands beneath `payload` where that is beside a `schema`; else the text itself.
    private static func unwrapped(_ text: [UInt8]) -> [UInt8] {
        text.withUnsafeBytes { bytes in
            let slice = JSONSlice(bytes)
            guard slice.value(at: [.field(Array("schema".utf8))]) != nil,
                let payload = slice.value(at: [.field(Array("payload".utf8))])
            else { return text }
            return Array(bytes[payload])
        }
    }

    /// `{"op":"u","before":…,"after":…}`; nil for what did nothing.
    var ledgerEntry: [UInt8]? {
        let op: String
        switch kind {
        case .create: op = "c"
        case .update: op = "u"
        case .delete: op = "d"
        case .truncate: op = "t"
        case .row: op = "row"
        case .snapshot, .tombstone: return nil
        }
        var entry = Array("{\"op\":\"\(op)\",\"before\":".utf8)
        entry += before ?? Array("null".utf8)
        entry += Array(",\"after\":".utf8)
        entry += after ?? Array("null".utf8)
        entry.append(UInt8(ascii: "}"))
        return entry
    }
}
