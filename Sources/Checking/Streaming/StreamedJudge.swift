/// Judges one invariant on a stream that is handed over in pieces behind its input, without a schedule and without a
/// baseline, and says the same as of the whole. Of records nothing is kept: of each entity its key's bytes and some 100
/// bytes more at most, as docs/invariants.md says for each rule.
public struct StreamedJudge {
    public let invariant: SystemInvariant
    private var state: State
    /// Keys, for as long as it goes on.
    private var keys: Columns
    private let programs: JQPrograms
    /// Records that were taken.
    private var count = 0
    private var judgement: Judgement
    private(set) var inputs: StreamedInputs

    private enum State {
        case effects(StreamedEffects)
        case unique(StreamedKeys)
        case rising(StreamedNumbers, Selector, ObservedAnomaly)
        case sum(StreamedSums)
    }

    /// nil: the rule keeps more than something of each entity.
    ///
    /// - Parameter inputs: how many topics were fed.
    public init?(_ invariant: SystemInvariant, inputs: Int = 0) {
        self.invariant = invariant
        self.inputs = StreamedInputs(topics: inputs)
        switch invariant.rule {
        case .exactlyOnceEffect, .noLoss, .noInvention: state = .effects(StreamedEffects())
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

    /// Whether it holds effects against the inputs that they belong to.
    private var joins: Bool { if case .effects = state { true } else { false } }

    /// The next records that were fed of a topic, by its number; the whole input comes in front of the stream.
    ///
    /// - Throws: where an expression fails on one of them.
    public mutating func takeInput(
        _ records: ObservedRecords, of topic: Int
    ) throws(CheckingError) {
        let numbers = try keys.column(
            invariant.input, of: records, when: joins ? invariant.inputWhen : nil)
        inputs.take(records, of: topic, keys: numbers)
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
        case .effects(var effects):
            state = .unique(StreamedKeys())
            effects.take(piece)
            state = .effects(effects)
        case .unique(var seen):
            state = .unique(StreamedKeys())
            seen.take(piece)
            state = .unique(seen)
        case .rising(var numbers, let selector, let anomaly):
            state = .rising(StreamedNumbers(), selector, anomaly)
            var found = judgement
            try numbers.take(piece, selector, programs) { fall in
                let touch = inputs.touch(of: fall.key)
                let cause = invariant.contract.orderCause(touch)
                found.note(cause) {
                    breach(
                        anomaly, cause, fall.key,
                        "\(shown(fall.key)) goes back from \(fall.before) to \(fall.value) (\(selector.text))"
                            + invariant.contract.partitionWords(touch),
                        fall.places.map(observed))
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

    /// What it comes to; places count from the stream's first record, those of the input are
    /// ``inputNumber(topic:index:)``.
    public func judged() throws(CheckingError) -> Judgement {
        var result = judgement
        switch state {
        case .effects where inputs.isEmpty: result.reason = Judge.noInput
        case .effects(let effects):
            switch invariant.rule {
            case .noInvention: invented(effects, &result)
            case .noLoss: self.effects(effects, missing: true, repeated: false, &result)
            default: self.effects(effects, missing: true, repeated: true, &result)
            }
        case .unique(let seen):
            result.judged = seen.entities
            for entity in seen.repeated {
                result.note(.system) {
                    breach(
                        .duplicate, .system, entity.key,
                        "\(shown(entity.key)) is there \(entity.count) times",
                        [observed(entity.first), observed(entity.second)])
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
                        .sumDiffers, .system, sums.rule.isByKey ? group.key : nil,
                        "\(name)\(sums.rule.sum.text) adds up to \(group.sum), due is \(sums.rule.equals)",
                        group.places.map(observed))
                }
            }
        }
        return result
    }

    func shown(_ key: Int32) -> String { RecordText.shown(keys.text(of: key)) }

    func observed(_ index: Int) -> Breach.Place { .observed(invariant.stream, index) }

    func breach(
        _ anomaly: ObservedAnomaly, _ cause: Breach.Cause, _ entity: Int32?,
        _ words: String, _ places: [Breach.Place]
    ) -> Breach {
        Breach(
            FailureSignature(
                invariant: invariant.name, anomaly: anomaly.rawValue, role: invariant.stream,
                entityKind: inputs.kind(of: entity)),
            cause: cause, entity: entity.flatMap(keys.text), words: words, places: places)
    }

    /// What judgements call a record of the input: one number for its topic's and its place in that.
    public static func inputNumber(topic: Int, index: Int) -> Int { topic << 48 | index }

    static func number(of place: StreamedInputs.Place) -> Int {
        inputNumber(topic: Int(place.topic), index: place.index)
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
