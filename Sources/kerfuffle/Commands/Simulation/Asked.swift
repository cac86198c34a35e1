import Digests
import Perturbation

/// What an exploration was asked for: every value of its topology and every flag that it is a function of, by name.
struct Asked {
    var values: [String: String]

    /// One line of JSON.
    var text: String {
        JSONValue.object(
            values.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }
        ).text
    }

    var digest: String { SHA256.digest(of: Array(text.utf8)).description }

    init(_ values: [String: String]) { self.values = values }

    /// What ``text`` wrote; of anything else nothing.
    init(text: String) {
        values = [:]
        guard case .object(let members)? = try? JSONValue(parsing: text) else { return }
        for member in members { values[member.name] = member.value.string }
    }

    private static let most = 5

    /// `--seed is 2 and was 1; bounds.crashes is 1 and was not there`; nil: there is none.
    func difference(from earlier: Asked) -> String? {
        let names = Set(values.keys).union(earlier.values.keys)
            .filter { values[$0] != earlier.values[$0] }.sorted()
        if names.isEmpty { return nil }
        let sentences = names.prefix(Self.most).map { name in
            let now = values[name].map { "is \($0)" } ?? "is not there"
            let then = earlier.values[name].map { "was \($0)" } ?? "was not there"
            return "\(name) \(now) and \(then)"
        }
        let more = names.count - sentences.count
        return sentences.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
    }
}
