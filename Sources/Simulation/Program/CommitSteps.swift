extension Handler {
    /// The handler with its commits of positions among its steps, where they are not made by a timer.
    func withCommitSteps() -> Handler {
        guard let commit else { return self }
        var handler = self
        let step = Step.commit(takes: commit.takes)
        switch commit.moment {
        case .every, .steps: break
        case .before: handler.steps.insert(step, at: 0)
        case .after: if !commit.takes.isZero { handler.steps.append(step) }
        case .withEffect:
            // In the same instant, which no fault divides.
            let last = steps.lastIndex(where: \.isEffect) ?? steps.count - 1
            handler.steps.insert(.commit(takes: .constant(us: 0)), at: last + 1)
        }
        return handler
    }
}

extension Step {
    /// Whether it changes something that outlives the attempt.
    var isEffect: Bool {
        switch self {
        case .store, .effect, .call, .publish: true
        default: false
        }
    }

    var isCommit: Bool {
        if case .commit = self { true } else { false }
    }
}

extension [Step] {
    /// The last store or effect, where a commit stands in front of it: a crash in between loses the message.
    var lastEffectBehindCommit: Int? {
        guard let commit = firstIndex(where: \.isCommit) else { return nil }
        let last = lastIndex(where: \.isEffect)
        return last.flatMap { $0 > commit ? $0 : nil }
    }

    /// Whether a message that dies behind the commit at this place was not carried out.
    func isEarlyCommit(at index: Int) -> Bool {
        guard self[index].isCommit else { return false }
        guard let last = lastIndex(where: \.isEffect) else { return true }
        return last > index
    }
}
