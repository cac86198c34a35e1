/// One thing that happened, for traces. Numbers are those of the resolved topology (``SiteNames``).
public struct TraceEntry: Hashable, Sendable {
    public enum What: UInt8, Sendable, CaseIterable {
        case arrive, refuse, begin, think, load, check, change, store, conflict, fence, fail
        case effect, call, request, reply, timeOut, lookUp, note, wait, acquire, release, expire
        case publish, commit, reject, duplicate, retry, requeue, schedule, deadLetter, discard
        case redeliver, lateAck, kill, restart, pause, breach, renew
        case position, replay, lose, queue
        case join, leave, expel, assign, deploy, drop
        case killNode, pauseNode, slow, throttle, cut, skew, relieve, strand
        case pauseListener, open, halfOpen, close
        case park, redrive, hold
        case again, corrupt, forget
    }

    public let timeNs: Int64
    public let what: What
    /// The process; -1 where none acts.
    public let actor: Int32
    /// The handler or service; -1 where none acts.
    public let unit: Int32
    /// The message's number; -1 where it is about none.
    public let message: Int64
    public let key: Int32
    public let attempt: Int32
    /// What shared thing it touched.
    public let footprint: Footprint?
    /// A value, version, duration or count, as `what` says.
    public let value: Int64
    public let version: Int64
}
