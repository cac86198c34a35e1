/// Executions whose partial order was new are kept, and later ones follow one of them for a while before they go their own
/// way.
///
/// After Wolff, Shi, Duck, Mathur, Roychoudhury, *Greybox Fuzzing for Concurrency Testing* (ASPLOS 2024), with the whole
/// partial order's digest as what is new.
struct FeedbackScheduling: Scheduling {
    /// The most executions that are kept.
    private static let most = 1024
    private var corpus: [[UInt8]] = []
    private var current: [UInt8] = []
    private var followed: [UInt8] = []
    private var until = 0
    private var replaced = 0

    mutating func begin(_ dice: inout Dice) {
        current.removeAll(keepingCapacity: true)
        guard !corpus.isEmpty, dice.below(4) > 0 else {
            until = 0
            return
        }
        followed = corpus[dice.below(corpus.count)]
        until = dice.below(followed.count + 1)
    }

    mutating func choose(
        _ enabled: UInt64, _ stepper: borrowing Stepper, _ dice: inout Dice
    ) -> Int {
        let place = current.count
        if place < until, enabled & 1 << UInt64(followed[place]) != 0 {
            return Int(followed[place])
        }
        return enabled.position(ofBit: dice.below(enabled.nonzeroBitCount))
    }

    mutating func note(_ slot: Int, _ touched: Touched, _ dice: inout Dice) {
        current.append(UInt8(slot))
    }

    mutating func end(_ steps: Int, isNew: Bool) {
        guard isNew else { return }
        if corpus.count < Self.most {
            corpus.append(current)
        } else {
            corpus[replaced % Self.most] = current
            replaced += 1
        }
    }

    /// How many were replaced, then of each its length and its deliveries.
    var stand: [UInt64] {
        [UInt64(replaced)]
            + corpus.flatMap { [UInt64($0.count)] + $0.map { UInt64($0) } }
    }

    mutating func resume(_ stand: [UInt64]) {
        var reader = NumberReader(stand)
        replaced = reader.whole()
        corpus = []
        while !reader.isOver && !reader.isShort {
            let count = reader.whole()
            guard (0...stand.count).contains(count) else { return }
            corpus.append((0..<count).map { _ in UInt8(truncatingIfNeeded: reader.next()) })
        }
    }
}
