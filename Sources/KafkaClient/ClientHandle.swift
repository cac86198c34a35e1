internal import CRdkafka
import Records

/// What the library's callbacks reach through their opaque pointer. It belongs to one client and is
/// touched only by the thread that is inside a call of that client: with `log.queue` every callback is
/// served by polling, flushing, committing or closing.
final class ClientContext {
    let onEvent: (ClientEvent) -> Void
    let secrets: [String]
    let deliveries = DeliveryLedger()
    /// A rebalance that the library announced and that waits for the caller.
    var rebalances: [AnnouncedRebalance] = []
    /// A cooperative revocation was answered, and the assignment that follows it is not here yet.
    var awaitsAssignment = false
    /// The library has told of an assignment.
    var hasRebalanced = false
    /// While the consumer closes, rebalances are carried out inside the callback.
    var rebalanceNow: ((AnnouncedRebalance) -> Void)?

    init(secrets: [String], onEvent: @escaping (ClientEvent) -> Void) {
        self.secrets = secrets
        self.onEvent = onEvent
    }

    func log(_ level: Int32, _ facility: String, _ text: String) {
        let text = Secrets.hide(secrets, in: text)
        onEvent(.log(LogLine(level: Int(level), facility: facility, text: text)))
    }
}

/// A client of the library (`rd_kafka_t`), destroyed with this object.
final class ClientHandle {
    let client: OpaquePointer
    let role: ClientRole
    let context: ClientContext
    /// Set once the group was left, or where none was joined.
    var skipsClose = true
    /// A client that does not end: it stays, with all that its callbacks reach.
    var isGivenUp = false
    /// It has asked to join its group.
    var hasJoined = false
    private let isSticky: Bool

    init(
        _ role: ClientRole, _ configuration: ClientConfiguration,
        onEvent: @escaping (ClientEvent) -> Void
    ) throws {
        let context = ClientContext(
            secrets: Secrets.values(of: configuration), onEvent: onEvent)
        let target = try configuration.libraryConfiguration(for: role)
        rd_kafka_conf_set_opaque(target, Unmanaged.passUnretained(context).toOpaque())
        Callbacks.install(in: target, for: role)
        let buffer = ErrorText()
        let type = role == .consumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER
        guard let client = rd_kafka_new(type, target, buffer.start, buffer.capacity) else {
            // The library takes the configuration over only where it makes a client.
            let code = rd_kafka_last_error()
            rd_kafka_conf_destroy(target)
            let reason = Secrets.hide(context.secrets, in: buffer.text)
            if code == RD_KAFKA_RESP_ERR__INVALID_ARG {
                // Values that are fine one by one and do not fit each other, or what only a client looks at.
                throw ConfigurationError(
                    problems: [
                        .init(property: "", place: "properties of the \(role)", reason: reason)
                    ])
            }
            throw KafkaError(
                KafkaErrorCode(code), reason, during: "make \(role)", isRetriable: false)
        }
        self.client = client
        self.role = role
        isSticky = configuration["partition.assignment.strategy"]?.contains("sticky") == true
        self.context = context
        // NULL is the main queue. Until it is set the lines wait.
        rd_kafka_set_log_queue(client, nil)
    }

    deinit {
        if isGivenUp || lacksAssignment {
            _ = Unmanaged.passRetained(context)
            return
        }
        let flags: Int32 =
            role == .consumer && skipsClose ? RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE : 0
        rd_kafka_destroy_flags(client, flags)
    }

    /// 2.0.2 ends the process where a client is destroyed that has joined a group with the sticky strategy and had no
    /// assignment yet (an assertion in rd_kafka_sticky_assignor_state_destroy).
    private var lacksAssignment: Bool { isSticky && hasJoined && !context.hasRebalanced }

    /// What made this client unusable; nil while it is not.
    var fatalError: KafkaError? {
        let buffer = ErrorText()
        let code = rd_kafka_fatal_error(client, buffer.start, buffer.capacity)
        if code == RD_KAFKA_RESP_ERR_NO_ERROR { return nil }
        return KafkaError(
            KafkaErrorCode(code), Secrets.hide(context.secrets, in: buffer.text),
            during: "\(role)", isFatal: true)
    }

    /// In place of the bare "a fatal error happened" the error that it was.
    func explained(_ error: KafkaError) -> KafkaError {
        guard error.isFatal, error.code == .fatal, var fatal = fatalError else { return error }
        fatal.operation = error.operation
        fatal.source = error.source
        return fatal
    }
}
