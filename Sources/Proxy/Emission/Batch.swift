import KafkaClient
import Perturbation
import Recording
import Records

/// What one transaction (or one flush, at-least-once) makes visible: whole windows, and parts of
/// windows whose deliveries wait.
struct Batch {
    let number: Int
    /// When the first window went in, in nanoseconds of the monotonic clock.
    let beganNs: UInt64
    var bytes = 0
    /// Where each partition stands when this batch is committed.
    var next: [TopicPartition: Journal.PositionToCommit] = [:]

    init(number: Int, beganNs: UInt64) {
        self.number = number
        self.beganNs = beganNs
    }
}
