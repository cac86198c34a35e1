import KafkaClient
import Records

extension Consumer {
    /// The group's positions, for a client that reads nothing. Who may not find the group's coordinator waits
    /// for it in vain; what refuses it is told beside, and ends this.
    ///
    /// - Throws: `KafkaError`; of code `groupAuthorization` where the right to read the group is missing.
    func positionsOrRefusal(
        of partitions: [TopicPartition], timeout: Duration
    ) throws -> [TopicPartition: CommittedPosition] {
        let end = ContinuousClock.now + timeout
        while true {
            do throws(KafkaError) {
                return try committed(partitions, timeout: min(timeout, .seconds(3)))
            } catch {
                var reason = error
                try poll(timeout: .milliseconds(100), max: 1) { event in
                    if case .error(let told) = event, told.code == .groupAuthorization {
                        reason = told
                    }
                } records: { _ in
                }
                let isRefused = reason.code == .groupAuthorization
                if isRefused || !error.isRetriable || ContinuousClock.now >= end { throw reason }
            }
        }
    }
}
