/// What is wrong with a schedule. `decision` is an index into the decisions given; who reads a file
/// turns it into a line.
public enum ScheduleError: Error, Hashable {
    /// The line is no JSON object, or not one of a schedule.
    case malformed(String, line: Int)
    /// Two decisions on the same record, operation and copy (and rule, for a corruption).
    case repeated(decision: Int)
    /// A dropped record has no place, copy, delay or change.
    case besideDrop(decision: Int)
    case noSuchRecord(decision: Int)
    /// The record to stand behind or in front of is not among those at hand.
    case noSuchAnchor(decision: Int)
    case badCopy(Int32, decision: Int)
    case negativeDelay(decision: Int)
    /// The value is null or too short for this change.
    case impossible(Corruption, valueBytes: Int?)
}

extension ScheduleError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed(let what, let line): "line \(line): \(what)"
        case .repeated: "this was decided before for the same record and copy"
        case .besideDrop: "the record is dropped, which excludes every other line on it"
        case .noSuchRecord: "no such record here"
        case .noSuchAnchor: "the record to stand next to is not among those of its window"
        case .badCopy(let copy, _): "copy \(copy): the original is 0, copies count from 1"
        case .negativeDelay: "a delay below zero"
        case .impossible(let corruption, let bytes):
            "\(corruption) cannot be done to \(bytes.map { "a value of \($0) bytes" } ?? "null")"
        }
    }

    /// The index of the decision that is wrong, where one is.
    public var decision: Int? {
        switch self {
        case .malformed, .impossible: nil
        case .repeated(let index), .besideDrop(let index), .noSuchRecord(let index),
            .noSuchAnchor(let index), .badCopy(_, let index), .negativeDelay(let index):
            index
        }
    }
}
