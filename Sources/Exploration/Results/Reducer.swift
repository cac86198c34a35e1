import Checking
import Shrinking

/// Makes an execution that shows a finding smaller, and easier to read, while it shows the same.
struct Reducer: Sendable {
    private let model: Model
    private let finding: Finding

    init(_ model: Model, _ finding: Finding) {
        self.model = model
        self.finding = finding
    }

    /// The steps up to the finding, if they show it; a step that cannot be taken is left out.
    private func cut(_ choices: [Choice]) -> [Choice]? {
        if case .anomaly(let name) = finding {
            let execution = Execution(model, choices, skips: true)
            let isShown = execution.history.anomalies().contains { $0.kind.rawValue == name }
            return isShown ? execution.choices : nil
        }
        let execution = Execution(model, choices, skips: true, keepsEntries: false)
        guard execution.finding == finding else { return nil }
        return Array(execution.choices[..<execution.stepsToFinding])
    }

    /// No message and no single step can be left out of what comes back: ddmin over chains of messages, then over
    /// steps.
    ///
    /// - Complexity: O(n^2) executions at worst, mostly O(n log n).
    func shrink(_ choices: [Choice], _ limits: SearchLimits) async -> [Choice] {
        guard let start = cut(choices) else { return choices }
        var tree = AtomTree<Int>()
        let chains = model.chains
        var groups: [Int: Int] = [:]
        for choice in start where groups[chains[Int(choice.delivery)]] == nil {
            groups[chains[Int(choice.delivery)]] = tree.add(nil)
        }
        for (index, choice) in start.enumerated() {
            tree.add(index, under: groups[chains[Int(choice.delivery)]])
        }
        let reducer = self
        let shrinker = Shrinker<Int, Finding>(
            budget: ShrinkingBudget(trials: 20_000, isOver: limits.isOver)
        ) { candidate in
            let kept = candidate.atoms.sorted().map { start[$0] }
            return reducer.cut(kept) == nil ? .passes : .fails(reducer.finding)
        }
        let (whole, wanted) = (tree, finding)
        let atoms = await shrinker.shrink(whole, keeping: wanted).atoms
        return cut(atoms.sorted().map { start[$0] }) ?? start
    }

    /// The same steps with as few changes from one delivery to another as can be: neighbours are swapped where what they
    /// touch allows it and the finding stays.
    ///
    /// - Complexity: O(n^2) executions.
    func tidied(_ choices: [Choice]) -> [Choice] {
        guard finding != .livelock, choices.count <= 200 else { return choices }
        var best = choices
        var isBetter = true
        while isBetter {
            isBetter = false
            for place in best.indices.dropFirst() {
                // To right behind the last step of its delivery.
                guard
                    let last = best[..<place].lastIndex(where: {
                        $0.delivery == best[place].delivery
                    }), last < place - 1
                else { continue }
                var moved = best
                moved.insert(moved.remove(at: place), at: last + 1)
                guard changes(moved) < changes(best), let kept = cut(moved),
                    kept.count == best.count
                else { continue }
                best = kept
                isBetter = true
            }
        }
        return best
    }

    private func changes(_ choices: [Choice]) -> Int {
        zip(choices, choices.dropFirst()).filter { $0.delivery != $1.delivery }.count
    }
}
