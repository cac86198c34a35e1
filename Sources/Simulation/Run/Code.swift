extension Simulator {
    /// Asks a handler's code what comes next, and goes there.
    ///
    /// A step that an attempt takes again has draws of its own: its number among the visits stands in the upper
    /// bits of the attempt.
    mutating func askCode(_ process: Int32, _ operation: Operation) -> Outcome {
        let attempt = processes[process].attempt & Self.attemptBits
        processes[process].attempt = attempt
        let runner = codes[Int(operation.object)]
        let label = Int(operation.register)
        if label < 0 { runner.begin(Int(process)) }
        let answer = answer(process, label, operation)
        switch runner.next(Int(process), after: label, answer, view(process)) {
        case .go(let label, let change, let visit):
            let start = program.codeStarts[Int(operation.object)][label]
            processes[process].counter = start.first
            processes[process].attempt = attempt | min(visit, 127) << 24
            switch change {
            case nil: break
            case .by(let value): processes[process].change = value
            case .to(let value):
                processes[process].change =
                    value &- values[Int(process) * registers + start.register]
            }
            return .goOn
        case .done: return .ended
        case .reject:
            let value = values[Int(process) * registers]
            if answer != .refused { counts[side(process)].rejected += 1 }
            trace(process, .reject, value)
            return .ended
        case .fail(let kind):
            codeGivesUp = true
            return .failed(kind)
        }
    }

    static var attemptBits: Int32 { 0xFF_FFFF }

    private mutating func answer(
        _ process: Int32, _ label: Int, _ operation: Operation
    ) -> Answer {
        if label < 0 { return .began }
        answers.reach(Int(process))
        let said = answers[process]
        answers[process] = 0
        if said == Self.refusal { return .refused }
        if said > 0 { return .failed(FailureKind(rawValue: Int(said) - 1) ?? .fault) }
        let start = program.codeStarts[Int(operation.object)][label]
        guard start.isLoad else { return .done }
        let register = Int(process) * registers + start.register
        return .loaded(values[register], version: versions[register])
    }

    private mutating func view(_ process: Int32) -> MessageView {
        let message = messages[processes[process].message]
        return MessageView(
            number: message.number, key: Int(message.key), attempt: Int(processes[process].attempt),
            clockNs: now + skew(of: process))
    }

    private static var refusal: UInt8 { 0xFF }

    /// A step had no effect; the code hears of it.
    mutating func tellRefusal(_ process: Int32) {
        answers.reach(Int(process))
        answers[process] = Self.refusal
    }

    /// Whether a failure is code's to judge, which then goes on; not where it has given up.
    mutating func tellFailure(_ process: Int32, _ kind: FailureKind) -> Bool {
        if codeGivesUp {
            codeGivesUp = false
            return false
        }
        guard program.units[Int(processes[process].unit)].isCode else { return false }
        answers.reach(Int(process))
        answers[process] = UInt8(kind.rawValue + 1)
        // It may have failed in front of its operation: at the way to the store.
        while operations[Int(processes[process].counter)].code != .code {
            processes[process].counter &+= 1
        }
        return true
    }
}
