/// Asks the oracle, confirms, counts, and remembers what was answered.
actor Trials<Atom: Sendable, Signature: Hashable & Sendable> {
    private let tree: AtomTree<Atom>
    private let signature: Signature
    private let confirmation: Confirmation
    private let budget: ShrinkingBudget
    private let oracle: Shrinker<Atom, Signature>.Oracle
    private var answers: [AtomSet: Verdict] = [:]
    private var started = 0
    /// The counts; its atoms are not kept up to date.
    private(set) var counts: Shrunk<Atom>
    /// What a trial threw first.
    private(set) var error: (any Error)?

    init(
        tree: AtomTree<Atom>, signature: Signature, confirmation: Confirmation,
        budget: ShrinkingBudget, oracle: @escaping Shrinker<Atom, Signature>.Oracle
    ) {
        self.tree = tree
        self.signature = signature
        self.confirmation = confirmation
        self.budget = budget
        self.oracle = oracle
        counts = Shrunk(atoms: [], nodes: [], atomsAtFirst: tree.atomCount)
    }

    func verdict(on set: AtomSet) async -> Verdict {
        if let answer = answers[set] {
            counts.known += 1
            return answer
        }
        guard mayGoOn else { return .unknown }
        counts.candidates += 1
        let (atoms, nodes) = (tree.atoms(of: set), set.indices)
        var tally = Tally(confirmation)
        while true {
            if let verdict = tally.verdict {
                answers[set] = verdict
                return verdict
            }
            guard mayGoOn else { return .unknown }
            started += 1
            do {
                let answer = try await oracle(
                    Candidate(atoms: atoms, nodes: nodes, repetition: tally.trials))
                note(answer)
                tally.count(answer, wanted: signature)
            } catch {
                self.error = self.error ?? error
                return .unknown
            }
        }
    }

    private var mayGoOn: Bool {
        if error != nil || Task.isCancelled { return false }
        if let most = budget.trials, started >= most { return false }
        return !budget.isOver()
    }

    private func note(_ answer: Answer<Signature>) {
        counts.trials += 1
        switch answer {
        case .fails(signature): counts.failingTrials += 1
        case .passes: counts.passingTrials += 1
        case .fails, .unresolved: counts.otherTrials += 1
        }
    }
}
