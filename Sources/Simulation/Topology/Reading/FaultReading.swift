import Configuration

extension TopologyReader {
    private static let kinds = [
        "kill", "killNode", "pause", "pauseNode", "slow", "throttle", "cut", "redeliver", "skew",
        "deploy",
    ]

    func fault(_ section: Section, _ handlers: [Handler]) -> Fault? {
        let given = section.oneOf(Self.kinds)
        let strikes = strikes(section)
        let until = section.optional("until", as: .positiveDuration)
        let kind = given.flatMap { self.kind($0.key, $0.value, section) }
        let lasting = lasting(section, given?.key, strikes)
        guard let kind, let strikes else { return nil }
        if handlers.contains(where: { $0.name == kind.handler && $0.workers == nil }) {
            switch kind {
            case .kill(_, .node), .pause(_, .node), .cut(_, .broker):
                given?.value.problem(
                    "messages are bound to no node where workers are unlimited",
                    accepted: "say how many workers a node has, or write kill or pause")
            default: break
            }
        }
        return Fault(kind, strikes, lasting: lasting, until: until)
    }

    private func strikes(_ section: Section) -> Fault.Strikes? {
        let every = section["every"]
        if let at = section["at"] {
            every?.problem("`at` and `every` exclude each other", accepted: "keep one of them")
            let times = at.filled("write 5m, or [5m, 10m]") { $0.value(as: .duration) }
            return times.isEmpty ? nil : .at(times.sorted())
        }
        guard let every else {
            section.problem(
                "does not say when", accepted: "write every: exponential(10s), or at: 5m")
            return nil
        }
        guard let time = every.value(as: .durationDistribution) else { return nil }
        if time.isZero {
            every.problem("a fault every 0 never ends", accepted: "write every: 10s, more than 0")
            return nil
        }
        return .every(time)
    }

    /// Kills and pauses last no time where nothing is said; what else strikes once lasts for ever.
    private func lasting(
        _ section: Section, _ word: String?, _ strikes: Fault.Strikes?
    ) -> DurationDistribution? {
        let element = section["lasting"]
        if word == "deploy" && section["lasting"] == nil {
            section.problem(
                "does not say how long a node is away", accepted: "write lasting: 20s")
        }
        if word == "redeliver" {
            element?.problem("a redelivery is over at once", accepted: "leave it away")
            return .constant(us: 0)
        }
        if let element { return element.value(as: .durationDistribution) }
        switch word {
        case "kill", "killNode", "pause", "pauseNode", "deploy", nil: return .constant(us: 0)
        default:
            if case .every = strikes {
                section.problem(
                    "does not say how long it lasts", accepted: "write lasting: exponential(5s)")
            }
            return nil
        }
    }

    private func kind(_ word: String, _ value: Element, _ section: Section) -> Fault.Kind? {
        if word == "slow" {
            let target = value.value(as: slowed)
            let by = section.required("by", as: .durationDistribution)
            guard let target, let by else { return nil }
            return .slow(target, by: by)
        }
        let handler = value.value(as: handlers)
        switch word {
        case "kill", "killNode":
            return handler.map { .kill(handler: $0, word == "kill" ? .worker : .node) }
        case "pause", "pauseNode":
            return handler.map { .pause(handler: $0, word == "pause" ? .worker : .node) }
        case "throttle":
            let factor = section.required("factor", as: .slowing)
            guard let handler, let factor else { return nil }
            return .throttle(handler: handler, factor: factor)
        case "cut":
            let side: Fault.Side? = section.required("from", as: .word("end of a cut"))
            guard let handler, let side else { return nil }
            return .cut(handler: handler, from: side)
        case "deploy": return handler.map { .deploy(handler: $0) }
        case "redeliver": return handler.map { .redeliver(handler: $0) }
        default:
            let skew = section.oneOf(["ahead", "behind"])
            let time = skew?.value.value(as: .positiveDuration)
            guard let handler, let skew, let time else { return nil }
            let us = time.nanoseconds / 1000
            return .skew(handler: handler, us: skew.key == "ahead" ? us : -us)
        }
    }

    private var slowed: ValueParser<Fault.Slowed> {
        let (stores, services) = (storeNames, serviceNames)
        return ValueParser<String>.reference("store or service", among: stores + services)
            .map { stores.contains($0) ? .store($0) : .service($0) }
    }
}

extension ValueParser where Value == Ratio {
    /// `4` or `150%`: how many times as long.
    fileprivate static var slowing: ValueParser {
        .ratio.refusing(accepted: "write 4 or 2.5, 1 or more") {
            $0 < .one ? "makes nothing slower" : nil
        }
    }
}
