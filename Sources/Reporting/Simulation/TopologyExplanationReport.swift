import Perturbation
import Simulation

/// Every value of a topology and where it comes from, for people and for programs.
public struct TopologyExplanationReport {
    private let explanation: TopologyExplanation
    private let file: String

    public init(_ explanation: TopologyExplanation, of file: String) {
        self.explanation = explanation
        self.file = file
    }

    public var text: String {
        var text = ""
        var rest = explanation.entries[...]
        while let first = rest.first {
            let part = rest.prefix { $0.part == first.part }
            rest = rest.dropFirst(part.count)
            if !first.part.isEmpty { text += "\n\(first.part)\n" }
            let indent = first.part.isEmpty ? "" : "  "
            let keys = part.map(\.key.count).max() ?? 0
            // A long list does not push what comes behind it off the screen in every line.
            let values = part.map(\.value.count).filter { $0 <= 40 }.max() ?? 0
            for entry in part {
                text += indent + padded(entry.key, keys) + "  " + padded(entry.value, values)
                text += "  \(words(entry.origin))\n"
            }
        }
        return text
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func words(_ origin: TopologyExplanation.Origin) -> String {
        switch origin {
        case .file(let place): "\(file):\(place)"
        case .preset(let preset, let said):
            "preset \(preset.word) (\(preset.name) \(preset.version))"
                + (said.map { ": \($0)" } ?? "")
        case .standard(let why): "default: \(why)"
        }
    }

    public var json: JSONValue {
        .members([
            ("topology", .string(file)),
            ("values", .array(explanation.entries.map(json))),
        ])
    }

    private func json(_ entry: TopologyExplanation.Entry) -> JSONValue {
        let value: [(String, JSONValue?)] = [
            ("key", .string(entry.path)), ("value", .string(entry.value)),
        ]
        switch entry.origin {
        case .file(let place):
            return .members(
                value + [
                    ("from", .string("file")), ("line", .number(place.line)),
                    ("column", .number(place.column)),
                ])
        case .preset(let preset, let said):
            return .members(
                value + [
                    ("from", .string("preset")), ("preset", .string(preset.word)),
                    ("name", .string(preset.name)), ("version", .string(preset.version)),
                    ("said", said.map { .string($0) }),
                ])
        case .standard(let why):
            return .members(
                value + [("from", .string("default")), ("why", .string(why))])
        }
    }
}
