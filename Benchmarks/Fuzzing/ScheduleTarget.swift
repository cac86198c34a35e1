import Perturbation
import Recording

/// Schedules as somebody may have edited them: read alone, checked, and carried out on the recording
/// that they belong to.
final class ScheduleTarget: FuzzTarget {
    private let scratch: Scratch
    /// The schedules of the corpus belong to it.
    private let recording = "recordings/v1/live.mcap"

    init() throws { scratch = try Scratch() }

    func take(_ bytes: [UInt8]) throws {
        var parser = ScheduleParser()
        for (number, line) in bytes.split(separator: 0x0A).enumerated() {
            // In memory of its own, so that a byte too many is seen.
            Array(line).withUnsafeBytes { _ = try? parser.parse($0, line: number + 1) }
        }
        let path = try scratch.write(bytes, "s.jsonl")
        do {
            let reader = try ScheduleReader(path: path)
            while try reader.next() != nil {}
        } catch is RecordingError {}
        do { _ = try ScheduleSummary(path: path) } catch is RecordingError {}
        do { _ = try ScheduleTail(path: path) } catch is RecordingError {}
        for recording in [nil, recording] {
            do {
                _ = try ScheduleCheck(schedule: path, recording: recording)
            } catch is RecordingError {}
        }
        do {
            let expected = try ExpectedOutput([(recording, path)])
            while let pieces = try expected.next() {
                for piece in pieces {
                    for delivery in piece.outcome.deliveries { _ = try piece.value(of: delivery) }
                }
            }
        } catch is RecordingError {}
        // The same bytes as a packed file.
        do {
            _ = try ScheduleSummary(path: try scratch.write(bytes, "s.jsonl.zst"))
        } catch is RecordingError {}
    }
}
