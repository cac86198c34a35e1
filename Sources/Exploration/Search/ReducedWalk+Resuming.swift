/// Where the search stands, as numbers, and how it goes on from there.
extension ReducedWalk {
    /// The path with what is known at each depth.
    var stand: [UInt64] {
        var numbers = [UInt64(depth)]
        for place in 0...depth {
            let node = nodes[place]
            numbers += [
                node.backtrack, node.sleep, UInt64(whole: Int(node.slot)), UInt64(node.actions),
            ]
            let rows = (0..<count).filter { asleep[place * count + $0] != 0 }
            numbers.append(UInt64(rows.count))
            for row in rows {
                let actions = asleep[place * count + row]
                numbers += [UInt64(row), UInt64(actions)]
                for action in 0..<kinds where actions & 1 << Actions(action) != 0 {
                    let sleeper = sleepers[(place * count + row) * kinds + action]
                    numbers += [sleeper.reads, sleeper.writes, sleeper.adds]
                }
            }
            if place < depth {
                numbers += [UInt64(events[place].slot), UInt64(events[place].action.rawValue)]
            }
        }
        return numbers
    }

    /// Takes the path of ``stand`` again.
    ///
    /// - Returns: false where the numbers are of another model.
    mutating func restore(_ stand: [UInt64], _ search: inout Search) -> Bool {
        begin()
        var reader = NumberReader(stand)
        let end = reader.whole()
        guard (0..<room - 1).contains(end) else { return false }
        while true {
            guard restoreNode(&reader) else { return false }
            if depth == end { return reader.isOver }
            let (slot, action) = (reader.whole(), Action(rawValue: UInt8(clamping: reader.whole())))
            guard let action, (0..<count).contains(slot),
                stepper.enabled & 1 << UInt64(slot) != 0, stepper.actions(slot) & action.bit != 0
            else { return false }
            let before = stepper.enabled
            _ = step(slot, action, &search)
            link(slot, before: before)
            depth += 1
        }
    }

    private mutating func restoreNode(_ reader: inout NumberReader) -> Bool {
        stepper.save(to: states + depth * words)
        digests[depth] = depth >= 48 ? StateSet.digest(stepper.state, words) : 0
        nodes[depth] = Node(
            enabled: stepper.enabled, backtrack: reader.next(), sleep: reader.next(),
            slot: Int32(clamping: reader.whole()),
            actions: Actions(truncatingIfNeeded: reader.next()))
        (asleep + depth * count).initialize(repeating: 0, count: count)
        let rows = reader.whole()
        guard (0...count).contains(rows), nodes[depth].slot < count else { return false }
        for _ in 0..<rows {
            let row = reader.whole()
            guard (0..<count).contains(row) else { return false }
            let actions = Actions(truncatingIfNeeded: reader.next())
            asleep[depth * count + row] = actions
            for action in 0..<kinds where actions & 1 << Actions(action) != 0 {
                sleepers[(depth * count + row) * kinds + action] = Touched(
                    reads: reader.next(), writes: reader.next(), adds: reader.next())
            }
        }
        return !reader.isShort
    }
}
