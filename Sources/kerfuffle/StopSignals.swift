import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// SIGINT, SIGTERM and SIGHUP ask for a clean stop; the second one ends the process at once, and what is on
/// disk is then as a kill would have left it: recoverable.
enum StopSignals {
    /// When the first one came, in nanoseconds of the monotonic clock; 0: not yet.
    private static let first = Atomic<UInt64>(0)

    static var isRaised: Bool { first.load(ordering: .relaxed) > 0 }

    /// What comes within so many nanoseconds is the same request.
    private static let oneRequest = Atomic<UInt64>(0)

    private static let isAnnounced = Atomic<Bool>(false)

    static let sentence = "stopping; a second signal ends it at once"

    /// Whether the first signal has come and nobody has said so: true once.
    static var isToBeTold: Bool {
        isRaised && !isAnnounced.exchange(true, ordering: .relaxed)
    }

    /// - Parameters:
    ///   - announcing: says at the first signal that the second one does not wait.
    ///   - joinsPairs: takes a signal that comes at once behind another for the same request: `timeout` of the coreutils signals
    ///     its command, and then its group, which that is in.
    ///   - isFilter: what it writes goes to standard output; a reader that has seen enough ends the
    ///     process, as every filter is ended. Otherwise a write that fails is an error like others.
    static func install(
        announcing: Bool = false, joinsPairs: Bool = false, isFilter: Bool = false
    ) {
        isAnnounced.store(announcing, ordering: .relaxed)
        oneRequest.store(joinsPairs ? 100_000_000 : 0, ordering: .relaxed)
        // Only what is safe in a handler: atomics, clock_gettime, write and _exit.
        let handler: @convention(c) (Int32) -> Void = { signal in
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            let now = UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
            let (isFirst, first) = StopSignals.first.compareExchange(
                expected: 0, desired: now, ordering: .relaxed)
            if !isFirst {
                let joined = StopSignals.oneRequest.load(ordering: .relaxed)
                if joined == 0 || now - min(now, first) > joined { _exit(128 + signal) }
                return
            }
            if StopSignals.isAnnounced.load(ordering: .relaxed) {
                let sentence: StaticString = "stopping; a second signal ends it at once\n"
                _ = write(STDERR_FILENO, sentence.utf8Start, sentence.utf8CodeUnitCount)
            }
        }
        // Who started us may have blocked them.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            sigaddset(&signals, number)
            // Who was started to outlive its terminal (nohup) does.
            if number == SIGHUP && isIgnored(SIGHUP) { continue }
            signal(number, handler)
        }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        if !isFilter { signal(SIGPIPE, SIG_IGN) }
    }

    /// A file that may not grow any more is an error like a disk that is full.
    static func takeFullFilesForErrors() { signal(SIGXFSZ, SIG_IGN) }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }
}
