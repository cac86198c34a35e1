/// Ways that go on for ever among states that are all known: strongly connected components in one of whose states everybody
/// who can take a turn takes one within the component, so that nobody is only kept waiting.
///
/// A search depth first meets every way back, but not all of them together on one path. Nothing that uses up a bound comes
/// again, so that only what goes on as usual is followed.
///
/// Source: Tarjan, *Depth-First Search and Linear Graph Algorithms* (SIAM Journal on Computing 1, 1972).
struct Livelocks: ~Copyable {
    private struct Edge {
        var slot: Int
        var target: Int
    }

    /// A state under way, with its edges that are left.
    private struct Frame {
        var state: Int
        var edges: [Edge]
    }

    private var stepper: Stepper
    private var order: [UInt32]
    private var lows: [UInt32]
    private var stack: [Int] = []
    private var frames: [Frame] = []
    private var next: UInt32 = 1
    /// In ``order``, of a state whose component is known.
    private let done = UInt32.max

    init(_ model: Model, states: Int) {
        stepper = Stepper(model)
        order = [UInt32](repeating: 0, count: states)
        lows = [UInt32](repeating: 0, count: states)
    }

    /// Notes one, if there is any, by the way to it and once round.
    ///
    /// - Complexity: O(states x deliveries) steps.
    mutating func run(_ seen: borrowing StateSet, _ search: inout Search) {
        for root in 0..<seen.count where order[root] == 0 {
            begin(root, seen)
            var untilLook = 1000
            while let frame = frames.indices.last {
                untilLook -= 1
                if untilLook == 0 {
                    untilLook = 1000
                    if !search.mayGoOn() { return }
                }
                let state = frames[frame].state
                guard let edge = frames[frame].edges.popLast() else {
                    frames.removeLast()
                    if let parent = frames.last?.state {
                        lows[parent] = min(lows[parent], lows[state])
                    }
                    guard lows[state] == order[state] else { continue }
                    if let way = way(of: close(state), seen) {
                        return search.note(.livelock, way)
                    }
                    continue
                }
                if order[edge.target] == 0 {
                    begin(edge.target, seen)
                } else if order[edge.target] != done {
                    lows[state] = min(lows[state], order[edge.target])
                }
            }
        }
    }

    private mutating func begin(_ state: Int, _ seen: borrowing StateSet) {
        (order[state], lows[state]) = (next, next)
        next += 1
        stack.append(state)
        frames.append(Frame(state: state, edges: edges(of: state, seen)))
    }

    private mutating func edges(of state: Int, _ seen: borrowing StateSet) -> [Edge] {
        seen.copy(state, to: stepper.state)
        var edges: [Edge] = []
        var rest = stepper.enabled
        while rest != 0 {
            let slot = rest.trailingZeroBitCount
            rest &= rest - 1
            seen.copy(state, to: stepper.state)
            stepper.step(slot)
            if !stepper.overflows, let target = seen.number(of: stepper.state) {
                edges.append(Edge(slot: slot, target: target))
            }
            stepper.overflows = false
        }
        return edges
    }

    private mutating func close(_ root: Int) -> Set<Int> {
        var component: Set<Int> = []
        while let state = stack.popLast() {
            order[state] = done
            component.insert(state)
            if state == root { break }
        }
        return component
    }

    // MARK: The way

    /// From the start to a state of the component, and round to it again; nil: it is none that goes on for ever.
    private mutating func way(
        of component: Set<Int>, _ seen: borrowing StateSet
    ) -> [Choice]? {
        var inner: [Int: [Edge]] = [:]
        var acting: UInt64 = 0
        for state in component.sorted() {
            let edges = edges(of: state, seen).filter { component.contains($0.target) }
            for edge in edges { acting |= 1 << UInt64(edge.slot) }
            inner[state] = edges
        }
        guard acting != 0 else { return nil }
        for state in component.sorted() {
            seen.copy(state, to: stepper.state)
            let enabled = stepper.enabled
            if enabled & ~acting == 0 {
                return wayTo(state, seen) + round(from: state, enabled, inner)
            }
        }
        return nil
    }

    /// Through a step of everybody who can take one there.
    private func round(from state: Int, _ enabled: UInt64, _ inner: [Int: [Edge]]) -> [Choice] {
        var way: [Choice] = []
        var (place, left) = (state, enabled)
        while left != 0 {
            let (slots, end) = Self.shortest(from: place, inner) { edge in
                left & 1 << UInt64(edge.slot) != 0
            }
            for slot in slots { left &= ~(1 << UInt64(slot)) }
            way += slots.map { Choice(UInt8($0)) }
            if end == place && slots.isEmpty { break }
            place = end
        }
        if place != state {
            way += Self.shortest(from: place, inner) { $0.target == state }.slots
                .map { Choice(UInt8($0)) }
        }
        return way
    }

    /// Up to and with the first edge that is wanted.
    private static func shortest(
        from start: Int, _ inner: [Int: [Edge]], _ isWanted: (Edge) -> Bool
    ) -> (slots: [Int], end: Int) {
        var came: [Int: (from: Int, slot: Int)] = [:]
        var queue = [start]
        var next = 0
        func slots(to state: Int) -> [Int] {
            var (slots, state) = ([Int](), state)
            while state != start, let step = came[state] {
                slots.append(step.slot)
                state = step.from
            }
            return slots.reversed()
        }
        while next < queue.count {
            let state = queue[next]
            next += 1
            for edge in inner[state] ?? [] {
                if isWanted(edge) { return (slots(to: state) + [edge.slot], edge.target) }
                if edge.target != start && came[edge.target] == nil {
                    came[edge.target] = (state, edge.slot)
                    queue.append(edge.target)
                }
            }
        }
        return ([], start)
    }

    /// From the first state, by whatever may happen.
    private mutating func wayTo(_ state: Int, _ seen: borrowing StateSet) -> [Choice] {
        var came: [Int: (from: Int, choice: Choice)] = [:]
        var queue = [0]
        var next = 0
        while next < queue.count && came[state] == nil && state != 0 {
            let place = queue[next]
            next += 1
            seen.copy(place, to: stepper.state)
            for slot in 0..<stepper.slotCount where stepper.enabled & 1 << UInt64(slot) != 0 {
                for action in Action.allCases where stepper.actions(slot) & action.bit != 0 {
                    stepper.step(slot, action)
                    if !stepper.overflows, let target = seen.number(of: stepper.state),
                        target != 0, came[target] == nil
                    {
                        came[target] = (place, Choice(UInt8(slot), action))
                        queue.append(target)
                    }
                    stepper.overflows = false
                    seen.copy(place, to: stepper.state)
                }
            }
        }
        var (way, place) = ([Choice](), state)
        while place != 0, let step = came[place] {
            way.append(step.choice)
            place = step.from
        }
        return way.reversed()
    }
}
