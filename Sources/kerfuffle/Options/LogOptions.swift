import Arguments
import Foundation
import Logging
import Reporting

/// How a run tells on standard error what happens.
struct LogOptions: ParsableArguments {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        /// Text on a terminal; elsewhere as the command is used most.
        case auto
        case text
        case json
    }

    @Option(
        help:
            "What is told on the way: auto is text on a terminal and for replay, JSON lines else.",
        environment: "KERFUFFLE_LOG_FORMAT")
    var logFormat: Format = .auto

    @Option(
        help: "What is told at all: this and what is graver.", environment: "KERFUFFLE_LOG_LEVEL")
    var logLevel: Logger.Level = .info

    /// - Parameter isService: whether a program reads the log where there is no terminal.
    func display(isService: Bool) -> ProxyDisplay {
        let console = Console()
        let isAutomatic = logFormat == .auto && isService && !console.isTerminal
        return ProxyDisplay(
            isStructured: logFormat == .json || isAutomatic, level: logLevel, console: console)
    }

    /// Runs a command's work; an error ends it with its exit code, and stands in the log where that is
    /// for programs.
    func reporting(_ display: ProxyDisplay, _ body: () throws -> Void) throws {
        do { try body() } catch let code as ExitCode { throw code } catch {
            let failure = Failure(error)
            guard display.isStructured else { throw failure }
            display.log.critical(
                failure.description,
                metadata: [
                    "event": "failed", "exit_code": .integer(Int64(failure.ending.rawValue)),
                    "reason": .string("\(failure.ending)"),
                ])
            throw failure.exitCode
        }
    }
}

extension Logger.Level: ExpressibleByArgument {}
