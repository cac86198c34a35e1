import Interchange
import Proxy
import Records

/// Deliveries as lines on standard output: what `export` writes of a record, with the copy's number
/// where it is not the original. Offsets are the input's.
final class TextSink: ReplaySink {
    let keepsEveryTimestamp = true
    private let output: TextOutput
    private var printer = RecordPrinter(.ndjson)
    private var block = RecordBlock(source: TopicPartition("", 0))

    init() throws { output = try TextOutput() }

    func emit(_ delivery: ReplayDelivery, waiting: () -> Void) throws {
        if block.source != delivery.output { block = RecordBlock(source: delivery.output) }
        block.removeAll()
        try delivery.append(
            to: &block, offset: delivery.entry.offset, arrivalNs: delivery.entry.arrivalNs)
        printer.append(block, at: 0, copy: delivery.copy, into: &output.text)
        try output.flushIfLarge()
    }

    func finish(waiting: () -> Void) throws { try output.flush() }
}
