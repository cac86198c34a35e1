/// One line of the client library's log.
public struct LogLine: Hashable, Sendable, CustomStringConvertible {
    /// As syslog numbers them: 0 emergency … 3 error, 4 warning, 5 notice, 6 information, 7 debug.
    public var level: Int
    /// The library's short name of what it is about, as in `FAIL` or `CGRPERR`.
    public var facility: String
    /// The text, without secrets.
    public var text: String

    public init(level: Int, facility: String, text: String) {
        self.level = level
        self.facility = facility
        self.text = text
    }

    public var description: String { "\(facility): \(text)" }
}
