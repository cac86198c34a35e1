/// The shortest execution that comes back to a state with a turn in between for everybody who can take one there.
///
/// States in the order of their distance from the start; from each the shortest way round by (state, who has had a turn).
/// Nothing that uses up a bound comes again, so that a way round is made of usual steps alone.
struct ShortestLivelock {
    /// Longer executions are not looked at.
    let mostSteps: Int
    /// How many steps are taken in all.
    var mostWork = 2_000_000

    /// - Returns: a shortest one, and whether nothing was left out.
    /// - Complexity: O(states^2) steps at worst; mostly there are few within the limit.
    func run(_ model: Model, _ limits: SearchLimits) -> (choices: [Choice]?, isWhole: Bool) {
        var map = Map(model, mostSteps, mostWork)
        guard map.fill(limits) else { return (nil, false) }
        var (best, most): ([Choice]?, Int) = (nil, mostSteps)
        var state = 0
        while state < map.count, map.depth(state) < most {
            if limits.isOver() || map.work > mostWork { return (best, false) }
            if let round = map.round(state, most - map.depth(state)) {
                best = map.way(state) + round
                most = (best?.count ?? 1) - 1
            }
            state += 1
        }
        return (best, map.work <= mostWork)
    }

    /// All states within the limit of steps.
    private struct Map: ~Copyable {
        private var stepper: Stepper
        private var seen: StateSet
        private var parents: [UInt32] = [0]
        private var choices = [Choice(0)]
        private var depths: [Int32] = [0]
        private let mostSteps: Int
        private let mostWork: Int
        private(set) var work = 0

        init(_ model: Model, _ mostSteps: Int, _ mostWork: Int) {
            stepper = Stepper(model)
            seen = StateSet(words: stepper.words)
            (self.mostSteps, self.mostWork) = (mostSteps, mostWork)
            _ = seen.insert(stepper.state)
        }

        var count: Int { seen.count }

        func depth(_ state: Int) -> Int { Int(depths[state]) }

        /// - Returns: false where not all could be looked at.
        mutating func fill(_ limits: SearchLimits) -> Bool {
            var next = 0
            while next < seen.count, depths[next] < mostSteps - 1 {
                if work > mostWork || next & 1023 == 1023 && limits.isOver() { return false }
                seen.copy(next, to: stepper.state)
                let enabled = stepper.enabled
                for slot in 0..<stepper.slotCount where enabled & 1 << UInt64(slot) != 0 {
                    seen.copy(next, to: stepper.state)
                    let actions = stepper.actions(slot)
                    for action in Action.allCases where actions & action.bit != 0 {
                        seen.copy(next, to: stepper.state)
                        stepper.step(slot, action)
                        work += 1
                        if stepper.overflows { return false }
                        guard seen.insert(stepper.state).isNew else { continue }
                        parents.append(UInt32(next))
                        choices.append(Choice(UInt8(slot), action))
                        depths.append(depths[next] + 1)
                    }
                }
                next += 1
            }
            return true
        }

        func way(_ state: Int) -> [Choice] {
            var (way, state): ([Choice], Int) = ([], state)
            while state != 0 {
                way.append(choices[state])
                state = Int(parents[state])
            }
            return way.reversed()
        }

        /// The shortest way from a state round to it; nil: there is none of so many steps.
        mutating func round(_ state: Int, _ most: Int) -> [Choice]? {
            let words = stepper.words
            let wide = Stepper.Words.allocate(capacity: words + 2)
            let home = Stepper.Words.allocate(capacity: words)
            defer {
                wide.deallocate()
                home.deallocate()
            }
            seen.copy(state, to: home)
            wide.update(from: home, count: words)
            wide[words] = 0
            wide[words + 1] = 0
            stepper.restore(home)
            let everybody = stepper.enabled
            if everybody == 0 { return nil }
            var known = StateSet(words: words + 2)
            _ = known.insert(wide)
            var (from, taken, lengths): ([Int], [UInt8], [Int]) = ([0], [0], [0])
            var next = 0
            while next < known.count, lengths[next] < most, work <= mostWork {
                known.copy(next, to: wide)
                stepper.restore(wide)
                let enabled = stepper.enabled
                let acted =
                    UInt64(UInt32(bitPattern: wide[words]))
                    | UInt64(UInt32(bitPattern: wide[words + 1])) << 32
                for slot in 0..<stepper.slotCount where enabled & 1 << UInt64(slot) != 0 {
                    known.copy(next, to: wide)
                    stepper.restore(wide)
                    stepper.step(slot)
                    work += 1
                    if stepper.overflows {
                        stepper.overflows = false
                        continue
                    }
                    let all = acted | 1 << UInt64(slot)
                    stepper.save(to: wide)
                    wide[words] = Int32(truncatingIfNeeded: all)
                    wide[words + 1] = Int32(truncatingIfNeeded: all >> 32)
                    if everybody & ~all == 0, (0..<words).allSatisfy({ wide[$0] == home[$0] }) {
                        var (round, place) = ([Choice(UInt8(slot))], next)
                        while place != 0 {
                            round.append(Choice(taken[place]))
                            place = from[place]
                        }
                        return round.reversed()
                    }
                    guard known.insert(wide).isNew else { continue }
                    from.append(next)
                    taken.append(UInt8(slot))
                    lengths.append(lengths[next] + 1)
                }
                next += 1
            }
            return nil
        }
    }
}
