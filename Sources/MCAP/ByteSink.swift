/// Where a writer puts its bytes.
///
/// Each write names its place, so that one that failed halfway can be made again without a trace of
/// the first.
public protocol ByteSink: AnyObject {
    /// Writes all of `bytes` at `offset`, or throws.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(MCAPError)

    /// Cuts what lies behind `length`.
    func truncate(to length: UInt64) throws(MCAPError)

    /// Returns when everything written would survive a loss of power.
    func synchronize() throws(MCAPError)
}
