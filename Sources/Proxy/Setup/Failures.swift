import KafkaClient
import Perturbation
import Recording
import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Turns what ended a run into one sentence that says what happened and what to do.
struct Failures {
    private let configuration: ProxyConfiguration
    /// How long the transaction at hand was open; nil where there was none.
    private let openNs: UInt64?
    /// How long this process stood still meanwhile; nil where it did not.
    private let stoodStillNs: UInt64?
    /// The group's broker was silent for a session's time in this run.
    private let hasLostSession: Bool
    /// The partition that a client did not know is there.
    private let hasPartitionNow: Bool

    init(
        _ configuration: ProxyConfiguration, openNs: UInt64? = nil, stoodStillNs: UInt64? = nil,
        hasLostSession: Bool = false, hasPartitionNow: Bool = false
    ) {
        self.configuration = configuration
        self.openNs = openNs
        self.stoodStillNs = stoodStillNs
        self.hasLostSession = hasLostSession
        self.hasPartitionNow = hasPartitionNow
    }

    func explained(_ error: any Error) -> any Error {
        switch error {
        case let failure as DeliveryFailure: explained(failure.error)
        case let error as KafkaError: explained(error)
        case let error as RecordError:
            ProxyError(.conflict, "a record cannot be held: \(error)")
        case let error as ScheduleError:
            ProxyError(.conflict, "a decision cannot be carried out: \(error)")
        case let error as RecordingError: advised(error)
        default: error
        }
    }

    /// What the system refused for a file, with what to do about it.
    private func advised(_ error: RecordingError) -> RecordingError {
        guard error.kind == .system, let code = error.systemCode else { return error }
        let advice =
            switch code {
            case ENOSPC, EDQUOT: "make room"
            case EFBIG: "raise the limit on the size of files (ulimit -f), or take --rotate"
            case EACCES, EPERM: "let this user write there"
            case EROFS: "make the file system writable"
            case ENOENT, ENOTDIR: "make its folder"
            default: "put that right"
            }
        var told = error
        told.message += "; \(advice) and start again, nothing is lost"
        return told
    }

    private func explained(_ error: KafkaError) -> ProxyError {
        let topic = error.source?.topic ?? ""
        if let right = configuration.missingRight(error) {
            return ProxyError(.broker, "\(right.refusal) (\(error.message))")
        }
        switch error.code {
        case _ where endsTransactions(error) && stoodStillNs != nil:
            return ProxyError(
                .fenced,
                "this instance stood still for \((stoodStillNs ?? 0) / 1_000_000_000) s, and the "
                    + "broker has ended its transaction meanwhile; another one may have taken over; "
                    + "nothing is lost, start it again")
        case .fenced, .invalidProducerEpoch:
            if let openNs, openNs >= configuration.transactionTimeout.wholeNanoseconds {
                return ProxyError(
                    .broker,
                    "the broker has ended a transaction that it could not be asked to commit within "
                        + "\(configuration.transactionTimeout) (transaction.timeout.ms); nothing is "
                        + "lost", mayPass: true)
            }
            if configuration.target != nil && configuration.delivery == .exactlyOnce {
                return ProxyError(
                    .fenced,
                    "another instance has taken over a partition of this one, which was silent for "
                        + "too long; nothing is lost, start it again")
            }
            return ProxyError(
                .fenced,
                "another instance runs under the name \(configuration.instance), or this one was "
                    + "silent for longer than its transaction's time; nothing is lost, start it "
                    + "again (under a name of its own)")
        case .messageTooLarge:
            let place = error.source.map { "of \($0)" } ?? "of an output"
            return ProxyError(
                .broker,
                "a record \(place) is larger than the broker takes; raise max.message.bytes of "
                    + "\(error.source == nil ? "the topic" : topic) and start again, nothing is lost "
                    + "(what was compressed in the input may fit with -X compression.type=zstd)")
        case .invalidRecord:
            let place = error.source.map { "\($0)" } ?? "an output"
            return ProxyError(
                .broker,
                "\(place) does not take a record (\(error.message)): a compacted topic takes none with a "
                    + "null key; write to a topic with cleanup.policy=delete, nothing is lost")
        case .invalidTimestamp:
            let place = error.source.map { "\($0)" } ?? "an output"
            return ProxyError(
                .broker,
                "\(place) does not take a record's timestamp (\(error.message)): it is further from the "
                    + "broker's clock than message.timestamp.before.max.ms or message.timestamp.after.max.ms "
                    + "of \(error.source == nil ? "the topic" : topic) allow (an hour ahead by default); raise "
                    + "them and start again, nothing is lost")
        case .unknownPartition where hasPartitionNow:
            return ProxyError(
                .broker,
                "the partition \(error.source?.description ?? topic) was added while this ran; nothing is lost",
                mayPass: true)
        case .unknownPartition where topic == configuration.target?.positionsTopic:
            return ProxyError(
                .broker,
                "the input has more partitions than \(topic), which keeps the group's positions; add "
                    + "partitions to it, as many as the input has, and start again, nothing is lost"
            )
        case .unknownPartition where isOutput(topic):
            return ProxyError(
                .broker,
                "the output has no partition \(error.source?.description ?? topic); add partitions "
                    + "to \(topic) and start again, nothing is lost")
        case .unknownTopic, .unknownTopicOrPartition:
            return ProxyError(
                .broker,
                "the topic \(topic) is not there any more (\(error.message))")
        case .fencedInstance where hasLostSession:
            // It was taken for its own former self. Should another one have the name after all, the next
            // fence comes without a session lost.
            return ProxyError(
                .broker,
                "the group's broker was silent for longer than session.timeout.ms, and has taken this "
                    + "member for another one of its group.instance.id; nothing is lost",
                mayPass: true)
        case .fencedInstance:
            return ProxyError(
                .fenced,
                "another member of the group runs under the same group.instance.id; give each one "
                    + "its own")
        case _ where error.isFatal:
            return ProxyError(
                .broker,
                "the broker has ended this instance's transaction (\(error.message)); nothing is "
                    + "lost", mayPass: true)
        default:
            return ProxyError(
                .broker, error.description,
                mayPass: error.isRetriable || error.requiresAbort || error.code.isPassing
                    || error.code == .messageTimedOut)
        }
    }

    private func endsTransactions(_ error: KafkaError) -> Bool {
        error.isFatal && error.code != .fencedInstance || error.code == .invalidProducerEpoch
    }

    private func isOutput(_ topic: String) -> Bool {
        configuration.routes.contains { $0.output == topic }
    }
}
