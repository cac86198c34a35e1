/// In which order things were done and shown.
extension Judge {
    /// Numbers of an entity that must not fall.
    mutating func monotonic(
        _ selector: Selector, anomaly: ObservedAnomaly
    ) throws(CheckingError) -> Judgement {
        let keys = try keys()
        let numbers = try columns.column(selector, of: records)
        let touches = try touches()
        var highest = [(value: ExactNumber, index: Int)?](
            repeating: nil, count: columns.interner.count + 1)
        var judgement = Judgement(invariant)
        for (index, key) in keys.enumerated() where numbers[index] >= 0 && isMeant(key) {
            let value = try columns.decimal(of: numbers[index], numberName(selector, index))
            guard let before = highest[Int(key) + 1] else {
                highest[Int(key) + 1] = (value, index)
                judgement.judged += 1
                continue
            }
            if value >= before.value {
                highest[Int(key) + 1] = (value, index)
                continue
            }
            let cause = contract.orderCause(touches.touch(of: key))
            judgement.note(cause) {
                breach(
                    anomaly, cause, entity: key, record: touches.firstRecord(of: key),
                    "\(entityName(key)) goes back from \(before.value) to \(value) (\(selector.text))"
                        + contract.partitionWords(touches.touch(of: key)),
                    [observed(before.index), observed(index)])
            }
        }
        return judgement
    }

    /// Records without a key take part only where the key is not a condition's outcome.
    private func isMeant(_ key: Int32) -> Bool { key >= 0 }

    private func numberName(_ selector: Selector, _ index: Int) -> String {
        "\(invariant.origin): \(selector.text) of \(invariant.stream), \(records.name(of: index)),"
    }

    func entityName(_ key: Int32) -> String { key < 0 ? "it" : shown(key) }

    /// Effects in the order of the inputs that they belong to; inputs of one partition are compared alone, as consumers
    /// take partitions in any order.
    mutating func joinedOrder(
        _ id: Selector, _ inputID: Selector, inLogOrder: Bool
    ) throws(CheckingError) -> Judgement {
        let keys = try keys()
        let ids = try columns.column(id, of: records)
        let inputIDs = try columns.column(inputID, of: feed.records)
        var delivery = [Int32](repeating: -1, count: columns.interner.count)
        for (index, delivered) in feed.deliveries.enumerated() {
            let identity = inputIDs[delivered.content]
            if identity >= 0, delivery[Int(identity)] < 0 { delivery[Int(identity)] = Int32(index) }
        }
        var judgement = Judgement(invariant)
        var isDone = [Bool](repeating: false, count: columns.interner.count)
        var latest: [Lane: (position: Int, index: Int, delivery: Int)] = [:]
        for (index, key) in keys.enumerated() where key >= 0 && ids[index] >= 0 {
            let own = Int(delivery[Int(ids[index])])
            // A repetition has had its turn.
            if own < 0 || isDone[Int(ids[index])] { continue }
            isDone[Int(ids[index])] = true
            let record = feed.deliveries[own].record
            let lane = Lane(key: key, source: feed.records.entries[record].source)
            let position = inLogOrder ? record : own
            guard let before = latest[lane] else {
                latest[lane] = (position, index, own)
                judgement.judged += 1
                continue
            }
            if position > before.position {
                latest[lane] = (position, index, own)
                continue
            }
            let wasMoved = own > before.delivery
            let cause: Breach.Cause = wasMoved && contract.order != .none ? .injected : .system
            judgement.note(cause) {
                breach(
                    .nonmonotonicSend, cause, entity: key, record: record,
                    "\(shown(key)): the effect of \(feed.records.name(of: record)) comes behind that of "
                        + feed.records.name(of: feed.deliveries[before.delivery].record)
                        + ", which came later",
                    [
                        .delivery(own), .delivery(before.delivery), observed(before.index),
                        observed(index),
                    ])
            }
        }
        return judgement
    }

    /// A key in one partition of the input.
    private struct Lane: Hashable {
        let key: Int32
        let source: Int32
    }

    mutating func ownWrites(
        _ session: Selector, _ version: Selector, _ write: Selector
    ) throws(CheckingError) -> Judgement {
        let keys = try keys()
        let sessions = try columns.column(session, of: records)
        let versions = try columns.column(version, of: records)
        let writes = try columns.isMet(write, in: records) ?? []
        var written: [Own: (version: ExactNumber, index: Int)] = [:]
        var judgement = Judgement(invariant)
        for (index, key) in keys.enumerated() where key >= 0 && sessions[index] >= 0 {
            let own = Own(session: sessions[index], key: key)
            let before = written[own]
            if writes[index] {
                if versions[index] < 0 { continue }
                let value = try columns.decimal(of: versions[index], numberName(version, index))
                if before.map({ $0.version < value }) ?? true { written[own] = (value, index) }
                continue
            }
            guard let before else { continue }
            judgement.judged += 1
            // A read that finds nothing does not see the write either.
            var seen: ExactNumber?
            if versions[index] >= 0 {
                seen = try columns.decimal(of: versions[index], numberName(version, index))
            }
            if let seen, seen >= before.version { continue }
            judgement.note(.system) {
                breach(
                    .ownWriteUnseen, .system, entity: key, record: nil,
                    "session \(shown(sessions[index])) wrote version \(before.version) of \(shown(key)) "
                        + "and then saw " + (seen.map { "version \($0)" } ?? "none"),
                    [observed(before.index), observed(index)])
            }
        }
        return judgement
    }

    private struct Own: Hashable {
        let session: Int32
        let key: Int32
    }

    mutating func stale(
        _ version: Selector, _ inputVersion: Selector, _ bound: SystemInvariant.Bound
    ) throws(CheckingError) -> Judgement {
        let keys = try keys()
        let versions = try columns.column(version, of: records)
        let touches = try touches()
        let inputs = try delivered(inputVersion)
        var judgement = Judgement(invariant)
        guard inputs.isTimed else {
            judgement.reason = "nobody noted when the input was delivered"
            return judgement
        }
        for (index, key) in keys.enumerated() where key >= 0 && versions[index] >= 0 {
            guard let due = inputs.byKey[key] else { continue }
            let arrivalNs = records.entries[index].arrivalNs
            guard arrivalNs > 0 else { continue }
            let value = try columns.decimal(of: versions[index], numberName(version, index))
            judgement.judged += 1
            if due.newest(at: arrivalNs).map({ $0 <= value }) ?? true { continue }
            let newer: [Delivered]
            let words: String
            switch bound {
            case .timeNs(let boundNs):
                newer = due.deliveries.filter {
                    $0.timeNs + UInt64(boundNs) <= arrivalNs && $0.version > value
                }
                if newer.isEmpty { continue }
                words = "for longer than \(Duration.nanoseconds(boundNs))"
            case .versions(let most):
                newer = due.deliveries.filter { $0.timeNs <= arrivalNs && $0.version > value }
                let count = Set(newer.map(\.version)).count
                if count <= most { continue }
                words = "and \(count) newer versions"
            }
            guard let newest = newer.max(by: { $0.version < $1.version }) else { continue }
            let cause = contract.orderCause(touches.touch(of: key))
            judgement.note(cause) {
                breach(
                    .stale, cause, entity: key, record: touches.firstRecord(of: key),
                    "\(shown(key)) shows version \(value) where \(newest.version) had been delivered, \(words)"
                        + contract.partitionWords(touches.touch(of: key)),
                    [.delivery(newest.delivery), observed(index)])
            }
        }
        return judgement
    }

    /// What was delivered of one entity, by time.
    private struct DueVersions {
        private(set) var deliveries: [Delivered] = []
        /// Of each delivery the greatest version up to there.
        private var greatest: [ExactNumber] = []

        init(_ delivered: [Delivered]) {
            deliveries = delivered.sorted { ($0.timeNs, $0.delivery) < ($1.timeNs, $1.delivery) }
            for delivery in deliveries {
                greatest.append(max(greatest.last ?? delivery.version, delivery.version))
            }
        }

        /// The greatest version that had been delivered; nil: none had.
        func newest(at timeNs: UInt64) -> ExactNumber? {
            var (low, high) = (0, deliveries.count)
            while low < high {
                let middle = (low + high) / 2
                if deliveries[middle].timeNs <= timeNs { low = middle + 1 } else { high = middle }
            }
            return low == 0 ? nil : greatest[low - 1]
        }
    }

    private struct Delivered {
        let timeNs: UInt64
        let version: ExactNumber
        let delivery: Int
    }

    /// The versions that were delivered of each entity.
    private mutating func delivered(
        _ selector: Selector
    ) throws(CheckingError) -> (byKey: [Int32: DueVersions], isTimed: Bool) {
        let keys = try columns.column(invariant.input, of: feed.records)
        let versions = try columns.column(selector, of: feed.records)
        var byKey: [Int32: [Delivered]] = [:]
        var isTimed = false
        for (index, delivery) in feed.deliveries.enumerated() where delivery.timeNs > 0 {
            isTimed = true
            let (key, number) = (keys[delivery.content], versions[delivery.content])
            guard key >= 0, number >= 0 else { continue }
            let version = try columns.decimal(
                of: number,
                "\(invariant.origin): \(selector.text) of the input \(feed.records.name(of: delivery.content))"
            )
            byKey[key, default: []].append(
                Delivered(timeNs: delivery.timeNs, version: version, delivery: index))
        }
        return (byKey.mapValues(DueVersions.init), isTimed)
    }
}
