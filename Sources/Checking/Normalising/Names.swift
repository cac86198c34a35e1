/// Stable names for identifiers that a system draws.
///
/// An identifier keeps its name throughout a trial, in all streams. Its name is counted among those of the record's
/// key: another order of keys gives no other names.
struct Names {
    private var names: [String: String] = [:]
    private var counts: [String: Int] = [:]

    mutating func name(of identifier: JQValue, kind: String, key: [UInt8]?) -> JQValue {
        let raw = kind + "\u{0}" + identifier.json
        if let name = names[raw] { return JQValue(name) }
        let owner = key.map { " of " + String(decoding: $0, as: UTF8.self) } ?? ""
        let count = counts[kind + owner, default: 0] + 1
        counts[kind + owner] = count
        let name = "\(kind)-\(count)\(owner)"
        names[raw] = name
        return JQValue(name)
    }
}

/// Times as distances from the first one that a step saw in a stream.
struct Epochs {
    private var first: [Int: Int64] = [:]

    /// nil: it is no time: neither a number (seconds, milliseconds, micro- or nanoseconds by its size) nor a text as
    /// RFC 3339 has it.
    mutating func offset(of value: JQValue, step: Int, _ unitMs: Int64) -> JQValue? {
        guard let timeMs = value.text.flatMap(TimeText.milliseconds) ?? Self.milliseconds(value)
        else { return nil }
        let epoch = first[step] ?? timeMs
        first[step] = epoch
        let distance = timeMs - epoch
        let units = distance >= 0 ? distance / unitMs : -((unitMs - 1 - distance) / unitMs)
        return JQValue(json: Array("\(units * unitMs)".utf8))
    }

    /// By its size: 1e11 s is in the year 5138, 1e11 ms in 1973.
    private static func milliseconds(_ value: JQValue) -> Int64? {
        let number = value.number ?? value.text.flatMap(Double.init)
        guard let number, number.magnitude < 1e19 else { return nil }
        let scale: Double =
            switch number.magnitude {
            case ..<1e11: 1e3
            case ..<1e14: 1
            case ..<1e17: 1e-3
            default: 1e-6
            }
        return Int64((number * scale).rounded(.down))
    }
}

extension JQValue {
    fileprivate convenience init?(json text: [UInt8]) {
        guard let value = text.withUnsafeBytes({ JQValue(json: $0) }) else { return nil }
        self.init(owning: value.copied())
    }
}
