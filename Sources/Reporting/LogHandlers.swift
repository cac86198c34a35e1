import Foundation
import Interchange
import Logging
import Perturbation

/// Sentences for people; what is worse than a notice says so in front.
public struct TextLogHandler: LogHandler {
    private let console: Console

    public init(_ console: Console) { self.console = console }

    public func log(_ level: Logger.Level, _ message: String, metadata: Logger.Metadata) {
        switch level {
        case .warning: console.say("warning: \(message)")
        case .error, .critical: console.say("error: \(message)")
        case .trace, .debug, .info, .notice: console.say(message)
        }
    }
}

/// A JSON object a line, for programs: `time`, `level` and `message`, then the metadata by name.
public struct JSONLogHandler: LogHandler {
    private let console: Console
    private let now: @Sendable () -> UInt64

    /// - Parameter now: nanoseconds since 1970.
    public init(
        _ console: Console,
        now: @escaping @Sendable () -> UInt64 = {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
        }
    ) {
        self.console = console
        self.now = now
    }

    public func log(_ level: Logger.Level, _ message: String, metadata: Logger.Metadata) {
        var members: [JSONValue.Member] = [
            .init("time", .string(UTCTime.text(nanoseconds: now()))),
            .init("level", .string(level.rawValue)), .init("message", .string(message)),
        ]
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
            members.append(.init(name, Self.json(value)))
        }
        console.say(JSONValue.object(members).text)
    }

    private static func json(_ value: Logger.MetadataValue) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .integer(let number): .number(number)
        case .array(let values): .array(values.map(json))
        }
    }
}
