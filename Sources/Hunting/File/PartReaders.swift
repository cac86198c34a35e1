import Configuration
import KafkaClient
import Perturbation

/// Reads `broker`: `embedded`, `{embedded: {roundTrip: 20ms, errors: …}}` or `{real: host:9092}`.
struct BrokerReader {
    func broker(_ element: Element) -> BrokerChoice? {
        guard case .mapping = element.node.content else {
            let words: ValueParser<Bool> = .oneOf("broker", ["embedded": true])
            return element.value(as: words).map { _ in .embedded(roundTrip: nil, errors: []) }
        }
        return element.section { section -> BrokerChoice? in
            let properties = section.optional("properties") { element in
                element.entries { key, value -> (String, String)? in
                    guard let name = key.value(as: .name("property")),
                        let text = value.value(as: .text)
                    else { return nil }
                    return (name, text)
                }
            }
            let replication = section.optional(
                "replication", as: .integer.within(1...100), default: 1)
            guard let (key, value) = section.oneOf(["embedded", "real"]) else { return nil }
            if key == "real" {
                return value.value(as: .name("bootstrap servers")).map {
                    .real(
                        bootstrapServers: $0,
                        properties: Dictionary(properties ?? [], uniquingKeysWith: { $1 }),
                        replication: replication)
                }
            }
            return value.section { embedded in
                .embedded(
                    roundTrip: embedded.optional("roundTrip", as: .duration),
                    errors: embedded.sequence("errors", errors))
            }
        }
    }

    /// `{request: OffsetCommit, codes: [16, 27]}`
    private func errors(_ element: Element) -> BrokerChoice.RequestErrors? {
        element.section { section -> BrokerChoice.RequestErrors? in
            let names = KafkaRequest.names.map(\.0)
            let request = section.required("request", as: .reference("request", among: names))
            let codes = section.sequence("codes", as: .integer.within(-200...200))
            guard let request else { return nil }
            return BrokerChoice.RequestErrors(request: request, codes: codes.map(Int16.init))
        }
    }
}

/// Reads an entry of `faults`: `{kill: 20%, delay: 0..50ms}`, `{kill: 20%, once: committed}`.
struct FaultReader {
    func rule(_ element: Element) -> Hunt.FaultRule? {
        element.section { section -> Hunt.FaultRule? in
            let delay = section.optional("delay", as: .durationRange)
            let length = section.optional(
                "length", as: .durationRange, default: 500_000...2_000_000)
            let kinds = ["kill", "term", "pause", "loseState", "join", "leave"]
            guard let (key, value) = section.oneOf(kinds),
                let kind = SystemFault.Kind(rawValue: key == "loseState" ? "lose_state" : key),
                let probability = value.value(as: .probability)
            else { return nil }
            if kind != .pause {
                section["length"]?.problem("only a pause has a length", accepted: "take it away")
            }
            let once: SystemFault.Moment? = section.optional(
                "once", as: .word("moment"))
            if let once, !kind.moments.contains(once) {
                section["once"]?.problem(
                    "the system would meet the refused commit: \(key) cannot strike then",
                    accepted: "write shown or committed, or kill or loseState")
            }
            return Hunt.FaultRule(
                kind: kind, probability: probability,
                delayUs: delay ?? (once == nil ? 0...50_000 : 0...0),
                isStretched: delay == nil && once == nil, once: once, lengthUs: length)
        }
    }
}

extension ValueParser where Value == ClosedRange<Int64> {
    /// `0..50ms`, `20ms`: durations in microseconds, both ends included.
    static var durationRange: ValueParser {
        ValueParser(noun: "range of durations", accepted: "write 0..50ms or 20ms") { text in
            let ends = text.replacing("..", with: " ").split(separator: " ").map(String.init)
            guard (1...2).contains(ends.count), let low = microseconds(ends[0]),
                let high = microseconds(ends[ends.count - 1]), low <= high
            else { return nil }
            return low...high
        }
    }

    private static func microseconds(_ text: String) -> Int64? {
        try? ValueParser<Int64>.microseconds.parse(text).get()
    }
}

/// Reads an HTTP sink: `{http: charges}` with `answer` beside it, or `{http: {…}}`.
struct HTTPReader {
    func sink(_ element: Element, name: String?) -> Hunt.Observed? {
        if case .mapping = element.node.content {
            return element.section { section in
                let answers = answers(section)
                return Hunt.Observed(name: name ?? "http", kind: .http(answers))
            }
        }
        return element.value(as: .name()).map {
            Hunt.Observed(name: name ?? $0, kind: .http(Hunt.HTTPAnswers()))
        }
    }

    private func answers(_ section: Section) -> Hunt.HTTPAnswers {
        var answers = Hunt.HTTPAnswers()
        answers.status = section.optional(
            "status", as: .integer.within(200...599), default: answers.status)
        answers.body = section.optional("body", as: .text, default: answers.body)
        answers.contentType = section.optional("type", as: .name(), default: answers.contentType)
        answers.slow = section.optional("slow", as: .probability, default: .zero)
        answers.slowness = section.optional("slowness", as: .duration, default: answers.slowness)
        answers.fail = section.optional("fail", as: .probability, default: .zero)
        answers.failure = section.optional(
            "failure", as: .integer.within(400...599), default: answers.failure)
        answers.lose = section.optional("lose", as: .probability, default: .zero)
        return answers
    }
}

extension Hunt.HTTPAnswers {
    /// 200 and an empty JSON object, at once, always.
    init() {
        self.init(
            status: 200, body: "{}", contentType: "application/json", slow: .zero,
            slowness: .seconds(1), fail: .zero, failure: 503, lose: .zero)
    }
}
