import Perturbation
import Simulation

/// One thing that happened in a run, as a line: time, who, what, about which message, what it touched.
public struct TraceLine: CustomStringConvertible {
    private let entry: TraceEntry
    private let names: SiteNames

    public init(_ entry: TraceEntry, _ names: SiteNames) {
        self.entry = entry
        self.names = names
    }

    public var description: String {
        var line = "\(seconds)  "
        line += actor
        line += "  \(entry.what)"
        if entry.message >= 0 {
            line += "  message \(entry.message & 0xFF_FFFF_FFFF) key \(entry.key)"
            if let attempt = SiteNames.attempt(entry.attempt) { line += " \(attempt)" }
        }
        if let footprint = entry.footprint { line += "  \(touched(footprint))" }
        if let detail { line += "  \(detail)" }
        return line
    }

    /// Who acts: a worker, or a node or service that a fault struck.
    private var actor: String {
        guard entry.unit >= 0 else { return "-" }
        let unit = names.unit(entry.unit)
        if entry.actor >= 0 { return "\(unit)#\(entry.actor)" }
        return entry.version >= 0 ? "\(unit) node \(entry.version + 1)" : unit
    }

    /// Seconds with all nine decimals: times are exact.
    private var seconds: String {
        let fraction = String(entry.timeNs % 1_000_000_000)
        let zeros = String(repeating: "0", count: 9 - fraction.count)
        return "\(entry.timeNs / 1_000_000_000).\(zeros)\(fraction)"
    }

    private func touched(_ footprint: Footprint) -> String {
        let verb =
            switch footprint.access {
            case .read: "reads"
            case .write: "writes"
            case .readModifyWrite: "reads and writes"
            case .commutative: "adds to"
            }
        return "\(verb) \(names.object(footprint))"
    }

    private var detail: String? {
        switch entry.what {
        case .load, .store: "value \(entry.value) version \(entry.version)"
        case .conflict: "loaded version \(entry.value), now \(entry.version)"
        case .fence, .acquire, .release, .expire, .renew: "token \(entry.value)"
        case .think, .retry, .schedule, .kill, .pause, .killNode, .pauseNode, .slow, .throttle,
            .cut, .skew, .strand, .hold:
            Figures.time(Double(entry.value))
        case .check, .reject: "value \(entry.value)"
        case .call: entry.value == 1 ? "the request is lost" : nil
        default: nil
        }
    }
}

extension TraceLine {
    /// The same as one line of JSON.
    public var json: JSONValue {
        let isActed = entry.unit >= 0 && entry.actor >= 0
        let isAboutMessage = entry.message >= 0
        func number(_ value: some BinaryInteger, _ isThere: Bool = true) -> JSONValue? {
            isThere ? .number(value) : nil
        }
        return .members([
            ("time_ns", number(entry.timeNs)),
            ("worker", isActed ? .string("\(names.unit(entry.unit))#\(entry.actor)") : nil),
            ("what", .string("\(entry.what)")),
            ("message", number(SiteNames.short(entry.message), isAboutMessage)),
            ("key", number(entry.key, isAboutMessage)),
            ("attempt", number(entry.attempt, isAboutMessage)),
            ("object", entry.footprint.map { .string(names.object($0)) }),
            ("access", entry.footprint.map { .string("\($0.access)") }),
            ("value", number(entry.value)), ("version", number(entry.version)),
        ])
    }
}
