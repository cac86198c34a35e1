extension Sequence {
    /// The sum of what a file claims of its parts. It may claim anything: what would be more than the
    /// largest number is that.
    func total(of size: (Element) -> UInt64) -> UInt64 {
        reduce(0) { $0.adding(size($1)) }
    }
}

extension UInt64 {
    func adding(_ more: UInt64) -> UInt64 {
        let (sum, overflows) = addingReportingOverflow(more)
        return overflows ? .max : sum
    }
}
