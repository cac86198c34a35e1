import Configuration
import Perturbation
import Records

/// Makes a workload of a generation's rules: a pure function of them and the seed.
struct WorkloadGenerator {
    let generation: Generation
    let topics: [Hunt.Topic]

    /// Draws: for record i from the stream `workload` of the seed at position i: the key, the operation, then
    /// its holes in their order.
    func workload(seed: String) -> Workload {
        let stream = DrawStream(seed: seed, purpose: "workload", source: TopicPartition("", 0))
        var offsets: [TopicPartition: Offset] = [:]
        var counts: [String: Int] = [:]
        var records: [Record] = []
        for index in 0..<generation.records {
            var draws = stream.draws(at: Offset(index))
            let key = generation.keys[Int(draws.below64(UInt64(generation.keys.count)))]
            let operation = operation(&draws)
            counts[key, default: 0] += 1
            var values = HoleValues(
                key: key, index: index, sequence: counts[key] ?? 0, operation: operation.name,
                timeMs: TrialRun.epochMs + Int64(index) * generation.spacingMs,
                edges: generation.edges, draws: draws)
            let value = operation.value.map { values.value(of: $0).text }
            let headers = operation.headers.map {
                Header($0.name, values.value(of: $0.value).plainText)
            }
            let source = source(of: key, operation.topic)
            records.append(
                Record(
                    source: source, offset: offsets[source, default: 0],
                    timestamp: .create(values.timeMs), key: Array(key.utf8),
                    value: value.map { Array($0.utf8) }, headers: headers))
            offsets[source, default: 0] += 1
        }
        return Workload(records)
    }

    private func operation(_ draws: inout Draws) -> Generation.Operation {
        let all = generation.operations
        var place = Int(draws.below64(UInt64(all.reduce(0) { $0 + $1.weight })))
        for operation in all {
            if place < operation.weight { return operation }
            place -= operation.weight
        }
        return all[all.count - 1]
    }

    private func source(of key: String, _ topic: String) -> TopicPartition {
        let partitions = topics.first { $0.name == topic }?.partitions ?? 1
        let partition = Partitioner.murmur2.partition(
            of: Array(key.utf8), at: 0, among: Int32(partitions))
        return TopicPartition(topic, partition)
    }
}

/// Fills a template's holes for one record.
private struct HoleValues {
    let key: String
    let index: Int
    let sequence: Int
    let operation: String
    let timeMs: Int64
    let edges: Ratio
    var draws: Draws

    mutating func value(of template: Template) -> JSONValue {
        switch template {
        case .fixed(let value): return value
        case .array(let elements): return .array(elements.map { value(of: $0) })
        case .object(let members):
            return .object(members.map { .init($0.name, value(of: $0.value)) })
        case .text(let pieces):
            if pieces.count == 1, case .hole(let hole) = pieces[0] { return value(of: hole) }
            var text = ""
            for piece in pieces {
                switch piece {
                case .literal(let literal): text += literal
                case .hole(let hole): text += value(of: hole).plainText
                }
            }
            return .string(text)
        }
    }

    private mutating func value(of hole: Template.Hole) -> JSONValue {
        switch hole {
        case .key: return .string(key)
        case .index: return .number("\(index)")
        case .id: return .string("op-\(index)")
        case .sequence: return .number("\(sequence)")
        case .time: return .number("\(timeMs)")
        case .operation: return .string(operation)
        case .boolean: return .bool(draws.below(2) == 1)
        case .choice(let words): return .string(words[Int(draws.below64(UInt64(words.count)))])
        case .integer(let range, let isNullable):
            if draws.happens(edges) {
                var edges = [range.lowerBound, range.upperBound, 0, 1, -1].filter(range.contains)
                    .map { JSONValue.number("\($0)") }
                if isNullable { edges.append(.null) }
                return edges[Int(draws.below64(UInt64(edges.count)))]
            }
            let span = UInt64(range.upperBound - range.lowerBound)
            let step = span == .max ? draws.next64() : draws.below64(span + 1)
            return .number("\(range.lowerBound + Int(step))")
        case .text(let longest, let isNullable):
            if draws.happens(edges) {
                var edges: [JSONValue] = Self.awkward.map { .string($0) }
                edges.append(.string(String(repeating: "x", count: longest)))
                if isNullable { edges.append(.null) }
                return edges[Int(draws.below64(UInt64(edges.count)))]
            }
            let letters = Array("abcdefghijklmnopqrstuvwxyz")
            let count = Int(draws.below64(UInt64(longest) + 1))
            return .string(
                String((0..<count).map { _ in letters[Int(draws.below64(UInt64(letters.count)))] }))
        }
    }

    /// Empty, blank, quotes, two spellings of one letter, a right-to-left text, a character outside the
    /// basic plane, a NUL.
    private static let awkward = [
        "", " ", "\"'\\", "\u{E9}", "e\u{301}", "\u{5E9}\u{5DC}\u{5D5}\u{5DD}", "\u{1F9E8}",
        "a\u{0}b",
    ]
}

extension JSONValue {
    /// A text without quotes; anything else as JSON.
    var plainText: String { string ?? text }
}
