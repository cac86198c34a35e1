import CJq

/// A compiled expression of libjq. It belongs to one task: libjq's states must not be shared.
final class JQProgram {
    /// Why a text does not compile, in libjq's words.
    struct Fault: Error {
        let message: String
        /// From 1, within the expression; nil where libjq names none.
        let line: Int?
    }

    private var state: OpaquePointer?
    /// Told when an evaluation begins and ends.
    var watch: ((Bool) -> Void)?
    /// More results than that are taken for an expression without end.
    private static let mostResults = 1_000_000

    static func compiling(_ text: String) -> Result<JQProgram, Fault> {
        let program = JQProgram()
        if text.utf8.contains(0) {
            return .failure(Fault(message: "it holds the character U+0000", line: nil))
        }
        guard let state = program.state else {
            return .failure(Fault(message: "libjq has no memory", line: nil))
        }
        let messages = Messages()
        jq_set_error_cb(
            state,
            { context, message in
                if let context {
                    Unmanaged<Messages>.fromOpaque(context).takeUnretainedValue()
                        .add(JQValue(owning: message))
                } else {
                    jv_free(message)
                }
            }, Unmanaged.passUnretained(messages).toOpaque())
        let isCompiled = text.withCString { jq_compile(state, $0) } != 0
        jq_set_error_cb(state, { _, message in jv_free(message) }, nil)
        withExtendedLifetime(messages) {}
        return isCompiled ? .success(program) : .failure(messages.fault)
    }

    private init() { state = jq_init() }

    deinit { jq_teardown(&state) }

    /// All results for one input.
    ///
    /// - Parameter most: an error where there are more.
    /// - Throws: the expression's error on this input.
    func results(
        of input: consuming JQValue, most: Int = JQProgram.mostResults
    ) throws(JQError) -> [JQValue] {
        watch?(true)
        defer { watch?(false) }
        jq_start(state, input.copied(), 0)
        var results: [JQValue] = []
        while true {
            let next = JQValue(owning: jq_next(state))
            if next.isValid {
                results.append(next)
                if results.count <= most { continue }
                throw JQError(
                    message: most == 1
                        ? "the expression gives several results where one is due"
                        : "the expression gives more than \(most) results")
            }
            if let message = next.errorMessage { throw JQError(message: message) }
            if jq_halted(state) != 0 {
                throw JQError(message: "the expression ended the program (halt)")
            }
            return results
        }
    }

    /// The only result; nil where there is none.
    func result(of input: consuming JQValue) throws(JQError) -> JQValue? {
        try results(of: input, most: 1).first
    }
}

/// An expression failed on its input, in libjq's words.
struct JQError: Error {
    let message: String
}

/// What libjq says while it compiles.
private final class Messages {
    private var texts: [String] = []

    func add(_ message: JQValue) { texts.append(message.text ?? message.json) }

    /// The first message without libjq's frame around it.
    var fault: JQProgram.Fault {
        guard let first = texts.first else {
            return .init(message: "it does not compile", line: nil)
        }
        var message = first.split(separator: "\n").first.map(String.init) ?? first
        for prefix in ["jq: error: ", "error: "] where message.hasPrefix(prefix) {
            message.removeFirst(prefix.count)
        }
        var line: Int?
        if let frame = message.firstRange(of: " at <top-level>, line ") {
            line = Int(message[frame.upperBound...].prefix { $0.isNumber })
            message.removeSubrange(frame.lowerBound...)
        }
        if let hint = message.firstRange(of: " (Unix shell quoting issues?)") {
            message.removeSubrange(hint)
        }
        return .init(message: message, line: line)
    }
}
