import Checking
import Configuration

/// Failures that a team knows and for now lives with: each for a reason, and until a day. A file that is kept beside
/// the hunt files.
public struct Quarantine: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        /// The failure's signature, as reports write it.
        public var failure: String
        public var reason: String
        /// The last day on which it counts.
        public var expires: CalendarDate
        /// Of one hunt alone; nil: of all.
        public var hunt: String?

        func concerns(_ signature: FailureSignature, of hunt: String) -> Bool {
            failure == signature.description && (self.hunt ?? hunt) == hunt
        }
    }

    public var entries: [Entry] = []
    /// What it was read from; nil where there is none.
    public var path: String?
    /// The day that counts as today.
    public var today: CalendarDate

    public init(entries: [Entry] = [], path: String? = nil, today: CalendarDate = .today) {
        self.entries = entries
        self.path = path
        self.today = today
    }

    /// Reads a file.
    ///
    /// - Throws: `SmallFile.Unreadable`, `ConfigurationError` with every problem of it.
    public init(path: String, today: CalendarDate = .today) throws {
        try self.init(yaml: try SmallFile.bytes(path), path: path, today: today)
    }

    public init(yaml bytes: [UInt8], path: String, today: CalendarDate = .today) throws {
        self.init(entries: [], path: path, today: today)
        entries = try YAML.read(try YAML.tree(bytes, file: path), file: path) { root in
            root.section { section in
                section.required("quarantine", accepted: "write quarantine: [{failure: …}]") {
                    $0.sequence(Self.entry)
                }
            }
        }
    }

    private static func entry(_ element: Element) -> Entry? {
        element.section { section -> Entry? in
            let failure = section.required("failure", as: .name("failure"))
            let reason = section.required("reason", as: .name("reason"))
            let expires = section.required("expires", as: .date)
            let hunt = section.optional("hunt", as: .name("hunt's name"))
            guard let failure, let reason, let expires else { return nil }
            return Entry(failure: failure, reason: reason, expires: expires, hunt: hunt)
        }
    }

    public func isExpired(_ entry: Entry) -> Bool { entry.expires < today }

    /// Whether a failure does not count now.
    func masks(_ signature: FailureSignature, of hunt: String) -> Bool {
        entries.contains { !isExpired($0) && $0.concerns(signature, of: hunt) }
    }

    /// Whether a failure was listed, and the days are over: then it counts whatever the calibration saw.
    func isOverdue(_ signature: FailureSignature, of hunt: String) -> Bool {
        !masks(signature, of: hunt) && entries.contains { $0.concerns(signature, of: hunt) }
    }
}
