import Simulation

/// How often each message can be sent: once by a source, and by a handler as often as an attempt of its can get to where
/// it publishes.
struct Publications {
    /// Of each message; what is sent more often is for want of room no longer followed.
    private(set) var sends: [Int32] = []
    private let program: StepProgram
    private let limits: [Int32]

    /// - Parameter most: of each message.
    init(_ program: StepProgram, _ limits: [Int32], most: Int32) {
        self.program = program
        self.limits = limits
        for message in program.messages {
            guard message.parent >= 0, message.original < 0 else {
                sends.append(1)
                continue
            }
            // Parents stand before their children.
            let copies = program.messages.count { $0.original == message.parent }
            let ofParent =
                sends[Int(message.parent)] + min(Int32(copies), limit(.duplicates))
            let times = ofParent * (1 + deliveriesAgain) * (1 + failures(behind: message))
            sends.append(min(most, times))
        }
    }

    private func limit(_ budget: Budget) -> Int32 { limits[budget.rawValue] }

    private var deliveriesAgain: Int32 {
        min(
            2,
            limit(.crashes) + limit(.redeliveries) + limit(.rebalances) + limit(.evictions))
    }

    private func mayBeSpoilt(_ message: StepProgram.Message) -> Bool {
        message.planned.isCorruptible && limit(.corruptions) > 0
    }

    /// How many attempts can fail that have published a message already.
    private func failures(behind message: StepProgram.Message) -> Int32 {
        let parent = program.messages[Int(message.parent)]
        // A dead letter comes of the last failure.
        guard message.publisher >= 0 else { return 0 }
        return failures(from: Int(message.publisher) + 1, parent, parent.unit, nil)
    }

    /// - Parameter asCaller: how a failure counts that comes of a service; nil: by its own kind.
    private func failures(
        from first: Int, _ message: StepProgram.Message, _ unit: Int32, _ asCaller: FailureKind?
    ) -> Int32 {
        var most: Int32 = 0
        func note(_ kind: FailureKind, isCertain: Bool) {
            let policy = program.units[Int(unit)].policies[(asCaller ?? kind).rawValue]
            let attempts = policy.repeats ? Int32.max : Int32(clamping: policy.actions.count)
            let uncertain = limit(.failures) + limit(.timeouts)
            most = max(most, isCertain ? min(attempts, 8) : min(attempts, uncertain))
        }
        var index = first
        while program.instructions[index].code != .end {
            let step = program.instructions[index]
            index += 1
            switch step.code {
            case .load, .store:
                let isRefused =
                    step.code == .load
                    ? step.fencing == .load : step.fencing != .none || step.mode == .versioned
                if isRefused { note(.conflict, isCertain: true) }
                if step.isTimed { note(.timeout, isCertain: false) }
            case .fail where step.first == .always || message.isPoison || mayBeSpoilt(message):
                note(.fault, isCertain: true)
            case .fail where step.first == .maybe: note(.fault, isCertain: false)
            case .call:
                let isLost = step.first == .always || step.second == .always
                if isLost || step.first == .maybe || step.second == .maybe {
                    note(.timeout, isCertain: isLost)
                }
                guard asCaller == nil else { continue }
                let service = program.units[program.handlers.count + Int(step.object)]
                most = max(most, failures(from: service.first, message, unit, .fault))
            default: break
            }
        }
        return most
    }
}
