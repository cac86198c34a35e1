import Configuration

extension TopologyReader {
    func source(_ name: String, _ section: Section) -> Source? {
        let queue = section.required("to", as: queues)
        let word = section.optional(
            "arrivals", as: .word("kind of arrivals"), default: Kind.poisson)
        let rate: Rate? =
            word.hasRate
            ? section.required("rate", as: .rate) : refuse("rate", word, in: section)
        let on = phase("on", word, in: section)
        let off = phase("off", word, in: section)
        let size: Source.BatchSize? =
            word == .batches
            ? section.required("size", as: .batchSize) : refuse("size", word, in: section)
        let keys = section.optional("keys", as: .keys, default: .one)
        let messages = section.optional("messages", as: .integer.atLeast(1))
        let start = section.optional("start", as: .duration, default: .zero)
        let poison = section.optional("poison", as: .probability, default: .zero)
        let duplicates = section.section("duplicates") { section -> Source.Duplicates? in
            let probability = section.optional("probability", as: .probability, default: .one)
            guard let after = section.required("after", as: .durationDistribution) else {
                return nil
            }
            return Source.Duplicates(probability: probability, after: after)
        }
        let arrivals: Source.Arrivals
        switch word {
        case .together: arrivals = .together
        case .backlog: arrivals = .backlog
        case .poisson, .constant, .bursty, .batches:
            guard let rate else { return nil }
            switch word {
            case .constant: arrivals = .constant(rate)
            case .bursty:
                guard let on, let off else { return nil }
                arrivals = .bursty(rate, on: on, off: off)
            case .batches:
                guard let size else { return nil }
                arrivals = .batches(rate, size: size)
            default: arrivals = .poisson(rate)
            }
        }
        guard let queue else { return nil }
        return Source(
            name: name, queue: queue, arrivals: arrivals, keys: keys, messages: messages,
            start: start, poison: poison, duplicates: duplicates)
    }

    private enum Kind: String, CaseIterable {
        case poisson, constant, bursty, batches, together, backlog

        var hasRate: Bool { self != .together && self != .backlog }
    }

    private func phase(
        _ key: String, _ kind: Kind, in section: Section
    ) -> DurationDistribution? {
        guard kind == .bursty else { return refuse(key, kind, in: section) }
        return section.required(key, as: .durationDistribution)
    }

    /// Notes a key that these arrivals have no use for.
    private func refuse<Value>(_ key: String, _ kind: Kind, in section: Section) -> Value? {
        section[key]?.problem(
            "has no meaning with arrivals: \(kind.rawValue)",
            accepted: "leave it away, or choose other arrivals")
        return nil
    }

    func queue(_ name: String, _ section: Section) -> MessageQueue {
        var queue = MessageQueue(name: name)
        queue.partitions = section.optional(
            "partitions", as: .integer.within(1...Limits.partitions))
        queue.partitioner = section.optional(
            "partitioner", as: .word("partitioner"), default: queue.partitioner)
        queue.capacity = section.optional("capacity", as: .integer.atLeast(0))
        queue.visibility = section.optional("visibility", as: .positiveDuration)
        queue.maxDeliveries = section.optional("maxDeliveries", as: .integer.atLeast(1))
        let late = section.optional("lateAcks", as: .word("treatment"), default: LateAcks.refused)
        queue.takesLateAcks = late == .taken
        return queue
    }

    private enum LateAcks: String, CaseIterable {
        case refused, taken
    }
}

extension ValueParser where Value == Source.BatchSize {
    /// `10` or `geometric(10)`.
    static var batchSize: ValueParser {
        ValueParser(noun: "size of batches", accepted: "write 10, or geometric(10) with its mean") {
            text in
            if let size = Int(text), size >= 1, size <= 1_000_000 { return .constant(size) }
            guard let call = Call(text), call.name == "geometric", call.arguments.count == 1,
                let mean = Int(call.arguments[0]), mean >= 1, mean <= 1_000_000
            else { return nil }
            return .geometric(mean: mean)
        }
    }
}

extension ValueParser where Value == Source.Keys {
    /// `one`, `fresh`, `uniform(100)`, `zipf(1000, 1.2)`, `hot(1 of 1000, 50%)`.
    static var keys: ValueParser {
        ValueParser(
            noun: "way to choose keys",
            accepted: "write one, uniform(100), zipf(1000, 1.2), hot(1 of 1000, 50%) or fresh"
        ) { text in
            if text == "one" { return .one }
            if text == "fresh" { return .fresh }
            guard let call = Call(text) else { return nil }
            switch (call.name, call.arguments.count) {
            case ("uniform", 1): return count(call.arguments[0]).map { .uniform($0) }
            case ("zipf", 2):
                guard let count = count(call.arguments[0]),
                    case .success(let exponent) = ValueParser<Ratio>.ratio.parse(call.arguments[1]),
                    let limit = Ratio(20, 1), exponent <= limit
                else { return nil }
                return .zipf(count, exponent: exponent)
            case ("hot", 2):
                let words = call.arguments[0].split(separator: " ").map(String.init)
                guard words.count == 3, words[1] == "of", let hot = count(words[0]),
                    let all = count(words[2]), hot < all,
                    case .success(let share) = ValueParser<Ratio>.probability.parse(
                        call.arguments[1])
                else { return nil }
                return .hotSet(hot: hot, of: all, share: share)
            default: return nil
            }
        }
    }

    private static func count(_ text: String) -> Int? {
        guard let count = Int(text), count >= 1, count <= Limits.entities else { return nil }
        return count
    }
}

/// `name(first, second)`
struct Call {
    let name: String
    let arguments: [String]

    init?(_ text: String) {
        guard text.last == ")", let open = text.firstIndex(of: "(") else { return nil }
        name = String(text[..<open])
        arguments = text[text.index(after: open)...].dropLast()
            .split(separator: ",", omittingEmptySubsequences: false)
            .map { part in
                var part = part
                while part.first == " " { part.removeFirst() }
                while part.last == " " { part.removeLast() }
                return String(part)
            }
    }
}
