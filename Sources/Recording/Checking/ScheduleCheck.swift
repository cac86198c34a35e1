import Perturbation
import Records

/// Looks a schedule over after editing by hand and says everything that is wrong with it, by line.
public struct ScheduleCheck: Sendable {
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        public var line: Int
        public var message: String

        public var description: String { "line \(line): \(message)" }
    }

    public private(set) var problems: [Problem] = []
    public private(set) var decisions = 0
    public private(set) var checkpoints = 0
    /// Whether the last line is there.
    public private(set) var isClosed = false
    /// More problems than these are not looked for.
    public static let mostProblems = 1000

    /// - Parameter recording: with it records and anchors are looked up, and windows formed; without it
    ///   only the lines themselves are judged.
    /// - Throws: `RecordingError` where a file cannot be read at all, or the two do not belong together.
    /// - Complexity: memory for one transaction.
    public init(schedule path: String, recording: String?) throws {
        let reader = try ScheduleReader(path: path)
        let recorded = try recording.map {
            try RecordedBatches($0, schedule: path, header: reader.header)
        }
        var batch = CheckedBatch()
        var more = true
        while more, problems.count < Self.mostProblems {
            do {
                guard let line = try reader.next() else {
                    more = false
                    continue
                }
                if case .checkpoint(let checkpoint) = line {
                    checkpoints += 1
                    batch.check(checkpoint, at: reader.line)
                    let failure = recorded.map { $0.check(&batch, checkpoint, at: reader.line) }
                    problems += batch.problems
                    batch.begin()
                    if let failure, let failure { throw failure }
                } else {
                    if case .decision = line { decisions += 1 }
                    batch.add(line, at: reader.line)
                }
            } catch let error as RecordingError {
                note(error.message, at: reader.line)
            }
        }
        problems += batch.problems
        isClosed = reader.isClosed
        if reader.endsInsideLine {
            note("the file ends inside this line", at: reader.line)
        } else if !isClosed, problems.count < Self.mostProblems {
            note(
                "the last line, {\"end\":…}, is not there: the file is open or was cut",
                at: reader.line + 1)
        }
        problems.sort { $0.line < $1.line }
    }

    private mutating func note(_ message: String, at line: Int) {
        // A parser's sentence names the line already.
        let prefix = "line \(line): "
        let text = message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message
        problems.append(Problem(line: line, message: text))
    }
}
