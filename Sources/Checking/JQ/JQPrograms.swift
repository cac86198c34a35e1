/// The programs of one task, each compiled once.
final class JQPrograms {
    private var programs: [String: JQProgram] = [:]
    private let watch: ((String?) -> Void)?

    /// - Parameter watch: told the place of what is evaluated, and nil behind it.
    init(watching watch: ((String?) -> Void)? = nil) { self.watch = watch }

    func program(_ expression: JQExpression) throws(CheckingError) -> JQProgram {
        if let program = programs[expression.text] { return program }
        switch JQProgram.compiling(expression.text) {
        case .success(let program):
            if let watch { program.watch = { watch($0 ? expression.origin : nil) } }
            programs[expression.text] = program
            return program
        case .failure(let fault):
            throw CheckingError("\(expression.origin): is no jq expression: \(fault.message)")
        }
    }
}
