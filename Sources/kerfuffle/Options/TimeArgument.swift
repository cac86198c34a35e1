import Arguments
import Interchange

/// An instant on the command line.
struct TimeArgument: ExpressibleByArgument {
    /// Since 1970.
    let nanoseconds: UInt64

    var text: String { UTCTime.text(nanoseconds: nanoseconds) }

    static var argumentType: ArgumentType<TimeArgument> {
        ArgumentType(valueName: "time", spell: \.text) { text in
            if let nanoseconds = UTCTime.nanoseconds(of: text) {
                return .success(TimeArgument(nanoseconds: nanoseconds))
            }
            if text.utf8.count == 4, let year = UInt64(text), year >= 1970 {
                return .failure(
                    InvalidArgument(
                        "\"\(text)\" may be a year or milliseconds since 1970; write \(text)-01-01T00:00:00Z, or "
                            + "0\(text) for the latter"))
            }
            if let milliseconds = UInt64(text), milliseconds <= UInt64.max / 1_000_000 {
                return .success(TimeArgument(nanoseconds: milliseconds * 1_000_000))
            }
            return .failure(
                InvalidArgument(
                    "\"\(text)\" is no time; write 2023-11-14T22:13:20Z or milliseconds since 1970")
            )
        }
    }
}
