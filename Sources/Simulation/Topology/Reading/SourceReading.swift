import Configuration
import Recording

extension TopologyReader {
    func source(_ name: String, _ section: Section) -> Source? {
        let queue = section.required("to", as: queues)
        let traffic = section["workload"].map { recorded($0, section) } ?? drawn(section)
        let messages = section.optional("messages", as: .integer.atLeast(1))
        let start = section.optional("start", as: .duration, default: .zero)
        let poison = section.optional("poison", as: .probability, default: .zero)
        let withoutKey = section.optional("withoutKey", as: .probability, default: .zero)
        let duplicates = section.section("duplicates") { section -> Source.Duplicates? in
            let probability = section.optional("probability", as: .probability, default: .one)
            guard let after = section.required("after", as: .durationDistribution) else {
                return nil
            }
            return Source.Duplicates(probability: probability, after: after)
        }
        guard let queue, let traffic else { return nil }
        return Source(
            name: name, queue: queue, arrivals: traffic.arrivals, keys: traffic.keys,
            messages: messages, start: start, bytes: traffic.bytes, poison: poison,
            withoutKey: withoutKey, duplicates: duplicates)
    }

    /// When messages come, and about what.
    private struct Traffic {
        var arrivals: Source.Arrivals
        var keys: Source.Keys
        var bytes = 0
    }

    // MARK: Recordings

    private func recorded(_ element: Element, _ source: Section) -> Traffic? {
        for key in ["arrivals", "rate", "keys", "bytes"] + Self.details {
            source[key]?.problem(
                "comes from the recording", accepted: "leave it away, or leave workload away")
        }
        return element.section { section in
            let recording = section["recording"]
            let path = section.required("recording", as: .name("recording"))
            let topics = section.optional("topics") {
                $0.oneOrMore { $0.value(as: .name("topic")) }
            }
            let factor = section.optional("factor", as: .speed, default: .one)
            guard let path else { return nil }
            // As seen from the topology.
            let folder = path.hasPrefix("/") ? "" : self.folder
            do {
                let workload = try workloads(folder + path, Set(topics ?? []))
                return Traffic(
                    arrivals: .recorded(workload, factor: factor), keys: .recorded(workload))
            } catch {
                recording?.problem(
                    "cannot be read: \(error)", accepted: "write the path of a recording")
                return nil
            }
        }
    }

    // MARK: What is drawn

    private enum Kind: String, CaseIterable {
        case poisson, constant, bursty, batches, closed, together, backlog

        /// The keys that belong to it.
        var keys: [String] {
            switch self {
            case .poisson, .constant: ["rate"]
            case .bursty: ["rate", "on", "off"]
            case .batches: ["rate", "size"]
            case .closed: ["clients", "think"]
            case .together, .backlog: []
            }
        }
    }

    private static let details = ["on", "off", "size", "clients", "think"]

    private func drawn(_ section: Section) -> Traffic? {
        let kind = section.optional(
            "arrivals", as: .word("kind of arrivals"), default: Kind.poisson)
        for key in ["rate"] + Self.details where !kind.keys.contains(key) {
            section[key]?.problem(
                "has no meaning with arrivals: \(kind.rawValue)",
                accepted: "leave it away, or choose other arrivals")
        }
        let keys = section.optional("keys", as: .keys, default: .one)
        let bytes = section.optional(
            "bytes", as: .size.within(0...Int(Int32.max)), default: 0)
        guard let arrivals = arrivals(kind, section) else { return nil }
        return Traffic(arrivals: arrivals, keys: keys, bytes: bytes)
    }

    private func arrivals(_ kind: Kind, _ section: Section) -> Source.Arrivals? {
        func rate() -> Rate? { section.required("rate", as: .rate) }
        func phase(_ key: String) -> DurationDistribution? {
            section.required(key, as: .durationDistribution)
        }
        switch kind {
        case .together: return .together
        case .backlog: return .backlog
        case .poisson: return rate().map { .poisson($0) }
        case .constant: return rate().map { .constant($0) }
        case .bursty:
            let (rate, on, off) = (rate(), phase("on"), phase("off"))
            guard let rate, let on, let off else { return nil }
            if on.isZero {
                section["on"]?.problem(
                    "is no time, so that nothing is ever sent",
                    accepted: "write on: 100ms, more than 0")
            }
            return .bursty(rate, on: on, off: off)
        case .batches:
            let (rate, size) = (rate(), section.required("size", as: .batchSize))
            guard let rate, let size else { return nil }
            return .batches(rate, size: size)
        case .closed:
            let think = section.optional(
                "think", as: .durationDistribution, default: .constant(us: 0))
            return section.required("clients", as: .integer.within(1...Limits.workers))
                .map { .closed(clients: $0, think: think) }
        }
    }
}

extension ValueParser where Value == Ratio {
    /// `2`, `0.5`: how many times as fast.
    public static var speed: ValueParser {
        .ratio.refusing(accepted: "write 2, or 0.5, more than 0") {
            $0 == .zero ? "is not more than 0" : nil
        }
    }
}
