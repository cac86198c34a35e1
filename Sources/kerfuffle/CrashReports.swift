import Foundation

/// What a crash prints.
enum CrashReports {
    /// Swift's runtime prints registers and the memory that they point to, which may hold a password or
    /// a record: switched off, unless somebody asked for a report with SWIFT_BACKTRACE. The sentence that
    /// says what went wrong is printed all the same.
    static func hideMemory() {
        if ProcessInfo.processInfo.environment["SWIFT_BACKTRACE"] != nil { return }
        for number in [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] {
            signal(number, SIG_DFL)
        }
    }
}
