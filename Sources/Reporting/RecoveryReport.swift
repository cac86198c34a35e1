import Perturbation
import Recording

/// What a recovery saved, for people and for programs.
public struct RecoveryReport {
    private let recovery: RecordingRecovery

    public init(_ recovery: RecordingRecovery) {
        self.recovery = recovery
    }

    public var text: String {
        recovery.files.map(Self.text).joined()
            + "read again: \(recovery.records) records\n"
    }

    private static func text(_ file: RecordingRecovery.File) -> String {
        let saved =
            "\(shown(file.to)): \(file.chunks) chunks and \(file.messages) messages, "
            + "\(file.wholeBytes) of \(file.bytes) bytes\n"
        switch file.ending {
        case .closed: return "\(shown(file.from)) was whole\n" + saved
        case .open:
            return "\(shown(file.from)) was not closed; nothing in it is damaged\n" + saved
        case .damaged(let damage):
            return "\(shown(file.from)) was \(damage)\n" + saved
        }
    }

    public var json: JSONValue {
        .members([
            ("records", .number(recovery.records)),
            ("partial", .bool(recovery.isPartial)),
            ("files", .array(recovery.files.map(Self.json))),
        ])
    }

    private static func json(_ file: RecordingRecovery.File) -> JSONValue {
        .members([
            ("from", .string(file.from)), ("to", .string(file.to)),
            ("ending", .string(file.ending.word)), ("bytes", .number(file.bytes)),
            ("whole_bytes", .number(file.wholeBytes)), ("chunks", .number(file.chunks)),
            ("messages", .number(file.messages)), ("damage", file.ending.damageJSON),
        ])
    }
}

extension RecordingSummary.Ending {
    /// As programs read it.
    var word: String {
        switch self {
        case .closed: "closed"
        case .open: "open"
        case .damaged(let damage): damage.isCut ? "cut" : "damaged"
        }
    }

    var damageJSON: JSONValue? {
        guard case .damaged(let damage) = self else { return nil }
        return .members([
            ("byte", .number(damage.byte)), ("chunks", .number(damage.chunks)),
            ("messages", .number(damage.messages)), ("reason", .string(damage.reason)),
        ])
    }
}
