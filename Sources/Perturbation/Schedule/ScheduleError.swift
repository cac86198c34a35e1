/// What is wrong with a schedule. `decision` is an index into the decisions given; who reads a file
/// turns it into a line.
public enum ScheduleError: Error, Hashable {
    /// The line is no JSON object, or not one of a schedule.
    case malformed(String, line: Int)
    /// Two decisions on the same record, operation and copy (and rule, for a corruption).
    case repeated(decision: Int, first: Int)
    /// A dropped record has no place, copy, delay or change; `drop` is the decision that drops it.
    case besideDrop(decision: Int, drop: Int)
    case noSuchRecord(decision: Int)
    /// The record to stand behind or in front of is not among those at hand.
    case noSuchAnchor(decision: Int)
    case badCopy(Int32, decision: Int)
    case negativeDelay(decision: Int)
    /// The value is null or too short for this change.
    case impossible(Corruption, valueBytes: Int?)
}

extension ScheduleError: CustomStringConvertible {
    public var description: String { sentence(naming: { "decision \($0 + 1)" }) }

    /// The error with the decisions named by where they stand.
    ///
    /// - Parameter line: the number of the line that holds the decision of an index.
    public func description(lineOf line: (Int) -> Int) -> String {
        sentence(naming: { "line \(line($0))" })
    }

    private func sentence(naming name: (Int) -> String) -> String {
        switch self {
        case .malformed(let what, let line): "line \(line): \(what)"
        case .repeated(let index, let first):
            "\(name(index)): \(name(first)) decides the same of the same record and copy; keep one"
        case .besideDrop(let index, let drop):
            "\(name(index)): \(name(drop)) drops the record, which excludes every other line on it"
        case .noSuchRecord(let index): "\(name(index)): \"in\" is none of the records here"
        case .noSuchAnchor(let index):
            "\(name(index)): the record to stand behind or in front of is none of those here"
        case .badCopy(let copy, let index):
            "\(name(index)): copy \(copy); the original is 0, copies count from 1"
        case .negativeDelay(let index): "\(name(index)): a delay below zero"
        case .impossible(let corruption, let bytes):
            "\(corruption) cannot be done to \(bytes.map { "a value of \($0) bytes" } ?? "null")"
        }
    }

    /// The index of the decision that is wrong, where one is.
    public var decision: Int? {
        switch self {
        case .malformed, .impossible: nil
        case .repeated(let index, _), .besideDrop(let index, _), .noSuchRecord(let index),
            .noSuchAnchor(let index), .badCopy(_, let index), .negativeDelay(let index):
            index
        }
    }
}

extension Corruption: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncate(let count): "a cut to \(count) bytes"
        case .flip(let bit): "a flip of bit \(bit)"
        case .null: "taking the value away"
        }
    }
}
