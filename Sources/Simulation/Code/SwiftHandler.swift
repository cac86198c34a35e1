/// A handler written in Swift: a step machine over a value.
///
/// The machine declares the steps that it may take, each of which does one thing and touches at most one thing
/// that is shared; and it says, after each, which comes next. It keeps what it knows in its own properties and
/// touches nothing else: no clock, no random number, no class that another handler has too. Then a run is a
/// function of topology, strategy and seed, as it is with steps from a file, and the same engine, draws and
/// choices are used (`docs/handlers-in-swift.md`).
///
/// Every attempt begins with a fresh copy of the value that was given to ``CodedTopology``: what an attempt had
/// in memory is gone when it fails or its worker dies.
public protocol SwiftHandler: Sendable {
    /// Names of its steps, mostly the cases of an enumeration.
    associatedtype Label: Hashable, CaseIterable, Sendable

    /// What a step does. Asked once, before a run begins.
    func step(_ label: Label) -> CodeStep

    /// What comes next.
    ///
    /// - Parameters:
    ///   - label: the step that has been carried out; nil: the attempt begins.
    ///   - answer: what came of it.
    ///   - message: the message that is handled.
    mutating func next(
        after label: Label?, _ answer: Answer, _ message: MessageView
    ) -> Next<Label>
}

/// What came of a step.
public enum Answer: Hashable, Sendable {
    /// None was carried out: the attempt begins.
    case began
    /// It was carried out.
    case done
    /// Of a load: the entity's value, and the number of stores so far.
    case loaded(Int64, version: Int64)
    /// It had no effect, and was right not to have: a conditional store whose condition did not hold, an inbox
    /// that knows the message.
    case refused
    /// It failed: a version or fencing token that is too old, no reply in time, an exception.
    case failed(FailureKind)
}

/// What a handler does next.
public enum Next<Label: Hashable & Sendable>: Hashable, Sendable {
    /// Takes a step that is no store.
    case go(Label)
    /// Takes a step that is a store.
    case store(Label, Change)
    /// The attempt is done; the message is acknowledged.
    case done
    /// The same, and counted as rejected: it was right to do nothing.
    case reject
    /// The attempt failed; the handler's retry policy for this kind says what comes next.
    case fail(FailureKind)
}

/// What a store writes.
public enum Change: Hashable, Sendable {
    /// This value. Where the step adds to the value as it is then, its difference to the loaded one.
    case to(Int64)
    /// The value that was loaded (or the present one, as the step says) and this.
    case by(Int64)
}

/// The message that a handler works on.
public struct MessageView: Hashable, Sendable {
    /// Unique in the run.
    public let number: Int64
    /// Which entity it is about, of every store.
    public let key: Int
    /// Attempts before this one.
    public let attempt: Int
    /// What the clock of the worker's node shows, in nanoseconds since the run began.
    public let clockNs: Int64
}
