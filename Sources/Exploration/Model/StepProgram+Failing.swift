import Simulation

extension StepProgram {
    /// Whether an attempt of a handler may fail and go back to its queue.
    func canPutBack(_ unit: Int) -> Bool {
        let goesBack = units[unit].policies.contains { policy in
            policy.actions.contains { $0 != .inline }
        }
        return goesBack && canFail(unit)
    }

    private func canFail(_ unit: Int) -> Bool {
        var (left, seen) = ([unit], Set<Int>())
        while let next = left.popLast() {
            guard seen.insert(next).inserted else { continue }
            var index = units[next].first
            while instructions[index].code != .end {
                let step = instructions[index]
                index += 1
                if step.mayFail { return true }
                if step.code == .call { left.append(handlers.count + Int(step.object)) }
            }
        }
        return false
    }
}

extension StepProgram.Instruction {
    fileprivate var mayFail: Bool {
        switch code {
        case .fail: true
        case .load: fencing == .load || isTimed
        case .store: fencing != .none || mode == .versioned || isTimed
        case .call: first != .never || second != .never
        default: false
        }
    }
}
