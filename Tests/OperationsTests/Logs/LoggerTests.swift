import Logging
import Reporting
import Synchronization
import Testing

@Suite struct LoggerTests {
    /// What was written, piece by piece.
    private final class Paper: Sendable {
        let pieces = Mutex<[String]>([])
        var text: String { pieces.withLock { $0.joined() } }

        func console(isTerminal: Bool = false) -> Console {
            Console(isTerminal: isTerminal) { [self] piece in pieces.withLock { $0.append(piece) } }
        }
    }

    @Test(arguments: Logger.Level.allCases)
    func `a level is told with what is graver, and the rest is not even made`(level: Logger.Level) {
        let paper = Paper()
        let log = Logger(logLevel: level, handler: TextLogHandler(paper.console()))
        var made: [Logger.Level] = []
        func message(_ level: Logger.Level) -> String {
            made.append(level)
            return "\(level)"
        }
        for each in Logger.Level.allCases { log.log(each, message(each)) }
        let told = Logger.Level.allCases.filter { $0 >= level }
        #expect(made == told)
        #expect(paper.pieces.withLock { $0.count } == told.count)
    }

    @Test func `text is the sentence, and says where it is grave`() {
        let paper = Paper()
        let log = Logger(logLevel: .trace, handler: TextLogHandler(paper.console()))
        log.trace("one", metadata: ["topic": "orders"])
        log.debug("two")
        log.info("three")
        log.notice("four")
        log.warning("five")
        log.error("six")
        log.critical("seven")
        #expect(
            paper.text == "one\ntwo\nthree\nfour\nwarning: five\nerror: six\nerror: seven\n")
    }

    @Test func `a JSON line has time, level and message, then the facts by name`() {
        let paper = Paper()
        let handler = JSONLogHandler(paper.console()) { 1_700_000_000_123_456_789 }
        let log = Logger(handler: handler)
        log.warning(
            "a \"quote\",\na line \u{1}\u{7f} ünï",
            metadata: [
                "topic": "t", "partition": 3, "offset": .integer(.max), "all": .array(["x", 2]),
            ])
        #expect(
            paper.text == #"{"time":"2023-11-14T22:13:20.123456789Z","level":"warning","#
                + #""message":"a \"quote\",\u000aa line \u0001\u007f ünï","#
                + #""all":["x",2],"offset":9223372036854775807,"partition":3,"topic":"t"}"# + "\n")
        #expect(paper.pieces.withLock { $0.count } == 1)
    }

    @Test func `a logger that tells nobody makes no message`() {
        Logger.none.notice(
            { () -> String in
                Issue.record("made")
                return ""
            }())
    }
}
