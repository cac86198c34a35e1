import Configuration

extension TopologyReader {
    func queue(_ name: String, _ section: Section) -> MessageQueue {
        var queue = MessageQueue(name: name)
        if let preset = preset(of: name), let defaults = preset.queue {
            section.complete(with: defaults)
        }
        queue.partitions = section.optional(
            "partitions", as: .integer.within(1...Limits.partitions))
        queue.partitioner = section.optional(
            "partitioner", as: .word("partitioner"), default: queue.partitioner)
        if queue.partitions == nil {
            section["partitioner"]?.problem(
                "there are no partitions to choose from", accepted: "write partitions: 8, too")
        }
        queue.capacity = section.optional("capacity", as: .integer.atLeast(0))
        queue.visibility = section.optional("visibility", as: .positiveDuration)
        queue.maxDeliveries = section.optional("maxDeliveries", as: .integer.atLeast(1))
        let late = section.optional("lateAcks", as: .word("treatment"), default: LateAcks.refused)
        queue.takesLateAcks = late == .taken
        queue.perturb = section.optional("perturb", topicPlan)
        queue.deliveriesCountedBy = section.optional(
            "deliveriesCountedBy", as: .word("place to count deliveries"), default: .broker)
        queue.keyless = section.optional(
            "keyless", as: .word("treatment of messages without a key"), default: .apart)
        queue.delay = section.optional("delay", as: .durationDistribution, default: queue.delay)
        queue.deadLetterQueue = section.optional("deadLetterQueue", as: queues)
        queue.redrive = section.optional("redrive", redrive)
        return queue
    }

    private enum LateAcks: String, CaseIterable {
        case refused, taken
    }
}

extension ValueParser where Value == Source.BatchSize {
    /// `10` or `geometric(10)`.
    static var batchSize: ValueParser {
        ValueParser(
            noun: "size of batches",
            accepted: "write 10, up to 1000000, or geometric(10) with its mean"
        ) {
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
            accepted:
                "write one, fresh, uniform(100) of 1 to \(Limits.entities) keys, zipf(1000, 1.2) with "
                + "an exponent of 0 to 20, or hot(1 of 1000, 50%), fewer hot ones than all"
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
