/// Evidence as JSON, for expressions and commands. docs/invariants.md has its shape.
struct EvidenceJSON {
    private let variant: Evidence
    private let baseline: Evidence?

    init(_ variant: Evidence, baseline: Evidence?) {
        self.variant = variant
        self.baseline = baseline
    }

    /// `{"fed":[…],"injected":[…],"observed":{…},"baseline":{…}|null}`
    var bytes: [UInt8] {
        Array(
            ("{\"fed\":" + fed + ",\"injected\":" + injected + ",\"observed\":" + streams(variant)
                + ",\"baseline\":" + (baseline.map(streams) ?? "null") + "}\n").utf8)
    }

    /// `{"baseline":[…],"variant":[…],"injected":[…]}` of one stream.
    func relation(stream: String) -> [UInt8] {
        let before = baseline?[stream].map { records($0.records) } ?? "[]"
        let after = variant[stream].map { records($0.records) } ?? "[]"
        return Array(
            "{\"baseline\":\(before),\"variant\":\(after),\"injected\":\(injected)}".utf8)
    }

    private var fed: String {
        let feed = variant.feed
        return list(
            feed.deliveries.map { delivery in
                "{\"record\":\(JSONText.quoted(feed.records.name(of: delivery.record))),"
                    + "\"copy\":\(delivery.copy)," + fields(delivery.content, of: feed.records)
                    + "}"
            })
    }

    private var injected: String {
        list(
            variant.feed.injections.map { injection in
                let record = variant.feed.records.name(of: injection.record)
                return
                    "{\"kind\":\"\(injection.kind.rawValue)\",\"record\":\(JSONText.quoted(record)),"
                    + "\"copy\":\(injection.copy)}"
            })
    }

    private func streams(_ evidence: Evidence) -> String {
        let members = evidence.observations.map {
            JSONText.quoted($0.name) + ":" + records($0.records)
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    private func records(_ records: ObservedRecords) -> String {
        list(records.indices.map { "{" + fields($0, of: records) + "}" })
    }

    private func list(_ parts: [String]) -> String { "[" + parts.joined(separator: ",") + "]" }

    /// `"key":…,"value":…` and what else there is.
    private func fields(_ index: Int, of records: ObservedRecords) -> String {
        let entry = records.entries[index]
        var text = "\"key\":" + string(records.key(of: index))
        text += ",\"value\":" + value(records.value(of: index))
        if let source = records.source(of: index) {
            text += ",\"topic\":\(JSONText.quoted(source.topic)),\"partition\":\(source.partition)"
            text += ",\"offset\":\(entry.offset)"
        }
        if entry.timestamp.kind != .none {
            text += ",\"timestamp_ms\":\(entry.timestamp.milliseconds)"
        }
        if entry.headerCount > 0 {
            let headers = records.headers(of: index).map {
                "[\(string($0.name)),\(string($0.value))]"
            }
            text += ",\"headers\":" + list(headers)
        }
        return text
    }

    /// JSON as it is, anything else as a string.
    private func value(_ bytes: [UInt8]?) -> String {
        guard let bytes else { return "null" }
        if bytes.withUnsafeBytes({ JQValue(json: $0) }) != nil,
            let text = String(validating: bytes, as: UTF8.self)
        {
            return text.split(separator: "\n", omittingEmptySubsequences: false)
                .joined(separator: " ")
        }
        return string(bytes)
    }

    /// Text; bytes that are none as `{"hex":"…"}`.
    private func string(_ bytes: [UInt8]?) -> String {
        guard let bytes else { return "null" }
        if let text = String(validating: bytes, as: UTF8.self) { return JSONText.quoted(text) }
        let digits = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        return "{\"hex\":\"\(digits.joined())\"}"
    }
}
