/// How all that a system starts is known, whatever becomes of its process group: by lines of its environment, and by a
/// limit that is inherited, too, and stays where a program empties its environment. The limit is that of file locks
/// (RLIMIT_LOCKS), which no Linux since 2.4 enforces (getrlimit(2)).
struct ProcessMark: Hashable, Sendable {
    /// `NAME=value`; a process that has them all is meant.
    var lines: [String]
    /// Limits of those who are meant.
    var limits: ClosedRange<UInt64>
}

/// The limits of one process of ours: six digits for it, nine for its trial, three for a copy.
struct MarkNumbers: Hashable, Sendable {
    private let hunt: UInt64

    /// - Parameter key: another one in every process of ours on the machine.
    init(key: UInt32) { hunt = UInt64(key) % 900_000 + 100_000 }

    /// What the guard's shell looks for in `/proc/17/limits`.
    var pattern: String { "^Max file locks  *\(hunt)[0-9]{12} " }

    /// All of a trial's, or one copy's; 0 is what is no copy.
    func limits(trial: Int, copy: Int? = nil) -> ClosedRange<UInt64> {
        let first = (hunt * 1_000_000_000 + UInt64(trial % 1_000_000_000)) * 1000
        guard let copy else { return first...first + 999 }
        let own = first + UInt64(min(copy, 999))
        return own...own
    }
}
