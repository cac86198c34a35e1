/// What was done, held against what was delivered.
extension Judge {
    /// Of each identity: its deliveries and its effects.
    private struct Identities {
        /// In the order of their first delivery.
        var order: [Int32] = []
        /// Of each record of the stream.
        let outputs: [Int32]
        var firstDelivery: [Int32]
        var deliveries: [Int32]
        /// Deliveries of what the schedule corrupted.
        var corrupted: [Int32]
        var effects: [Int32]
        var firstEffect: [Int32]
        var lastEffect: [Int32]

        init(of outputs: [Int32], count: Int) {
            self.outputs = outputs
            firstDelivery = Array(repeating: -1, count: count)
            deliveries = Array(repeating: 0, count: count)
            corrupted = deliveries
            effects = Array(repeating: 0, count: count)
            firstEffect = Array(repeating: -1, count: count)
            lastEffect = Array(repeating: -1, count: count)
        }
    }

    private mutating func identities() throws(CheckingError) -> Identities {
        let inputs = try columns.column(
            invariant.input, of: feed.records, when: invariant.inputWhen)
        let outputs = try keys()
        var identities = Identities(of: outputs, count: columns.interner.count)
        for (index, delivery) in feed.deliveries.enumerated() {
            let identity = Int(inputs[delivery.content])
            if identity < 0 { continue }
            if identities.firstDelivery[identity] < 0 {
                identities.firstDelivery[identity] = Int32(index)
                identities.order.append(Int32(identity))
            }
            identities.deliveries[identity] += 1
            if delivery.content != delivery.record { identities.corrupted[identity] += 1 }
        }
        for (index, output) in outputs.enumerated() where output >= 0 {
            let identity = Int(output)
            if identities.firstEffect[identity] < 0 {
                identities.firstEffect[identity] = Int32(index)
            }
            identities.lastEffect[identity] = Int32(index)
            identities.effects[identity] += 1
        }
        return identities
    }

    mutating func effects(missing: Bool, repeated: Bool) throws(CheckingError) -> Judgement {
        let identities = try identities()
        let latest = latestWithEffect(identities)
        var judgement = Judgement(invariant)
        judgement.judged = identities.order.count
        for identity in identities.order {
            let number = Int(identity)
            let effects = identities.effects[number]
            if effects == 1 || (effects > 1 && !repeated) || (effects == 0 && !missing) { continue }
            let delivery = Int(identities.firstDelivery[number])
            let record = feed.deliveries[delivery].record
            let times = identities.deliveries[number]
            if effects == 0 {
                let source = Int(feed.records.entries[record].source) + 1
                let isLost = delivery < latest[source]
                let isExcused =
                    identities.corrupted[number] == times
                    || (contract.delivery == .atMostOnce && facts.hasFaults)
                judgement.note(isExcused ? .injected : .system) {
                    breach(
                        isLost ? .lostWrite : .unseen, isExcused ? .injected : .system,
                        entity: identity, record: record,
                        EffectWords.missing(shown(identity), isLost: isLost),
                        [.delivery(delivery)])
                }
            } else {
                let isExcused =
                    identities.corrupted[number] > 0
                    || (contract.delivery != .atLeastOnce && (times > 1 || facts.hasFaults))
                judgement.note(isExcused ? .injected : .system) {
                    breach(
                        .duplicate, isExcused ? .injected : .system, entity: identity,
                        record: record,
                        EffectWords.repeated(
                            shown(identity), Int(effects), deliveries: Int(times)),
                        deliveries(of: record) + [
                            observed(Int(identities.firstEffect[number])),
                            observed(Int(identities.lastEffect[number])),
                        ])
                }
            }
        }
        return judgement
    }

    /// Of each source the last first delivery of what has an effect.
    private func latestWithEffect(_ identities: Identities) -> [Int] {
        var latest = [Int](repeating: -1, count: feed.records.sources.count + 1)
        for identity in identities.order where identities.effects[Int(identity)] > 0 {
            let delivery = Int(identities.firstDelivery[Int(identity)])
            let source = Int(feed.records.entries[feed.deliveries[delivery].record].source) + 1
            latest[source] = max(latest[source], delivery)
        }
        return latest
    }

    func deliveries(of record: Int) -> [Breach.Place] {
        feed.deliveries.indices.filter { feed.deliveries[$0].record == record }
            .prefix(5).map { .delivery($0) }
    }

    mutating func invented() throws(CheckingError) -> Judgement {
        let identities = try identities()
        var judgement = Judgement(invariant)
        // Of a corrupted delivery nobody can say what it is to be.
        let isExcused = facts.all.contains(.corrupt)
        var isSeen = [Bool](repeating: false, count: columns.interner.count)
        for (index, output) in identities.outputs.enumerated() where output >= 0 {
            if isSeen[Int(output)] { continue }
            isSeen[Int(output)] = true
            judgement.judged += 1
            if identities.firstDelivery[Int(output)] >= 0 { continue }
            judgement.note(isExcused ? .injected : .system) {
                breach(
                    .invented, isExcused ? .injected : .system, entity: output, record: nil,
                    EffectWords.invented(shown(output)),
                    [observed(index)])
            }
        }
        return judgement
    }

    mutating func unique() throws(CheckingError) -> Judgement {
        let keys = try keys()
        let touches = try touches()
        var first = [Int32](repeating: -1, count: columns.interner.count)
        var counts = [Int32](repeating: 0, count: columns.interner.count)
        var judgement = Judgement(invariant)
        for (index, key) in keys.enumerated() where key >= 0 {
            counts[Int(key)] += 1
            if first[Int(key)] < 0 {
                first[Int(key)] = Int32(index)
                judgement.judged += 1
            }
        }
        for (index, key) in keys.enumerated() where key >= 0 && counts[Int(key)] > 1 {
            if index == Int(first[Int(key)]) { continue }
            let touch = touches.touch(of: key)
            let isExcused =
                touch.contains(.corrupt)
                || (contract.delivery != .atLeastOnce
                    && !touch.isDisjoint(with: [.duplicate, .fault]))
            let count = counts[Int(key)]
            counts[Int(key)] = 1
            judgement.note(isExcused ? .injected : .system) {
                breach(
                    .duplicate, isExcused ? .injected : .system, entity: key,
                    record: touches.firstRecord(of: key),
                    "\(shown(key)) is there \(count) times",
                    [observed(Int(first[Int(key)])), observed(index)])
            }
        }
        return judgement
    }
}
