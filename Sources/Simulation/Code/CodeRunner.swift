/// A handler's code without its type, as a program holds it.
protocol HandlerCode: Sendable {
    /// In the order of the labels.
    var steps: [CodeStep] { get }
    /// Its state in one run.
    func runner() -> any CodeRunning
}

/// The state of a handler's code in one run, for every process that works with it.
protocol CodeRunning: AnyObject {
    /// The process begins an attempt: what it had in memory is gone.
    func begin(_ process: Int)

    /// - Parameter label: the number of the step that was carried out; -1: none.
    func next(_ process: Int, after label: Int, _ answer: Answer, _ message: MessageView)
        -> CodeNext
}

/// Where a label's step begins.
struct CodeStart: Sendable {
    let first: Int32
    /// Which of the process's loaded values a load or store is about.
    var register = 0
    var isLoad = false
}

/// What comes next, by number.
enum CodeNext {
    /// - Parameter visit: how often the attempt has taken this step before.
    case go(label: Int, Change?, visit: Int32)
    case done
    case reject
    case fail(FailureKind)
}

struct TypedCode<Code: SwiftHandler>: HandlerCode {
    let code: Code

    var steps: [CodeStep] { Code.Label.allCases.map(code.step) }

    func runner() -> any CodeRunning { CodeRunner(code) }
}

extension SwiftHandler {
    var withoutType: any HandlerCode { TypedCode(code: self) }
}

private final class CodeRunner<Code: SwiftHandler>: CodeRunning {
    private let code: Code
    private let labels = Array(Code.Label.allCases)
    /// By process.
    private var states: [Code] = []
    /// How often each process has taken each step in its attempt.
    private var visits: [Int32] = []

    init(_ code: Code) { self.code = code }

    func begin(_ process: Int) {
        while states.count <= process {
            states.append(code)
            visits += labels.map { _ in 0 }
        }
        states[process] = code
        for index in labels.indices { visits[process * labels.count + index] = 0 }
    }

    func next(
        _ process: Int, after label: Int, _ answer: Answer, _ message: MessageView
    ) -> CodeNext {
        let done = label < 0 ? nil : labels[label]
        switch states[process].next(after: done, answer, message) {
        case .go(let label): return go(process, label, nil)
        case .store(let label, let change): return go(process, label, change)
        case .done: return .done
        case .reject: return .reject
        case .fail(let kind): return .fail(kind)
        }
    }

    private func go(_ process: Int, _ label: Code.Label, _ change: Change?) -> CodeNext {
        let index = labels.firstIndex(of: label) ?? 0
        let place = process * labels.count + index
        visits[place] += 1
        precondition(
            visits[place] < 1_000_000,
            "a handler took its step \(label) a million times in one attempt: it never ends")
        return .go(label: index, change, visit: visits[place] &- 1)
    }
}
