import Arguments
import Recording

/// Which records of a recording, and in which order.
struct SelectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only this topic.", valueName: "topic", example: "orders"))
    var topic: [String] = []

    @Option(help: ArgumentHelp("Only this partition.", valueName: "number", example: "3"))
    var partition: [Int32] = []

    @Option(help: ArgumentHelp("Only these offsets, both ends included.", example: "10..20"))
    var offset: OffsetsArgument?

    @Option(
        help: ArgumentHelp(
            "Only what arrived then or later.", example: "2023-11-14T22:13:20Z"))
    var fromTime: TimeArgument?

    @Option(
        help: ArgumentHelp("Only what arrived then or earlier.", example: "2023-11-14T22:14:00Z"))
    var toTime: TimeArgument?

    @Option(help: "At most so many records.")
    var limit: UInt64?

    @Option(help: "As the records stand in the file, or by time of arrival.")
    var order: RecordSelection.Order = .file

    func validate() throws {
        if let fromTime, let toTime, fromTime.nanoseconds > toTime.nanoseconds {
            throw ValidationError("--from-time is behind --to-time")
        }
    }

    var selection: RecordSelection {
        RecordSelection(
            topics: Set(topic), partitions: Set(partition), offsets: offset?.range,
            arrivalsNs: (fromTime?.nanoseconds ?? 0)...(toTime?.nanoseconds ?? .max), order: order)
    }
}

extension RecordSelection.Order: ExpressibleByArgument {}
