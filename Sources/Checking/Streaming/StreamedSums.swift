/// Sums over all records, or over the last record of each record key; of the latter that record's amount is kept.
struct StreamedSums {
    let rule: SystemInvariant.Conservation
    private var sums: [Int32: Group] = [:]
    /// Of each record key what its last record adds; nil: nothing.
    private var last: [Amount?] = []

    struct Group {
        let key: Int32
        var sum: ExactNumber
        /// Its first record.
        var first: Int
        /// The last five records of it.
        var places: [Int]
    }

    private struct Amount {
        let group: Int32
        let value: ExactNumber
        let place: Int
    }

    init(_ rule: SystemInvariant.Conservation) { self.rule = rule }

    /// - Parameter keys: what the invariant's keys are numbered by; record keys are, too.
    mutating func take(
        _ piece: StreamedJudge.Piece, _ programs: JQPrograms, _ keys: inout Columns
    ) throws(CheckingError) {
        var columns = Columns(programs: programs)
        let amounts = try columns.column(rule.sum, of: piece.records)
        let isMet = try columns.isMet(piece.invariant.when, in: piece.records)
        let recordKeys = rule.over == .state ? try keys.column(.key, of: piece.records) : []
        for index in piece.records.indices {
            let group = rule.isByKey ? piece.keys[index] : isMet?[index] ?? true ? 0 : -1
            var amount: Amount?
            if group >= 0, amounts[index] >= 0 {
                amount = Amount(
                    group: group,
                    value: try columns.decimal(of: amounts[index], piece.name(rule.sum, index)),
                    place: piece.first + index)
            }
            if rule.over == .state, recordKeys[index] >= 0 {
                let number = Int(recordKeys[index])
                while last.count <= number { last.append(nil) }
                last[number] = amount
            } else if let amount {
                try add(amount, piece.invariant)
            }
        }
    }

    /// All groups in the order of their first records; one of nothing where nothing was added and there is only one.
    func groups(_ invariant: SystemInvariant) throws(CheckingError) -> [Group] {
        var whole = self
        for amount in last.compactMap(\.self) { try whole.add(amount, invariant) }
        if !rule.isByKey, whole.sums.isEmpty {
            return [Group(key: 0, sum: .zero, first: 0, places: [])]
        }
        return whole.sums.values.sorted { $0.first < $1.first }
    }

    private mutating func add(
        _ amount: Amount, _ invariant: SystemInvariant
    ) throws(CheckingError) {
        var group =
            sums[amount.group]
            ?? Group(key: amount.group, sum: .zero, first: amount.place, places: [])
        guard let sum = group.sum.adding(amount.value) else {
            throw CheckingError("\(invariant.origin): a sum goes beyond 1.7 x 10^20")
        }
        group.sum = sum
        group.first = min(group.first, amount.place)
        let behind = group.places.firstIndex { $0 > amount.place } ?? group.places.count
        group.places.insert(amount.place, at: behind)
        if group.places.count > 5 { group.places.removeFirst() }
        sums[amount.group] = group
    }
}
