/// Judges one invariant on a stream that is handed over in pieces, without an input and without a baseline, and says the
/// same as of the whole. Of records nothing is kept: of each entity its key's bytes and some 60 bytes more, as
/// docs/invariants.md says for each rule.
public struct StreamedJudge {
    public let invariant: SystemInvariant
    private var state: State
    /// Keys, for as long as it goes on.
    private var keys: Columns
    private let programs: JQPrograms
    /// Records that were taken.
    private var count = 0
    private var judgement: Judgement

    private enum State {
        case unique(StreamedKeys)
        case rising(StreamedNumbers, Selector, ObservedAnomaly)
        case sum(StreamedSums)
    }

    /// nil: the rule keeps more than something of each entity.
    public init?(_ invariant: SystemInvariant) {
        self.invariant = invariant
        switch invariant.rule {
        case .uniqueness: state = .unique(StreamedKeys())
        case .fifoPerKey(.sequence(let sequence)):
            state = .rising(StreamedNumbers(), sequence, .nonmonotonicSend)
        case .monotonicReads(let version):
            state = .rising(StreamedNumbers(), version, .nonmonotonicPoll)
        case .conservation(let rule) where rule.inputSum == nil: state = .sum(StreamedSums(rule))
        default: return nil
        }
        programs = JQPrograms()
        keys = Columns(programs: programs)
        judgement = Judgement(invariant)
    }

    /// The next records of the stream.
    ///
    /// - Throws: where an expression fails on one of them, or a number is none.
    /// - Complexity: O(bytes), and what jq takes
    public mutating func take(_ records: ObservedRecords) throws(CheckingError) {
        let piece = Piece(
            invariant: invariant, records: records, first: count,
            keys: try keys.column(invariant.key, of: records, when: invariant.when))
        count += records.count
        switch state {
        case .unique(var seen):
            state = .unique(StreamedKeys())
            seen.take(piece)
            state = .unique(seen)
        case .rising(var numbers, let selector, let anomaly):
            state = .rising(StreamedNumbers(), selector, anomaly)
            var found = judgement
            try numbers.take(piece, selector, programs) { fall in
                found.note(.system) {
                    breach(
                        anomaly, fall.key,
                        "\(shown(fall.key)) goes back from \(fall.before) to \(fall.value) (\(selector.text))",
                        fall.places)
                }
            }
            judgement = found
            state = .rising(numbers, selector, anomaly)
        case .sum(var sums):
            state = .sum(StreamedSums(sums.rule))
            try sums.take(piece, programs, &keys)
            state = .sum(sums)
        }
    }

    /// What it comes to; places count from the stream's first record.
    public func judged() throws(CheckingError) -> Judgement {
        var result = judgement
        switch state {
        case .unique(let seen):
            result.judged = seen.entities
            for entity in seen.repeated {
                result.note(.system) {
                    breach(
                        .duplicate, entity.key,
                        "\(shown(entity.key)) is there \(entity.count) times",
                        [entity.first, entity.second])
                }
            }
        case .rising(let numbers, _, _): result.judged = numbers.entities
        case .sum(let sums):
            for group in try sums.groups(invariant) {
                result.judged += 1
                if group.sum == sums.rule.equals { continue }
                let name = sums.rule.isByKey ? "\(shown(group.key)): " : ""
                result.note(.system) {
                    breach(
                        .sumDiffers, sums.rule.isByKey ? group.key : nil,
                        "\(name)\(sums.rule.sum.text) adds up to \(group.sum), due is \(sums.rule.equals)",
                        group.places)
                }
            }
        }
        return result
    }

    private func shown(_ key: Int32) -> String { RecordText.shown(keys.text(of: key)) }

    private func breach(
        _ anomaly: ObservedAnomaly, _ entity: Int32?, _ words: String, _ places: [Int]
    ) -> Breach {
        Breach(
            FailureSignature(
                invariant: invariant.name, anomaly: anomaly.rawValue, role: invariant.stream),
            entity: entity.flatMap(keys.text), words: words,
            places: places.map { .observed(invariant.stream, $0) })
    }
}

extension StreamedJudge {
    /// Some records that follow each other.
    struct Piece {
        let invariant: SystemInvariant
        let records: ObservedRecords
        /// The place of the first of them in the stream.
        let first: Int
        /// The invariant's key of each.
        let keys: [Int32]

        func name(_ selector: Selector, _ index: Int) -> String {
            "\(invariant.origin): \(selector.text) of \(invariant.stream), \(records.name(of: index)),"
        }
    }
}
