/// Sums that must agree.
extension Judge {
    mutating func conserved(
        _ rule: SystemInvariant.Conservation
    ) throws(CheckingError) -> Judgement {
        let touches = try touches()
        let observed = try observedSums(rule)
        let due = try rule.inputSum.map { sum throws(CheckingError) in try dueSums(sum, rule) }
        var judgement = Judgement(invariant)
        var groups = observed.order
        for group in due?.order ?? [] where observed.sums[group] == nil { groups.append(group) }
        if !rule.isByKey, groups.isEmpty { groups = [0] }
        for group in groups {
            judgement.judged += 1
            let found = observed.sums[group] ?? .zero
            let once = try sum(rule.equals, due?.once[group])
            if found == once { continue }
            let eachTime = try sum(rule.equals, due?.eachTime[group])
            let touch = rule.isByKey ? touches.touch(of: group) : facts.all
            let isExcused =
                touch.contains(.corrupt)
                || (due == nil
                    ? touch.contains(.drop)
                    : contract.delivery != .atLeastOnce
                        && (found == eachTime || touch.contains(.fault)))
            judgement.note(isExcused ? .injected : .system) {
                let entity = rule.isByKey ? group : nil
                return breach(
                    .sumDiffers, isExcused ? .injected : .system, entity: entity,
                    record: entity.flatMap(touches.firstRecord),
                    "\(entity.map { "\(shown($0)): " } ?? "")\(rule.sum.text) adds up to \(found), due is \(once)",
                    (due?.places[group] ?? []).map { .delivery($0) }
                        + (observed.places[group] ?? []).map { self.observed($0) })
            }
        }
        return judgement
    }

    private func sum(_ base: ExactNumber, _ more: ExactNumber?) throws(CheckingError) -> ExactNumber
    {
        try add(base, more ?? .zero)
    }

    private func add(_ left: ExactNumber, _ right: ExactNumber) throws(CheckingError) -> ExactNumber
    {
        guard let sum = left.adding(right) else {
            throw CheckingError("\(invariant.origin): a sum goes beyond 1.7 x 10^20")
        }
        return sum
    }

    private struct Sums {
        /// Groups in the order of first sight; 0 where there is only one.
        var order: [Int32] = []
        var sums: [Int32: ExactNumber] = [:]
        /// The last few records of each.
        var places: [Int32: [Int]] = [:]
    }

    private mutating func observedSums(
        _ rule: SystemInvariant.Conservation
    ) throws(CheckingError) -> Sums {
        let counted = rule.over == .state ? try lastOfEach() : nil
        let groups =
            rule.isByKey
            ? try keys()
            : try columns.isMet(invariant.when, in: records)?.map { $0 ? 0 : -1 }
                ?? Array(repeating: 0, count: records.count)
        let amounts = try columns.column(rule.sum, of: records)
        var result = Sums()
        for (index, group) in groups.enumerated() where group >= 0 && amounts[index] >= 0 {
            if let counted, !counted[index] { continue }
            let amount = try columns.decimal(
                of: amounts[index],
                "\(invariant.origin): \(rule.sum.text) of \(invariant.stream), \(records.name(of: index)),"
            )
            if result.sums[group] == nil { result.order.append(group) }
            result.sums[group] = try sum(amount, result.sums[group])
            result.places[group, default: []].append(index)
            if result.places[group, default: []].count > 5 { result.places[group]?.removeFirst() }
        }
        return result
    }

    /// Which records are the last of their record key; all that have none.
    private mutating func lastOfEach() throws(CheckingError) -> [Bool] {
        let keys = try columns.column(.key, of: records)
        var last: [Int32: Int] = [:]
        for (index, key) in keys.enumerated() { last[key] = index }
        return keys.enumerated().map { $1 < 0 || last[$1] == $0 }
    }

    private struct Due {
        var order: [Int32] = []
        /// Each delivered record once.
        var once: [Int32: ExactNumber] = [:]
        /// Each delivery.
        var eachTime: [Int32: ExactNumber] = [:]
        var places: [Int32: [Int]] = [:]
    }

    private mutating func dueSums(
        _ selector: Selector, _ rule: SystemInvariant.Conservation
    ) throws(CheckingError) -> Due {
        let groups =
            rule.isByKey
            ? try columns.column(invariant.input, of: feed.records)
            : Array(repeating: 0, count: feed.records.count)
        let amounts = try columns.column(selector, of: feed.records)
        var due = Due()
        for (index, delivery) in feed.deliveries.enumerated() {
            let (group, number) = (groups[delivery.content], amounts[delivery.content])
            guard group >= 0, number >= 0 else { continue }
            let amount = try columns.decimal(
                of: number,
                "\(invariant.origin): \(selector.text) of the input \(feed.records.name(of: delivery.content))"
            )
            if due.eachTime[group] == nil { due.order.append(group) }
            due.eachTime[group] = try sum(amount, due.eachTime[group])
            if facts.firstDelivery[delivery.record] == index {
                due.once[group] = try sum(amount, due.once[group])
            }
            if due.places[group, default: []].count < 5 {
                due.places[group, default: []].append(index)
            }
        }
        return due
    }
}
