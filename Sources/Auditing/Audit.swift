import Checking
import Foundation

/// Recordings held against what must hold of them.
public struct Audit: Sendable {
    public let evidence: Evidence
    public let baseline: Evidence?
    /// In the order of the file.
    public let judgements: [Judgement]

    /// - Parameters:
    ///   - fed: what was delivered; nil: the records of the file's `input`, each once.
    ///   - folder: where commands of `custom` are run.
    /// - Throws: `CheckingError` where a rule or an expression fails on a record, or a command answers nothing that
    ///   can be understood.
    public init(
        _ file: CheckFile, recorded: RecordedRecords, baseline: RecordedRecords? = nil,
        fed: Feed? = nil, folder: String
    ) throws {
        let feed = fed ?? Feed(recorded.together(file.input))
        let raw = Evidence(feed: feed, observations: file.observations(in: recorded))
        let rawBaseline = baseline.map { records in
            Evidence(
                feed: Feed(records.together(file.input)),
                observations: file.observations(in: records))
        }
        self = try Examiners(file.plan).examine { examiner in
            let evidence = try examiner.normalised(raw)
            let baseline = try rawBaseline.map { try examiner.normalised($0) }
            var judgements = try examiner.judgements(of: evidence, baseline: baseline)
            for index in judgements.indices {
                let invariant = judgements[index].invariant
                guard case .custom(.command(let words)) = invariant.rule else { continue }
                let command = JudgeCommand(words: words, folder: folder, origin: invariant.origin)
                let answer = try command.answer(
                    to: examiner.question(of: evidence, baseline: baseline))
                judgements[index] = try examiner.judgement(of: invariant, answering: answer)
            }
            return Audit(evidence: evidence, baseline: baseline, judgements: judgements)
        }
    }

    init(evidence: Evidence, baseline: Evidence? = nil, judgements: [Judgement]) {
        self.evidence = evidence
        self.baseline = baseline
        self.judgements = judgements
    }

    public var holds: Bool { judgements.allSatisfy(\.holds) }
    /// Those that could not be judged.
    public var unjudged: [Judgement] { judgements.filter { $0.reason != nil } }
}

extension CheckFile {
    /// The topics that are observed, as the file names them; one that has no records is an empty stream.
    func observations(in recorded: RecordedRecords) -> [Observation] {
        guard let observe else {
            return recorded.topics.filter { !input.contains($0) }
                .map { Observation($0, .topic, recorded[$0] ?? ObservedRecords()) }
        }
        return observe.filter { !$0.topic.isEmpty }.map { one in
            Observation(one.name, one.kind, recorded[one.topic] ?? ObservedRecords())
        }
    }

    /// Topics that are named and have no records, for a warning: it may be their names that are wrong.
    public func unseen(among topics: [String]) -> [String] {
        (input + (observe ?? []).map(\.topic)).filter { !$0.isEmpty && !topics.contains($0) }
    }
}
