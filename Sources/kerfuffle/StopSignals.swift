import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// SIGINT and SIGTERM ask for a clean stop; the second one ends the process at once, and what is on
/// disk is then as a kill would have left it: recoverable.
enum StopSignals {
    private static let count = Atomic<Int>(0)

    static var isRaised: Bool { count.load(ordering: .relaxed) > 0 }

    static func install() {
        // Only what is safe in a handler: an atomic and _exit.
        let handler: @convention(c) (Int32) -> Void = { signal in
            if StopSignals.count.add(1, ordering: .relaxed).newValue > 1 { _exit(128 + signal) }
        }
        signal(SIGINT, handler)
        signal(SIGTERM, handler)
        // A reader of our output that went away is an error of the write, not of the process.
        signal(SIGPIPE, SIG_IGN)
    }
}
