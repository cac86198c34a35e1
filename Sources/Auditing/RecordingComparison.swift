import Checking

/// Two recordings held against each other, topic by topic.
public struct RecordingComparison: Sendable {
    public let left: Evidence
    public let right: Evidence
    public let divergences: [Divergence]
    /// Topics, and how many records each side has of them.
    public let topics: [(name: String, left: Int, right: Int)]
    /// Topics that have records, in none of which the selector finds an entity: all of such a topic is taken for one.
    public let withoutEntities: [String]

    /// - Parameters:
    ///   - file: its `observe` and `normalize` are used.
    ///   - view: nil: as suits each stream.
    ///   - key: what names the entity.
    /// - Throws: `CheckingError` where a rule fails on a record or does not end.
    public init(
        _ left: RecordedRecords, _ right: RecordedRecords, file: CheckFile,
        view: Divergence.View?, key: Selector
    ) throws {
        let none = Feed(ObservedRecords())
        let raw = [left, right].map {
            Evidence(feed: none, observations: file.observations(in: $0))
        }
        self = try Examiners(file.plan).examine { examiner in
            try RecordingComparison(
                examiner.normalised(raw[0]), examiner.normalised(raw[1]), by: examiner, view: view,
                key: key)
        }
    }

    private init(
        _ left: Evidence, _ right: Evidence, by examiner: Examiner, view: Divergence.View?,
        key: Selector
    ) throws(CheckingError) {
        (self.left, self.right) = (left, right)
        var comparisons: [Comparison] = []
        for observation in self.left.observations + self.right.observations
        where !comparisons.contains(where: { $0.stream == observation.name }) {
            var comparison = Comparison(observation)
            if let view { comparison.view = view }
            comparison.key = key
            comparisons.append(comparison)
        }
        divergences = try examiner.divergences(from: self.left, to: self.right, comparisons)
        var without: [String] = []
        for stream in comparisons.map(\.stream) where key != .key {
            let both = [self.left, self.right].compactMap { $0[stream]?.records }
            if both.allSatisfy(\.isEmpty) { continue }
            var isFound = false
            for records in both where !isFound { isFound = try examiner.finds(key, in: records) }
            if !isFound { without.append(stream) }
        }
        withoutEntities = without
        let sides = (self.left, self.right)
        topics = comparisons.map { comparison in
            (
                comparison.stream, sides.0[comparison.stream]?.records.count ?? 0,
                sides.1[comparison.stream]?.records.count ?? 0
            )
        }
    }
}
