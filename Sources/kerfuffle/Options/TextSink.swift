import Foundation
import Perturbation
import Proxy
import Records

/// Deliveries as lines on standard output.
final class TextSink: ReplaySink {
    func emit(_ record: Record, copy: Int32, arrivalNs: UInt64) throws {
        print("\(record.source)@\(record.offset) \(copy)")
    }

    func finish() throws {}
}
