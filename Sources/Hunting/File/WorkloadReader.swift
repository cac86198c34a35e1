import Configuration
import Perturbation
import Recording

/// Reads `workload`.
struct WorkloadReader {
    let reader: HuntReader
    let topics: [Hunt.Topic]

    func source(_ section: Section) -> Hunt.WorkloadSource? {
        guard let (key, value) = section.oneOf(["recording", "generate"]) else { return nil }
        if key == "recording" {
            return reader.existing(value, .name("recording")).map { .recording(path: $0) }
        }
        return value.section(generation).map { .generated($0) }
    }

    private func generation(_ section: Section) -> Generation? {
        let seed = section.optional("seed", as: .text, default: "workload")
        let records = section.required("records", as: .integer.within(1...1_000_000))
        let keys = section.required("keys", accepted: "write keys: 3, or [alice, bob]", keys)
        let operations = section.required(
            "operations", accepted: "write [{value: {id: \"${id}\", amount: \"${int:1..9}\"}}]"
        ) { $0.sequence(operation) }
        let edges = section.optional("edges", as: .probability, default: .zero)
        let perTrial = section.optional("perTrial", as: .boolean, default: false)
        let spacing = section.optional("spacing", as: .duration, default: .seconds(1))
        if operations?.isEmpty == true { section["operations"]?.problem("there is none") }
        guard let records, let keys, let operations, !operations.isEmpty else { return nil }
        return Generation(
            seed: seed, records: records, keys: keys, operations: operations, edges: edges,
            perTrial: perTrial, spacingMs: Int64(spacing.wholeMilliseconds))
    }

    /// A number of keys, or the keys.
    private func keys(_ element: Element) -> [String]? {
        if case .sequence = element.node.content {
            let keys = element.sequence { $0.value(as: .text) }
            if keys?.isEmpty == true { element.problem("names no key") }
            return keys
        }
        return element.value(as: .integer.within(1...100_000)).map { count in
            (1...count).map { "k\($0)" }
        }
    }

    private func operation(_ element: Element) -> Generation.Operation? {
        element.section { section -> Generation.Operation? in
            let weight = section.optional("weight", as: .integer.within(1...1000), default: 1)
            let names = topics.map(\.name)
            let topic = section.optional("topic", as: .reference("input topic", among: names))
            let value = section["value"]
            if value == nil {
                section.problem("has no value", accepted: "write value: {…}, or null")
            }
            let template = value.flatMap(template)
            let name = section.optional("name", as: .name(), default: topic ?? "operation")
            let headers = section.optional("headers") { element in
                element.entries { key, value -> (name: String, value: Template)? in
                    guard let name = key.value(as: .name()), let text = self.template(value) else {
                        return nil
                    }
                    return (name, text)
                }
            }
            guard value != nil else { return nil }
            return Generation.Operation(
                name: name, weight: weight, topic: topic ?? names.first ?? "",
                value: value?.node.isNull == true ? nil : template, headers: headers ?? [])
        }
    }

    /// JSON written as YAML; every unknown `${…}` is noted.
    private func template(_ element: Element) -> Template? {
        switch element.node.content {
        case .sequence: return element.sequence(template).map { .array($0) }
        case .mapping:
            return element.entries { key, value in
                guard let name = key.value(as: .text), let value = template(value) else {
                    return nil
                }
                return Template.Member(name: name, value: value)
            }.map { .object($0) }
        case .scalar(let text, let isQuoted):
            if element.node.isNull { return .fixed(.null) }
            if !isQuoted, let plain = try? JSONValue(parsing: text), plain.string == nil {
                return .fixed(plain)
            }
            switch Template.pieces(of: text) {
            case .success(let pieces): return .text(pieces)
            case .failure(let hole):
                element.problem(
                    "`${\(hole.text)}` is nothing that can be drawn",
                    accepted: Template.Hole.accepted)
                return nil
            }
        }
    }
}
