import KafkaClient
import Perturbation
import Recording
import Records

/// Turns what ended a run into one sentence that says what happened and what to do.
struct Failures {
    private let configuration: ProxyConfiguration

    init(_ configuration: ProxyConfiguration) { self.configuration = configuration }

    func explained(_ error: any Error) -> any Error {
        switch error {
        case let failure as DeliveryFailure: explained(failure.error)
        case let error as KafkaError: explained(error)
        case let error as RecordError:
            ProxyError(.conflict, "a record cannot be held: \(error)")
        case let error as ScheduleError:
            ProxyError(.conflict, "a decision cannot be carried out: \(error)")
        default: error
        }
    }

    private func explained(_ error: KafkaError) -> ProxyError {
        let topic = error.source?.topic ?? ""
        switch error.code {
        case .fenced, .invalidProducerEpoch:
            return ProxyError(
                .fenced,
                "another instance runs under the name \(configuration.instance), or this one was "
                    + "silent for longer than its transaction's time; nothing is lost, start it "
                    + "again (under a name of its own)")
        case .messageTooLarge:
            return ProxyError(
                .broker,
                "a record of \(error.source?.description ?? topic) is larger than the broker takes; "
                    + "raise max.message.bytes of \(topic) and start again, nothing is lost")
        case .unknownPartition where isOutput(topic):
            return ProxyError(
                .broker,
                "the output has no partition \(error.source?.description ?? topic); add partitions "
                    + "to \(topic) and start again, nothing is lost")
        case .unknownTopic, .unknownTopicOrPartition:
            return ProxyError(
                .broker,
                "the topic \(topic) is not there any more (\(error.message))")
        case _ where error.isFatal:
            return ProxyError(
                .fenced,
                "the broker has ended this instance's transaction (\(error.message)); nothing is "
                    + "lost, start it again")
        default: return ProxyError(.broker, error.description)
        }
    }

    private func isOutput(_ topic: String) -> Bool {
        configuration.routes.contains { $0.output == topic }
    }
}
