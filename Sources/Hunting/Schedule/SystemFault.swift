import Records

/// A fault that strikes the system under test behind a delivery: feeding stops there, the fault strikes
/// ``delayUs`` after the broker acknowledged the delivery, and feeding goes on.
///
/// A line of a schedule: `{"at":"orders/3@1207","copy":0,"op":"kill","delay_us":2000}`.
public struct SystemFault: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// SIGKILL to a copy's whole group, and a new start.
        case kill
        /// SIGTERM, SIGKILL where it does not end within the stop's limit, and a new start.
        case term
        /// SIGSTOP for ``SystemFault/lengthUs``, then SIGCONT.
        case pause
        /// SIGKILL, its state folder emptied, and a new start.
        case loseState = "lose_state"
        /// One more copy starts.
        case join
        /// The copy that joined last is stopped; nothing where there is only one.
        case leave
    }

    /// The delivery behind which it strikes.
    public var at: RecordName
    public var copy: Int32
    public var kind: Kind
    /// From the acknowledgement to the fault, in microseconds.
    public var delayUs: Int64
    /// How long a pause lasts, in microseconds; 0 for other kinds.
    public var lengthUs: Int64

    public init(
        at: RecordName, copy: Int32 = 0, kind: Kind, delayUs: Int64 = 0, lengthUs: Int64 = 0
    ) {
        self.at = at
        self.copy = copy
        self.kind = kind
        self.delayUs = delayUs
        self.lengthUs = lengthUs
    }
}
