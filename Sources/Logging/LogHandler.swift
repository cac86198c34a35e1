/// Where what a ``Logger`` is told goes.
public protocol LogHandler: Sendable {
    /// - Parameter message: one sentence; several lines only where an error has several sentences.
    func log(_ level: Logger.Level, _ message: String, metadata: Logger.Metadata)
}
