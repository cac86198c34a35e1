import Perturbation
import Recording
import Records

/// Emits a recording again: as it was, as a schedule says, or as a plan decides.
public final class Replay {
    public enum What: Sendable {
        case asItWas
        /// Needs no windows and no generator.
        case schedule
        /// Windows and draws anew; closings of the recording's schedule are obeyed where one is given.
        case plan(Plan, scheduleTo: String?, tool: String)
    }

    public private(set) var delivered = 0
    private let source: any ReplaySource
    private let sink: any ReplaySink
    private let output: (String) -> String
    private var pacer: Pacer

    /// - Parameters:
    ///   - schedule: the recording's own; needed for `.schedule`.
    ///   - output: the topic that an input topic goes to.
    /// - Throws: `RecordingError` where a file cannot be read, or what counts of it is in doubt.
    public init(
        recording: String, schedule: String?, _ what: What, pace: Pace, to sink: any ReplaySink,
        output: @escaping (String) -> String,
        committed: [TopicPartition: Chain.Committed]? = nil
    ) throws {
        self.sink = sink
        self.output = output
        pacer = Pacer(pace)
        switch what {
        case .asItWas: source = try UnchangedSource(recording: recording)
        case .schedule:
            guard let schedule else {
                throw RecordingError(.mismatch, recording, "a replay by schedule needs a schedule")
            }
            source = ScheduleSource(
                try ExpectedOutput([(recording, schedule)], committed: committed))
        case .plan(let plan, let path, let tool):
            let boundaries = try schedule.map {
                try WindowBoundaries(schedules: [$0], committed: committed)
            }
            let journal = try path.map { path in
                let id = try RecordingReader(path: recording).identity?.id ?? ""
                return try ReplayJournal(
                    creating: path, header: ScheduleHeader(recording: id, tool: tool, plan: plan))
            }
            source = try PlanSource(
                recording: recording, plan: plan, boundaries: boundaries, journal: journal)
        }
    }

    /// Emits everything, or until it is told to stop.
    public func run(shouldStop: () -> Bool, progress: (Int) -> Void = { _ in }) throws {
        while let pieces = try source.next() {
            for piece in pieces {
                for delivery in piece.outcome.deliveries {
                    if try !wait(for: delivery, of: piece, shouldStop) { return try sink.finish() }
                    try emit(delivery, of: piece)
                }
                progress(delivered)
            }
        }
        try sink.finish()
    }

    private func emit(_ delivery: Delivery, of piece: ReplayPiece) throws {
        var record = piece.records.record(at: Int(delivery.slot))
        if delivery.isCorrupted {
            record.value = try piece.outcome.changedValue(of: delivery, original: record.value)
        }
        record.source.topic = output(record.source.topic)
        try sink.emit(
            record, copy: delivery.copy,
            arrivalNs: piece.records.entries[Int(delivery.slot)].arrivalNs)
        delivered += 1
    }

    /// False where the replay was told to stop meanwhile.
    private func wait(
        for delivery: Delivery, of piece: ReplayPiece, _ shouldStop: () -> Bool
    ) throws -> Bool {
        var left = pacer.wait(for: delivery, of: piece)
        while left > 0 {
            if shouldStop() { return false }
            let nap = min(left, 100_000_000)
            Pacer.sleep(nap)
            left -= nap
        }
        return !shouldStop()
    }
}
