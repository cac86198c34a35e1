import Checking
import Shrinking

/// Makes an execution that shows a finding smaller, and easier to read, while it shows the same.
struct Reducer: Sendable {
    private let model: Model
    private let finding: Finding
    /// nil: any failure with the finding will do.
    private let signature: Signature?

    init(_ model: Model, _ finding: Finding, keeping signature: Signature? = nil) {
        self.model = model
        self.finding = finding
        self.signature = signature
    }

    /// The steps up to the finding, if they show it; a step that cannot be taken is left out.
    func cut(_ choices: [Choice]) -> [Choice]? {
        let shown = shown(choices)
        guard let shown, let signature else { return shown }
        let found = Counterexample(
            model, finding, shown, first: shown, tried: [:], isShortest: false)
        return Signature(found) == signature ? shown : nil
    }

    private func shown(_ choices: [Choice]) -> [Choice]? {
        if case .anomaly(let name) = finding {
            let execution = Execution(model, choices, skips: true)
            let isShown = execution.history.anomalies().contains { $0.kind.rawValue == name }
            return isShown ? execution.choices : nil
        }
        let execution = Execution(
            model, choices, skips: true, keepsEntries: false, looksForCycles: finding == .livelock)
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

    /// Nothing can be taken away from what comes back; with how much was tried of each kind.
    ///
    /// - Complexity: O(n) executions for each that is taken away and not missed.
    func minimised(
        _ choices: [Choice], _ limits: SearchLimits
    ) -> (choices: [Choice], tried: [Certificate.Dimension: Int]) {
        let removals = Removals(model)
        var best = choices
        while true {
            var tried: [Certificate.Dimension: Int] = [:]
            var smaller: [Choice]?
            for candidate in removals.all(of: best) where candidate.choices != best {
                if limits.isOver() { return (best, [:]) }
                tried[candidate.dimension, default: 0] += 1
                smaller = cut(candidate.choices).flatMap { isSmaller($0, than: best) ? $0 : nil }
                if smaller != nil { break }
            }
            guard let smaller else { return (best, tried) }
            best = smaller
        }
    }

    /// Fewer steps, of as many fewer faults, of as many of these fewer changes.
    private func isSmaller(_ one: [Choice], than other: [Choice]) -> Bool {
        func size(_ choices: [Choice]) -> (Int, Int, Int) {
            (choices.count, choices.count { $0.action != .goOn }, changes(choices))
        }
        return size(one) < size(other)
    }

    private func changes(_ choices: [Choice]) -> Int {
        zip(choices, choices.dropFirst()).filter { $0.delivery != $1.delivery }.count
    }
}
