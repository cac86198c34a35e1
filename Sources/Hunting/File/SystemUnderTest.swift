/// A program that is tested: how it is started, when it is ready, how it is stopped.
public struct SystemUnderTest: Hashable, Sendable {
    public enum Start: Hashable, Sendable {
        /// Words, the first being the program.
        case command([String])
        /// Something else runs it; hooks prepare it for a trial (`reset`, always there in a hunt file) and end it.
        case external(reset: [String]?, after: [String]?)
    }

    public enum Ready: Hashable, Sendable {
        /// Its group has all members and partitions are given out.
        case joined
        /// A line of its output matches this regular expression.
        case output(String)
        /// A file is there (within the state folder unless absolute).
        case file(String)
        /// So long after the start.
        case after(Duration)
    }

    public var start: Start
    /// Words of a command that builds it once before the hunt; nil: none.
    public var build: [String]?
    public var environment: [String: String]
    /// Where it runs; relative paths are taken from the hunt file's folder.
    public var directory: String
    /// The consumer group that it is given.
    public var group: String
    public var copies: Int
    public var ready: Ready
    /// A number of a signal, and how long it is waited for until SIGKILL.
    public var stopSignal: Int32
    public var stopWithin: Duration
    public var startWithin: Duration
}
