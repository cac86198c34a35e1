import Configuration

/// Reads one entry of `invariants:`, `- rule: {…}`.
struct InvariantReader {
    /// Streams that there are, with their kinds; nil: any name will do.
    let streams: [(name: String, kind: Observation.Kind)]?
    let contract: AssumedContract

    func invariant(_ element: Element) -> SystemInvariant? {
        guard case .mapping = element.node.content else {
            guard let word = element.value(as: rule) else { return nil }
            element.problem(
                "\(word) stands alone", accepted: "write \(word): {stream: payments, …}")
            return nil
        }
        return element.entries { key, value -> SystemInvariant? in
            guard let word = key.value(as: rule) else { return nil }
            return value.section { section in invariant(word, section) }
        }.flatMap { found in
            if case .mapping(let entries) = element.node.content, entries.count != 1 {
                element.problem(
                    "\(entries.count) rules stand in one entry", accepted: "begin each with a -")
            }
            return found.first
        }
    }

    private var rule: ValueParser<String> {
        let words = SystemInvariant.Rule.words
        return .reference("invariant", among: words, listing: words.count)
    }

    private func invariant(_ word: String, _ section: Section) -> SystemInvariant? {
        let name = section.optional("name", as: .name())
        let contract = section["contract"].flatMap {
            AssumedContract($0, defaults: self.contract)
        }
        let when = section["when"]?.selector()
        let stream = word == "custom" ? "" : stream(section)
        let parts = parts(of: word, section, stream: stream)
        guard let parts, let stream else { return nil }
        return SystemInvariant(
            name: name ?? (stream.isEmpty ? word : "\(word)(\(stream))"), rule: parts.rule,
            stream: stream, key: parts.key, input: parts.input, when: when,
            inputWhen: parts.inputWhen, contract: contract ?? self.contract,
            origin: "\(section.element.path) at \(section.element.place)")
    }

    /// The stream, which need not be said where there is one only.
    private func stream(_ section: Section, _ key: String = "stream") -> String? {
        if section[key] == nil, let streams, streams.count == 1 { return streams[0].name }
        return section.required(key, as: streamName)
    }

    private var streamName: ValueParser<String> {
        streams.map { .reference("stream", among: $0.map(\.name)) } ?? .name("stream name")
    }

    private func kind(of stream: String?) -> Observation.Kind? {
        streams?.first { $0.name == stream }?.kind
    }

    private struct Parts {
        var rule: SystemInvariant.Rule
        var key = Selector.key
        var input = Selector.key
        var inputWhen: Selector?
    }

    private func parts(of word: String, _ section: Section, stream: String?) -> Parts? {
        switch word {
        case "exactlyOnceEffect": joined(section, .exactlyOnceEffect)
        case "noLoss": joined(section, .noLoss)
        case "noInvention": joined(section, .noInvention)
        case "uniqueness": entity(section, keyIsRequired: true) { _ in .uniqueness }
        case "contiguousReads": contiguous(section)
        case "consistentOffsets": Parts(rule: .consistentOffsets)
        case "fifoPerKey": entity(section, read: fifo)
        case "monotonicReads":
            entity(section) { section in
                required("version", section).map { .monotonicReads(version: $0) }
            }
        case "convergence":
            entity(section) { section in
                .convergence(with: section.optional("with", as: streamName))
            }
        case "idempotent": entity(section) { .idempotent($0.optional("view", as: .word("view"))) }
        case "commutative": entity(section) { .commutative($0.optional("view", as: .word("view"))) }
        case "conservation": entity(section) { conservation($0, kind(of: stream)) }
        case "boundedStaleness": entity(section, read: staleness)
        case "readYourWrites": entity(section, read: ownWrites)
        case "metamorphic": entity(section, read: metamorphic)
        default: custom(section).map { Parts(rule: $0) }
        }
    }

    /// `id` and `inputId` identify the same thing in output and input.
    private func contiguous(_ section: Section) -> Parts? {
        let id = required("id", section)
        let inputID = section["inputId"].map { $0.selector() }
        let session = section["session"].map { $0.selector() }
        let inputWhen = section["inputWhen"]?.selector()
        guard let id, let own = inputID ?? id else { return nil }
        if let session, session == nil { return nil }
        return Parts(
            rule: .contiguousReads(id: id, inputID: own, session: session ?? nil),
            inputWhen: inputWhen)
    }

    /// `key` and `input` identify the same thing in output and input.
    private func joined(_ section: Section, _ rule: SystemInvariant.Rule) -> Parts? {
        let key = required("key", section)
        let input = section["input"].map { $0.selector() }
        let inputWhen = section["inputWhen"]?.selector()
        guard let key, let own = input ?? key else { return nil }
        return Parts(rule: rule, key: key, input: own, inputWhen: inputWhen)
    }

    /// `key` names an entity in the output, `input` in the input.
    private func entity(
        _ section: Section, keyIsRequired: Bool = false,
        read: (Section) -> SystemInvariant.Rule?
    ) -> Parts? {
        let key =
            keyIsRequired ? required("key", section) : section["key"].map { $0.selector() } ?? .key
        let input = section["input"].map { $0.selector() } ?? .key
        let rule = read(section)
        guard let key, let input, let rule else { return nil }
        return Parts(rule: rule, key: key, input: input)
    }

    private func required(_ key: String, _ section: Section) -> Selector? {
        section.required(key, accepted: Selector.accepted) { $0.selector() }
    }
}

/// The rules' own keys.
extension InvariantReader {
    private func fifo(_ section: Section) -> SystemInvariant.Rule? {
        let inputID = section["inputId"].map { $0.selector() }
        let order = section.optional(
            "order", as: .oneOf("order", ["delivered": false, "log": true]), default: false)
        guard let (key, element) = section.oneOf(["sequence", "id"]) else { return nil }
        guard let selector = element.selector() else { return nil }
        if key == "sequence" { return .fifoPerKey(.sequence(selector)) }
        guard let own = inputID ?? selector else { return nil }
        return .fifoPerKey(.joined(id: selector, inputID: own, inLogOrder: order))
    }

    private func conservation(
        _ section: Section, _ kind: Observation.Kind?
    ) -> SystemInvariant.Rule? {
        let sum = required("sum", section)
        let inputSum = section["inputSum"].map { $0.selector() }
        let usual: SystemInvariant.Conservation.Over =
            kind == .state || kind == .changes ? .state : .records
        let over = section.optional("over", as: .word("way to count"), default: usual)
        let equals = section.optional("equals", as: .exactNumber)
        let isByKey = section["key"] != nil
        if section["equals"] == nil, section["inputSum"] == nil {
            section.problem(
                "conservation does not say what the sum is due to be",
                accepted: "write equals: 0, or inputSum: .amount")
            return nil
        }
        guard let sum else { return nil }
        if let inputSum, inputSum == nil { return nil }
        return .conservation(
            .init(
                sum: sum, over: over, inputSum: inputSum ?? nil, equals: equals ?? .zero,
                isByKey: isByKey))
    }

    private func staleness(_ section: Section) -> SystemInvariant.Rule? {
        let version = required("version", section)
        let inputVersion = section["inputVersion"].map { $0.selector() }
        guard let (key, element) = section.oneOf(["within", "versions"]) else { return nil }
        let bound: SystemInvariant.Bound? =
            key == "within"
            ? element.value(as: .microseconds).map { .timeNs($0 * 1000) }
            : element.value(as: .integer.atLeast(0)).map { .versions($0) }
        guard let version, let bound, let own = inputVersion ?? version else { return nil }
        return .boundedStaleness(version: version, inputVersion: own, bound)
    }

    private func ownWrites(_ section: Section) -> SystemInvariant.Rule? {
        let session = required("session", section)
        let version = required("version", section)
        let write = required("write", section)
        guard let session, let version, let write else { return nil }
        return .readYourWrites(session: session, version: version, write: write)
    }

    private func metamorphic(_ section: Section) -> SystemInvariant.Rule? {
        let kinds: [Injection.Kind]? = section.required(
            "under", accepted: "write under: [duplicate]"
        ) { $0.oneOrMore { $0.value(as: .word("injection")) } }
        let view: Divergence.View? = section.optional("view", as: .word("view"))
        let relation = section["relation"].map { $0.jq() }
        if section["relation"] != nil, section["view"] != nil {
            section["view"]?.problem("view and relation exclude each other", accepted: "keep one")
        }
        guard let kinds, !kinds.isEmpty else { return nil }
        guard let relation else { return .metamorphic(Set(kinds), .same(view)) }
        return relation.map { .metamorphic(Set(kinds), .holds(JQCondition(expression: $0))) }
    }

    private func custom(_ section: Section) -> SystemInvariant.Rule? {
        guard let (key, element) = section.oneOf(["jq", "command"]) else { return nil }
        if key == "jq" {
            return element.jq().map { .custom(.jq(JQCondition(expression: $0))) }
        }
        guard case .sequence = element.node.content else {
            return element.value(as: .name("command")).map {
                .custom(.command(["/bin/sh", "-c", $0]))
            }
        }
        let words = element.sequence { $0.value(as: .text) }
        if words?.first?.isEmpty ?? true {
            element.problem("names no program", accepted: "write [./check.py, --strict]")
            return nil
        }
        return words.map { .custom(.command($0)) }
    }
}

extension ValueParser where Value == ExactNumber {
    static var exactNumber: ValueParser {
        ValueParser(noun: "number", accepted: "write 0, -5 or 12.50") { ExactNumber($0.utf8) }
    }
}
