import Arguments
import Checking
import Configuration
import Exploration
import Hunting
import Interchange
import KafkaClient
import Proxy
import Recording
import Reporting
import Results
import Samples
import Simulation

/// Why the program ends with another code than 0. `docs/exit-codes.md` lists them.
enum Ending: Int32, CaseIterable {
    /// A comparison found a difference.
    case difference = 1
    /// Time or trials were spent before there was an answer.
    case undecided = 2
    /// All that failed in a hunt did not repeat often enough to count.
    case onlyFlaky = 3
    /// The command line will not do (sysexits: EX_USAGE).
    case usage = 64
    /// A file or its content will not do (EX_DATAERR).
    case input = 65
    /// A broker is away, refuses, or does not do what is needed (EX_UNAVAILABLE).
    case broker = 69
    /// A fault of the program itself (EX_SOFTWARE).
    case fault = 70
    /// A file cannot be written or read on (EX_IOERR).
    case files = 74
    /// Another instance took over; starting again is safe (EX_TEMPFAIL).
    case fenced = 75
    /// What was asked for is refused: it would write where it must not (EX_NOPERM).
    case refused = 77
    /// A system under test, or its broker, could not be run: `git bisect run` passes such a commit over.
    case couldNotRun = 125

    private var meaning: String {
        switch self {
        case .difference:
            "verify, diff, schedule diff or recover found a difference, or check, simulate or explore "
                + "a broken invariant."
        case .undecided: "explore ended before it had seen everything, and found nothing."
        case .onlyFlaky: "hunt: all that failed did not repeat often enough to count."
        case .usage: "The command line will not do."
        case .input:
            "A file's content will not do, or files, the group's positions and the log contradict "
                + "each other."
        case .broker: "The broker cannot be reached, refuses, or does not do what is needed."
        case .fault: "A fault of the program itself."
        case .files: "A file cannot be opened, read or written, or another process holds it."
        case .fenced: "Another instance of the same name took over; starting again is safe."
        case .refused: "It would write where it must not."
        case .couldNotRun:
            "hunt, worker, reproduce: the system under test or its broker could not be run."
        }
    }

    /// What manuals say of the program's end.
    static var help: [ExitCodeHelp] {
        [ExitCodeHelp(0, "It worked; a comparison found no difference.")]
            + allCases.map { ExitCodeHelp($0.rawValue, $0.meaning) }
            + [
                ExitCodeHelp(130, "A second SIGINT ended it at once; that is safe."),
                ExitCodeHelp(143, "A second SIGTERM ended it at once; that is safe."),
            ]
    }
}

/// One sentence, and the code that goes with it.
struct Failure: Error, ExitCodeProviding, CustomStringConvertible {
    let ending: Ending
    let description: String

    init(_ ending: Ending, _ description: String) {
        self.ending = ending
        self.description = printable(description)
    }

    var exitCode: ExitCode { ExitCode(rawValue: ending.rawValue) }

    /// The failure behind an error of a module.
    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as Configuration.ConfigurationError: self.init(.input, "\(error)")
        case let error as SmallFile.Unreadable: self.init(.files, "\(error)")
        case let error as ChoiceList.Problems: self.init(.input, "\(error)")
        case let error as ExecutionScript.Problems: self.init(.input, "\(error)")
        case let error as ExplorationError: self.init(.input, "\(error)")
        case let error as ExplorationReproducer.Unusable: self.init(.files, "\(error)")
        case let error as SettingError: self.init(.usage, "\(error)")
        case let error as KafkaClient.ConfigurationError: self.init(.usage, "\(error)")
        case let error as KafkaError:
            let right = AccessRight(missingFor: error)
            self.init(
                error.code == .fenced ? .fenced : .broker,
                right.map { "\($0.refusal) (\(error))" } ?? "\(error)")
        case let error as ProxyError:
            switch error.kind {
            case .refused: self.init(.refused, error.message)
            case .conflict: self.init(.input, error.message)
            case .fenced: self.init(.fenced, error.message)
            case .broker: self.init(.broker, error.message)
            case .files: self.init(.files, error.message)
            }
        case let error as RecordingError:
            self.init(error.kind == .system || error.kind == .locked ? .files : .input, "\(error)")
        case let error as ResultsError:
            self.init(error.kind == .mismatch ? .input : .files, "\(error)")
        case let error as HuntError:
            switch error.kind {
            case .input: self.init(.input, "\(error)")
            case .files: self.init(.files, "\(error)")
            case .system, .broker, .stopped: self.init(.couldNotRun, "\(error)")
            }
        case let error as CheckingError: self.init(.input, "\(error)")
        case let error as InterchangeError:
            self.init(error.kind == .system ? .files : .input, error.message)
        case let error as SampleError:
            self.init(error.kind == .refused ? .refused : .broker, error.message)
        default: self.init(.fault, "\(error)")
        }
    }
}

/// Runs a command's work and gives every error its exit code.
func reporting(_ body: () throws -> Void) throws {
    do { try body() } catch let code as ExitCode { throw code } catch { throw Failure(error) }
}
