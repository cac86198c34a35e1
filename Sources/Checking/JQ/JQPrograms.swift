/// The programs of one task, each compiled once.
final class JQPrograms {
    private var programs: [String: JQProgram] = [:]

    func program(_ expression: JQExpression) throws(CheckingError) -> JQProgram {
        if let program = programs[expression.text] { return program }
        switch JQProgram.compiling(expression.text) {
        case .success(let program):
            programs[expression.text] = program
            return program
        case .failure(let fault):
            throw CheckingError("\(expression.origin): is no jq expression: \(fault.message)")
        }
    }
}
