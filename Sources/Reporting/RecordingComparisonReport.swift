import Auditing
import Checking
import Perturbation

/// Where two recordings differ, for people and for programs.
public struct RecordingComparisonReport {
    private let comparison: RecordingComparison
    private static let most = 20

    public init(_ comparison: RecordingComparison) { self.comparison = comparison }

    public var text: String {
        var lines: [String] = []
        for divergence in comparison.divergences.prefix(Self.most) { lines += words(divergence) }
        let count = comparison.divergences.count
        if count > Self.most { lines.append("… and \(count - Self.most) more") }
        for topic in comparison.topics {
            let differing = comparison.divergences.count { $0.stream == topic.name }
            lines.append(
                "\(topic.name): \(topic.left) and \(topic.right) records, "
                    + (differing == 0
                        ? "no difference"
                        : "\(differing) \(differing == 1 ? "key differs" : "keys differ")"))
        }
        if comparison.topics.isEmpty { lines.append("no records on either side") }
        return lines.joined(separator: "\n") + "\n"
    }

    private func words(_ divergence: Divergence) -> [String] {
        divergence.explanation(
            baseline: comparison.left, variant: comparison.right, names: ("left", "right"))
    }

    public var json: JSONValue {
        .members([
            (
                "streams",
                .array(
                    comparison.topics.map { topic in
                        .members([
                            ("name", .string(topic.name)), ("left", .number(topic.left)),
                            ("right", .number(topic.right)),
                        ])
                    })
            ),
            (
                "differences",
                .array(
                    comparison.divergences.map { divergence in
                        .members([
                            ("stream", .string(divergence.stream)),
                            ("view", .string(divergence.view.rawValue)),
                            (
                                "key",
                                divergence.entity.map {
                                    .string(String(decoding: $0, as: UTF8.self))
                                } ?? .null
                            ),
                            ("position", .number(divergence.position)),
                            ("records", .number(divergence.differences)),
                            ("words", .array(words(divergence).map(JSONValue.string))),
                        ])
                    })
            ),
        ])
    }
}
