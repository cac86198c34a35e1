import Records

/// A record that was read from text.
public struct ParsedRecord: Hashable, Sendable {
    public var record: Record
    /// Nanoseconds since 1970; nil where the format does not tell.
    public var arrivalNs: UInt64?

    public init(record: Record, arrivalNs: UInt64? = nil) {
        self.record = record
        self.arrivalNs = arrivalNs
    }
}

/// Formats that records can be read from.
public enum ParsedFormat: String, Hashable, Sendable, CaseIterable {
    case ndjson
    /// The JSON envelope of `kcat -C -J`.
    case kcat
    case csv
    /// Lines of kafka-console-consumer.
    case console

    /// What a file's name says of its format.
    public init?(fileName: String) {
        switch fileName.split(separator: ".").last {
        case "csv": self = .csv
        case "ndjson", "jsonl": self = .ndjson
        default: return nil
        }
    }
}

/// Text that is no record: where, what was found, and what is accepted.
public struct InterchangeError: Error, Hashable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// The text is not what the format says.
        case malformed
        /// A file cannot be opened, read or written.
        case system
    }

    public var kind: Kind
    public var message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { message }
}

/// What is wrong with a line, before it is known which line it is.
struct LineFault: Error {
    var message: String

    /// - Parameter message: what it quotes of the text loses its control characters.
    init(_ message: String) {
        self.message = ""
        for scalar in message.unicodeScalars {
            let isShown = ![.control, .format].contains(scalar.properties.generalCategory)
            if isShown {
                self.message.unicodeScalars.append(scalar)
            } else {
                self.message += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
    }
}
