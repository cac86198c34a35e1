/// One course of shrinking: what is left, and how it becomes less.
struct Reduction<Atom: Sendable, Signature: Hashable & Sendable> {
    /// Up to so many chunks each of them is tried alone, too. With more, and several of them needed, a chunk alone
    /// hardly ever fails, and trying it would double the price.
    private static var mostSubsets: Int { 8 }

    private let tree: AtomTree<Atom>
    private let members: [[Int]]
    private let trials: Trials<Atom, Signature>
    private let sideBySide: Int
    private let progress: @Sendable (Shrunk<Atom>) async -> Void
    private var kept: AtomSet
    private var level = 0
    /// An answer was not to be had: budget, cancellation or an error.
    private var isOver = false

    init(
        tree: AtomTree<Atom>, trials: Trials<Atom, Signature>, sideBySide: Int,
        progress: @escaping @Sendable (Shrunk<Atom>) async -> Void
    ) {
        self.tree = tree
        self.trials = trials
        self.sideBySide = sideBySide
        self.progress = progress
        members = tree.members
        kept = tree.everything
    }

    mutating func run() async -> Shrunk<Atom> {
        switch await trials.verdict(on: kept) {
        case .fails: break
        case .unknown: return await state(interruption())
        case .passes, .unresolved: return await state(.notReproduced)
        }
        while level < tree.levels, !isOver {
            await progress(state(.underWay))
            await reduceLevel()
            level += 1
        }
        if !isOver {
            await progress(state(.underWay))
            await leaveOutOneByOne()
        }
        return await state(isOver ? interruption() : .minimal)
    }

    // MARK: A level

    /// ddmin over the pieces of a level, all else that is left staying as it is.
    private mutating func reduceLevel() async {
        var pieces = present { $0.level == level }
        guard !pieces.isEmpty, await leaveOut(first: [pieces]) == nil else { return }
        var chunks = 2
        while pieces.count >= 2, !isOver {
            let parts = split(pieces, into: min(chunks, pieces.count))
            if parts.count <= Self.mostSubsets,
                let part = await leaveOut(first: parts.map { others(than: $0, of: pieces) })
            {
                pieces = parts[part]
                chunks = 2
                continue
            }
            // Of two, one without the other has just been tried.
            let left = parts.count == 2 ? parts : await leaveOut(each: parts)
            pieces = left.flatMap { $0 }
            if parts.allSatisfy({ $0.count == 1 }) { return }
            chunks = left.count * 2
        }
    }

    /// Tries to do without each part in turn, going on behind one that was left out.
    ///
    /// - Returns: those that are left.
    private mutating func leaveOut(each parts: [[Int]]) async -> [[Int]] {
        var left: [[Int]] = []
        var rest = parts[...]
        while let found = await leaveOut(first: Array(rest)) {
            left += rest.prefix(found)
            rest = rest.dropFirst(found + 1)
        }
        return left + rest
    }

    // MARK: The last pass

    /// Leaves out single atoms, the finest first, until none can be.
    private mutating func leaveOutOneByOne() async {
        var atoms = present { $0.atom != nil }.sorted {
            (tree.nodes[$0].level, $0) > (tree.nodes[$1].level, $1)
        }
        while let found = await leaveOut(first: atoms.map { [$0] }) {
            // The round goes on behind what was left out; what was tried before comes at its end.
            atoms = (atoms[(found + 1)...] + atoms[..<found]).filter(kept.contains)
        }
    }

    // MARK: Candidates

    private func present(_ isMeant: (AtomTree<Atom>.Node) -> Bool) -> [Int] {
        tree.nodes.indices.filter { index in
            isMeant(tree.nodes[index]) && members[index].contains(where: kept.contains)
        }
    }

    private func others(than part: [Int], of pieces: [Int]) -> [Int] {
        let staying = Set(part)
        return pieces.filter { !staying.contains($0) }
    }

    private func split(_ pieces: [Int], into count: Int) -> [[Int]] {
        (0..<count).map { part in
            Array(pieces[pieces.count * part / count..<pieces.count * (part + 1) / count])
        }
    }

    /// Leaves out the first of these that can be, in their order, as many being tried at a time as may be.
    ///
    /// - Returns: its index; nil: none of them can, or it is over.
    private mutating func leaveOut(first choices: [[Int]]) async -> Int? {
        var next = 0
        while next < choices.count, !isOver {
            let end = min(next + sideBySide, choices.count)
            let candidates = choices[next..<end].map { pieces in
                kept.removing(pieces.flatMap { members[$0] })
            }
            let verdicts = await verdicts(on: candidates)
            isOver = verdicts.contains(.unknown)
            if let found = verdicts.firstIndex(of: .fails) {
                kept = candidates[found]
                await progress(state(.underWay))
                return next + found
            }
            next = end
        }
        return nil
    }

    private func verdicts(on candidates: [AtomSet]) async -> [Verdict] {
        if candidates.count == 1 { return [await trials.verdict(on: candidates[0])] }
        return await withTaskGroup(of: (Int, Verdict).self) { group in
            for (index, candidate) in candidates.enumerated() {
                group.addTask { [trials] in (index, await trials.verdict(on: candidate)) }
            }
            var verdicts = [Verdict](repeating: .unknown, count: candidates.count)
            for await (index, verdict) in group { verdicts[index] = verdict }
            return verdicts
        }
    }

    // MARK: What is known

    private func state(_ end: Shrunk<Atom>.End) async -> Shrunk<Atom> {
        var state = await trials.counts
        state.end = end
        state.nodes = kept.indices
        state.atoms = tree.atoms(of: kept)
        state.level = level
        return state
    }

    private func interruption() async -> Shrunk<Atom>.End {
        if let error = await trials.error { return .failed(error) }
        return .budget
    }
}
