import MCAP
import Perturbation

/// Reads a schedule line by line, plain or as `.zst`; memory does not grow with the file.
public final class ScheduleReader {
    public let path: String
    public let header: ScheduleHeader
    /// Whether the last line was met: the file is whole and closed.
    public private(set) var isClosed = false
    /// Whether the file ends inside a line: it was cut there.
    public private(set) var endsInsideLine = false
    private let lines: LineReader
    private var parser = ScheduleParser()
    private let parsesDecisions: Bool

    /// The line that ``next()`` read last, counted from 1.
    public var line: Int { lines.line }
    /// Whole lines so far, those that were passed over included.
    public var wholeLines: Int { endsInsideLine ? lines.line - 1 : lines.line }
    /// The place behind that line, in bytes of the plain text.
    public var position: UInt64 { lines.position }
    /// Names behind the rule numbers of decisions.
    public var ruleNames: [String] { parser.ruleNames }

    /// Opens the file and reads its first line.
    ///
    /// - Parameter decisions: false passes over the lines on single records, unparsed.
    /// - Throws: `RecordingError` for a file that cannot be read or is no schedule.
    public init(path: String, decisions: Bool = true) throws {
        self.path = path
        parsesDecisions = decisions
        let file = try DiskFile.opened(path, .read)
        let stream: any ByteStream =
            path.hasSuffix(".zst") ? try ZstdStream(file) : FileStream(file)
        lines = LineReader(stream, path: path)
        var parser = ScheduleParser()
        let first = try lines.next { bytes, isWhole in
            isWhole ? try Self.parsed(bytes, &parser, line: 1, path) : nil
        }
        guard case .header(let header)?? = first else {
            throw RecordingError(.damaged, path, "line 1: no first line of a schedule")
        }
        self.header = header
        self.parser = parser
    }

    /// The next line; nil at the end. A last line that is cut counts as not there.
    ///
    /// - Throws: `RecordingError` with the line's number and what is wrong with it.
    public func next() throws -> ScheduleLine? {
        while true {
            var isPassedOver = false
            let line = try next(passingOver: &isPassedOver)
            if !isPassedOver { return line }
        }
    }

    private func next(passingOver isPassedOver: inout Bool) throws -> ScheduleLine? {
        let parsed = try lines.next { bytes, isWhole -> ScheduleLine? in
            guard isWhole else {
                endsInsideLine = true
                return nil
            }
            if !parsesDecisions, bytes.starts(with: Self.decisionStart) {
                isPassedOver = true
                return nil
            }
            if isClosed {
                throw RecordingError(.damaged, path, "line \(lines.line): it follows the last line")
            }
            return try Self.parsed(bytes, &parser, line: lines.line, path)
        }
        if case .end?? = parsed { isClosed = true }
        if case .header?? = parsed {
            throw RecordingError(.damaged, path, "line \(lines.line): a second first line")
        }
        return parsed ?? nil
    }

    private static let decisionStart = Array("{\"in\":".utf8)

    private static func parsed(
        _ bytes: UnsafeRawBufferPointer, _ parser: inout ScheduleParser, line: Int, _ path: String
    ) throws -> ScheduleLine {
        do {
            return try parser.parse(bytes, line: line)
        } catch {
            throw RecordingError(.damaged, path, "\(error)")
        }
    }
}
