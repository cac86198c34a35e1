/// What was observed cannot be judged: a rule fails on a record, or a stream is missing.
public struct CheckingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence that names rule and record.
    public let description: String

    public init(_ description: String) { self.description = description }
}

extension ObservedRecords {
    /// `payments/3@1204`, or `record 17` where it is of no partition.
    public func name(of index: Int) -> String {
        guard let source = source(of: index) else { return "record \(index + 1)" }
        return "\(source)@\(entries[index].offset)"
    }
}
