/// Tells what happens, one line an event. It has the shape of swift-log's `Logger`, so that it can be
/// exchanged for that one.
public struct Logger: Sendable {
    /// From what only a maintainer wants to what somebody must act on.
    public enum Level: String, Sendable, CaseIterable, Comparable {
        case trace, debug, info, notice, warning, error, critical

        public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .trace: 0
            case .debug: 1
            case .info: 2
            case .notice: 3
            case .warning: 4
            case .error: 5
            case .critical: 6
            }
        }
    }

    /// Facts beside the sentence, by name.
    public typealias Metadata = [String: MetadataValue]

    public enum MetadataValue: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
        case string(String)
        case integer(Int64)
        case array([MetadataValue])

        public init(stringLiteral value: String) { self = .string(value) }
        public init(integerLiteral value: Int64) { self = .integer(value) }
    }

    /// What is told at all: this and what is graver.
    public var logLevel: Level
    private let handler: any LogHandler

    public init(logLevel: Level = .info, handler: any LogHandler) {
        self.logLevel = logLevel
        self.handler = handler
    }

    /// Tells nobody.
    public static let none = Logger(logLevel: .critical, handler: SilentHandler())

    public func log(
        _ level: Level, _ message: @autoclosure () -> String,
        metadata: @autoclosure () -> Metadata = [:]
    ) {
        if level >= logLevel { handler.log(level, message(), metadata: metadata()) }
    }

    public func trace(
        _ message: @autoclosure () -> String, metadata: @autoclosure () -> Metadata = [:]
    ) {
        log(.trace, message(), metadata: metadata())
    }

    public func debug(
        _ message: @autoclosure () -> String, metadata: @autoclosure () -> Metadata = [:]
    ) {
        log(.debug, message(), metadata: metadata())
    }

    public func info(
        _ message: @autoclosure () -> String, metadata: @autoclosure () -> Metadata = [:]
    ) {
        log(.info, message(), metadata: metadata())
    }

    public func notice(
        _ message: @autoclosure () -> String, metadata: @autoclosure () -> Metadata = [:]
    ) {
        log(.notice, message(), metadata: metadata())
    }

    public func warning(
        _ message: @autoclosure () -> String, metadata: @autoclosure () -> Metadata = [:]
    ) {
        log(.warning, message(), metadata: metadata())
    }

    public func error(
        _ message: @autoclosure () -> String, metadata: @autoclosure () -> Metadata = [:]
    ) {
        log(.error, message(), metadata: metadata())
    }

    public func critical(
        _ message: @autoclosure () -> String, metadata: @autoclosure () -> Metadata = [:]
    ) {
        log(.critical, message(), metadata: metadata())
    }
}

private struct SilentHandler: LogHandler {
    func log(_ level: Logger.Level, _ message: String, metadata: Logger.Metadata) {}
}
