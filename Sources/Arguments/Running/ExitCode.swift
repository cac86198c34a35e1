/// How a program ends. Throw it where everything has been said already.
public struct ExitCode: Error, Hashable, Sendable, RawRepresentable {
    public let rawValue: Int32

    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let success = ExitCode(rawValue: 0)
    public static let failure = ExitCode(rawValue: 1)
    /// EX_USAGE of sysexits.h.
    public static let usage = ExitCode(rawValue: 64)
    /// EX_IOERR: what was asked for cannot be printed.
    public static let files = ExitCode(rawValue: 74)
}
