import Configuration

/// One step of a ``SwiftHandler``: what it does, and so what it touches.
///
/// | step | touches | how |
/// |---|---|---|
/// | think | nothing | |
/// | load | the key's entity | read |
/// | store as `value`; `delta`; `versioned` or `conditional` | the key's entity | write; commutative; read-modify-write |
/// | effect | the effect of the message | commutative |
/// | call | the service | read-modify-write |
/// | lookUp, note | the inbox's entry of the message | read, read-modify-write |
/// | acquire, release | the key's lock | read-modify-write |
/// | publish | the queue | read-modify-write |
public struct CodeStep: Hashable, Sendable {
    /// The same as a topology file's step.
    let step: Step
    /// Of a conditional store.
    let least: Int64?

    private init(_ step: Step, least: Int64? = nil) {
        self.step = step
        self.least = least
    }

    /// Takes time.
    public static func think(
        _ time: DurationDistribution, drawn: Step.Drawn = .perAttempt
    ) -> CodeStep {
        CodeStep(.think(time, drawn: drawn))
    }

    /// Reads value and version, after the store's latency.
    public static func load(_ store: String) -> CodeStep { CodeStep(.load(store: store)) }

    /// Writes, after the store's latency.
    ///
    /// - Parameters:
    ///   - mode: as the run's strategy does, or always in one way.
    ///   - least: what `conditional` (and the strategy `atomic`) finds at least, or refuses.
    public static func store(
        _ store: String, as mode: Step.StoreMode = .strategy, atLeast least: Int64? = nil
    ) -> CodeStep {
        CodeStep(.store(store: store, mode), least: least)
    }

    /// Fails with this probability, and always for a poison message.
    public static func fail(_ probability: Ratio) -> CodeStep { CodeStep(.fail(probability)) }

    /// Does something outside of the stores; with `inbox` in one transaction with a key there, which
    /// refuses it where the key is known.
    public static func effect(_ name: String, once inbox: String? = nil) -> CodeStep {
        CodeStep(.effect(name: name, once: inbox))
    }

    /// Asks a service and waits for its reply.
    ///
    /// - Parameter timeout: nil: waits for ever.
    public static func call(
        _ service: String, timeout: Duration? = nil, lostRequests: Ratio = .zero,
        lostReplies: Ratio = .zero
    ) -> CodeStep {
        CodeStep(
            .call(
                Step.Call(
                    service: service, timeout: timeout, lostRequests: lostRequests,
                    lostReplies: lostReplies)))
    }

    /// Asks whether an inbox knows the message: `refused` if it does.
    public static func lookUp(_ inbox: String) -> CodeStep { CodeStep(.lookUp(inbox: inbox)) }

    /// Makes the message known to an inbox.
    public static func note(_ inbox: String) -> CodeStep { CodeStep(.note(inbox: inbox)) }

    /// Takes the lock of the message's key, waiting in line for it. What is not released ends with the
    /// attempt.
    public static func acquire(
        _ lock: String, _ term: StrategySettings.Term = StrategySettings.Term()
    ) -> CodeStep {
        CodeStep(.acquire(lock: lock, term))
    }

    public static func release(_ lock: String) -> CodeStep { CodeStep(.release(lock: lock)) }

    /// Sends a message about the same key to a queue.
    public static func publish(_ queue: String) -> CodeStep { CodeStep(.publish(queue: queue)) }
}
