/// PCT: the delivery of highest priority takes every turn; priorities are drawn, and at d - 1 places that are drawn
/// too the one that is about to go falls behind all others. A bug that needs d orderings is found in an execution with a
/// probability of at least 1/(n k^(d-1)), for n deliveries and k steps.
///
/// By chains: a message and all that is published on its behalf have one priority, so that n is the number of
/// messages of sources.
///
/// Sources: Burckhardt, Kothari, Musuvathi, Nagarakatte, *A Randomized Scheduler with Probabilistic Guarantees of
/// Finding Bugs* (ASPLOS 2010); Ozkan, Majumdar, Niksic, Befrouei, Weissenbacher, *Randomized Testing of Distributed
/// Systems with Probabilistic Guarantees* (OOPSLA 2018).
struct PriorityScheduling: Scheduling {
    let depth: Int
    /// Whose priority each delivery has.
    private let chains: [Int]
    private var priorities: [Int]
    private var order: [Int]
    private var changes: [Int]
    private var step = 0
    private(set) var longest: Int

    /// - Parameters:
    ///   - depth: how many orderings the bug needs, from 1.
    ///   - chains: of each delivery the number of its chain.
    ///   - length: how many steps an execution has; grows with those that are seen.
    init(depth: Int, chains: [Int], length: Int) {
        self.depth = depth
        self.chains = chains
        let count = (chains.max() ?? 0) + 1
        priorities = [Int](repeating: 0, count: count)
        order = Array(0..<count)
        changes = [Int](repeating: 0, count: max(0, depth - 1))
        longest = max(1, length)
    }

    mutating func begin(_ dice: inout Dice) {
        var place = order.count - 1
        while place > 0 {
            order.swapAt(place, dice.below(place + 1))
            place -= 1
        }
        for (rank, chain) in order.enumerated() { priorities[chain] = depth + rank }
        for index in changes.indices { changes[index] = dice.below(longest) }
        step = 0
    }

    @inline(__always)
    private func highest(_ enabled: UInt64) -> Int {
        var rest = enabled
        var best = rest.trailingZeroBitCount
        rest &= rest &- 1
        while rest != 0 {
            let slot = rest.trailingZeroBitCount
            if priorities[chains[slot]] > priorities[chains[best]] { best = slot }
            rest &= rest &- 1
        }
        return best
    }

    @inline(__always)
    mutating func choose(
        _ enabled: UInt64, _ stepper: borrowing Stepper, _ dice: inout Dice
    ) -> Int {
        var best = highest(enabled)
        for index in changes.indices where changes[index] == step {
            priorities[chains[best]] = depth - 1 - index
            best = highest(enabled)
        }
        return best
    }

    @inline(__always)
    mutating func note(_ slot: Int, _ touched: Touched, _ dice: inout Dice) { step += 1 }

    mutating func end(_ steps: Int, isNew: Bool) { longest = max(longest, steps) }

    var stand: [UInt64] { [UInt64(longest)] }

    mutating func resume(_ stand: [UInt64]) {
        longest = max(longest, Int(clamping: stand.first ?? 0))
    }
}
