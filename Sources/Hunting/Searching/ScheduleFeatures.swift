import Digests
import Perturbation
import Records

/// What a schedule does, in classes: two schedules with the same classes are much the same.
enum ScheduleFeatures {
    /// Pairs of records of one key that were exchanged, how far records moved, where copies came, what was dropped,
    /// and where faults struck: each with the kinds of record that take part.
    static func of(_ input: TrialInput, _ feed: FeedSequence) -> Set<String> {
        var features: Set<String> = []
        var last: [[UInt8]: FeedSequence.Item] = [:]
        var first: [RecordName: Int] = [:]
        for (index, item) in feed.items.enumerated() {
            if item.copy == 0 { first[item.name] = index }
            if let key = item.record.key {
                if let before = last[key], before.name > item.name,
                    before.record.source == item.record.source
                {
                    features.insert("inverted \(kind(before.record)) \(kind(item.record))")
                }
                last[key] = item
            }
            if item.copy > 0 {
                let distance = first[item.name].map { distanceClass(index - $0) } ?? "before"
                features.insert("copy \(kind(item.record)) \(distance)")
            }
            for fault in item.faults {
                let place = index * 4 / max(1, feed.items.count)
                features.insert(
                    "\(fault.words) in quarter \(place) at \(kind(item.record))")
                if item.copy > 0 { features.insert("\(fault.kind.rawValue) behind a copy") }
            }
        }
        for line in input.schedule.lines {
            if case .drop = line.decision.operation { features.insert("drop") }
            if case .delay(_, let time) = line.decision.operation {
                features.insert("held \(distanceClass(Int(time / 1000)))")
            }
        }
        return features
    }

    /// What the system showed, as a whole: a state that was not seen before is something new.
    static func of(_ outcome: TrialOutcome) -> String {
        var text: [UInt8] = []
        for (name, records) in outcome.observed.sorted(by: { $0.key < $1.key }) {
            text += Array(name.utf8)
            for record in records { text += (record.key ?? []) + [0] + (record.value ?? []) + [1] }
        }
        return "state " + SHA256.digest(of: text).description.prefix(12)
    }

    /// The operation that a record is: what its JSON calls it, or whether it has a value.
    private static func kind(_ record: Record) -> String {
        guard let value = record.value else { return "tombstone" }
        guard let json = try? value.withUnsafeBytes({ try JSONValue(parsing: $0) }) else {
            return "bytes"
        }
        for name in ["op", "type", "operation", "kind", "event"] {
            if let text = json[name]?.string { return text }
        }
        return "value"
    }

    /// 1, 2, 3-4, 5-8, …
    private static func distanceClass(_ distance: Int) -> String {
        let size = max(1, abs(distance))
        return "\(distance < 0 ? "-" : "")2^\(Int.bitWidth - (size - 1).leadingZeroBitCount)"
    }
}
