/// What can be taken away from an execution, one at a time.
struct Removals {
    private let chains: [Int]

    init(_ model: Model) { chains = model.chains }

    /// - Complexity: O(n^2) for n steps.
    func all(of choices: [Choice]) -> [(dimension: Certificate.Dimension, choices: [Choice])] {
        var all: [(Certificate.Dimension, [Choice])] = []
        for chain in messages(choices) {
            all.append((.messages, choices.filter { chains[Int($0.delivery)] != chain }))
        }
        for place in choices.indices where choices[place].action != .goOn {
            var usual = choices
            usual[place] = Choice(choices[place].delivery)
            all.append((.faults, usual))
        }
        for place in choices.indices.reversed() {
            var fewer = choices
            fewer.remove(at: place)
            all.append((.steps, fewer))
        }
        for block in blocks(choices) {
            guard
                let last = choices[..<block.lowerBound].lastIndex(where: {
                    $0.delivery == choices[block.lowerBound].delivery
                })
            else { continue }
            var moved = choices
            moved.removeSubrange(block)
            moved.insert(contentsOf: choices[block], at: last + 1)
            all.append((.deviations, moved))
        }
        return all
    }

    /// How much there is of each.
    func counts(_ choices: [Choice]) -> [Certificate.Dimension: Int] {
        [
            .steps: choices.count, .messages: messages(choices).count,
            .faults: choices.count { $0.action != .goOn },
            .deviations: blocks(choices).count - Set(choices.map(\.delivery)).count,
        ]
    }

    /// The chains that act, in the order in which they begin.
    private func messages(_ choices: [Choice]) -> [Int] {
        var all: [Int] = []
        for choice in choices where !all.contains(chains[Int(choice.delivery)]) {
            all.append(chains[Int(choice.delivery)])
        }
        return all
    }

    /// Steps of one delivery that follow one another.
    private func blocks(_ choices: [Choice]) -> [Range<Int>] {
        var blocks: [Range<Int>] = []
        for (place, choice) in choices.enumerated() {
            if let last = blocks.last, choices[last.lowerBound].delivery == choice.delivery {
                blocks[blocks.count - 1] = last.lowerBound..<place + 1
            } else {
                blocks.append(place..<place + 1)
            }
        }
        return blocks
    }
}
