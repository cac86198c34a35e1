import Configuration
import Records

/// A plan file: the plan, and what the file says beside it.
public struct PlanDocument: Hashable, Sendable {
    public var plan: Plan
    public var operations: Operations

    public init(plan: Plan, operations: Operations = Operations()) {
        self.plan = plan
        self.operations = operations
    }

    /// Reads a file as ``Plan/init(yaml:file:gaps:)`` does.
    public init(
        yaml bytes: [UInt8], file: String,
        gaps: @escaping (String) throws -> [Int64] = Plan.noRecordings
    ) throws(ConfigurationError) {
        self = try YAML.read(bytes, file: file) { PlanReader(gaps: gaps).document($0) }
    }
}

extension Plan {
    /// Reads a plan from YAML (or JSON, which is YAML).
    ///
    /// - Parameters:
    ///   - file: the name that problems print.
    ///   - gaps: the gaps between the records of a recording, for `delay: {gaps: FILE}`, in
    ///     microseconds; throws where there is no such recording. A plan is pure, so who reads files
    ///     hands this in.
    /// - Throws: `ConfigurationError` with every problem of the file.
    public init(
        yaml bytes: [UInt8], file: String,
        gaps: @escaping (String) throws -> [Int64] = Plan.noRecordings
    ) throws(ConfigurationError) {
        self = try PlanDocument(yaml: bytes, file: file, gaps: gaps).plan
    }

    /// Reads a plan that stands within another file; every problem is noted at its place.
    ///
    /// - Parameter gaps: as for ``init(yaml:file:gaps:)``.
    public static func read(
        _ element: Element, gaps: @escaping (String) throws -> [Int64] = Plan.noRecordings
    ) -> Plan? {
        PlanReader(gaps: gaps).document(element)?.plan
    }

    /// Stands in where recordings cannot be read.
    public static func noRecordings(_ path: String) throws -> [Int64] { throw NoRecordings() }

    struct NoRecordings: Error, CustomStringConvertible {
        var description: String { "recordings cannot be read here" }
    }

    /// The plan in the header of a schedule.
    static func decoded(
        from value: JSONValue, _ fields: Fields
    ) throws(ScheduleError) -> Plan {
        do {
            return try Plan(yaml: Array(value.text.utf8), file: "plan")
        } catch {
            let problems = error.problems.map(\.description).joined(separator: "; ")
            throw fields.error("a plan that cannot be read: \(problems)")
        }
    }
}

/// Asks the document for a plan's parts; every problem is noted at its place.
private struct PlanReader {
    let gaps: (String) throws -> [Int64]

    func document(_ root: Element) -> PlanDocument? {
        root.section { section -> PlanDocument? in
            if let version = section.optional("version", as: .integer), version != Plan.version {
                section["version"]?.problem(
                    "\(version) is a version of plans that this program does not know",
                    accepted: "write \(Plan.version), or use the Kerfuffle that the plan is for")
                // What its keys mean is not known either.
                section.acceptRest()
                return nil
            }
            var operations = Operations()
            let plan = plan(section, &operations)
            return PlanDocument(plan: plan, operations: operations)
        }
    }

    private func plan(_ section: Section, _ operations: inout Operations) -> Plan {
        let traffic = TrafficReader()
        let seed = section.optional("seed", as: .text, default: Plan.standard.seed)
        operations.routes = section.sequence("route", traffic.route)
        let sample = section.optional("sample", traffic.sample) ?? []
        let mask = section.section("mask", traffic.mask)
        operations.key = mask?.source
        let window = section.section("window", window) ?? WindowShape()
        let rules = section.sequence("rules", rule)
        checkNames(rules)
        let stamp = section.optional("stamp", traffic.stamp)
        operations.maxRates =
            section.optional("maxRate") { rates in
                rates.oneOrMore { $0.value(as: .maxRate) }
            } ?? []
        operations.retention = section.section("retention", traffic.retention)
        return Plan(
            seed: seed, window: window, rules: rules.map(\.rule), sample: sample,
            mask: mask?.plan, stamp: stamp)
    }

    private func window(_ section: Section) -> WindowShape? {
        let standard = WindowShape()
        let wait = section.optional("maxWait", as: .maxWait)
        return WindowShape(
            records: section.optional("records", as: .windowRecords, default: standard.records),
            bytes: section.optional("bytes", as: .windowBytes, default: standard.bytes),
            maxWait: wait.map(\.duration) ?? standard.maxWait)
    }

    private func checkNames(_ rules: [(rule: Rule, element: Element)]) {
        var seen: Set<String> = []
        for (rule, element) in rules where !seen.insert(rule.name).inserted {
            element.problem(
                "a second rule called \"\(rule.name)\"",
                accepted: "give each a name of its own (name: …), as draws are keyed by it")
        }
    }

    // MARK: Rules

    private func rule(_ element: Element) -> (rule: Rule, element: Element)? {
        element.section { section -> (rule: Rule, element: Element)? in
            let name = section.optional("name", as: .name("rule name"))
            let condition = section.section("where", Condition.init(reading:)) ?? Condition()
            let kinds = ["order", "drop", "duplicate", "delay", "corrupt"]
            guard let (key, value) = section.oneOf(kinds), let action = action(key, value) else {
                return nil
            }
            return (
                Rule(name: name ?? action.kind, condition: condition, action: action), element
            )
        }
    }

    private func action(_ key: String, _ value: Element) -> Rule.Action? {
        switch key {
        case "order": order(value).map { .order($0) }
        case "drop": value.value(as: .probability).map { .drop($0) }
        case "duplicate": duplicate(value)
        case "delay": delay(value)
        default: corrupt(value)
        }
    }

    /// A text, `{displacement: 3}` or `{byDelay: exponential(20ms), spacing: 1ms}`.
    private func order(_ value: Element) -> Order? {
        guard case .mapping = value.node.content else { return value.value(as: .order) }
        return value.section { section -> Order? in
            let spacing = section.optional("spacing", as: .microseconds)
            guard let (key, value) = section.oneOf(["displacement", "byDelay"]) else { return nil }
            if key == "displacement" {
                section["spacing"]?.problem(
                    "a displacement has no spacing", accepted: "take it away")
                return value.value(as: .displacement).map { .displacement($0) }
            }
            return distribution(value).map {
                .byDelay($0, spacing: spacing.map { .microseconds($0) })
            }
        }
    }

    private func duplicate(_ value: Element) -> Rule.Action? {
        guard case .mapping = value.node.content else {
            return value.value(as: .probability)
                .map { .duplicate($0, copies: 1...1, placement: .adjacent) }
        }
        return value.section { section -> Rule.Action? in
            let probability = section.required("probability", as: .probability)
            let copies = section.optional(
                "copies", as: .integerRange(within: 1...1000), default: 1...1)
            let place = section.optional(
                "place", as: .word("place"), default: Rule.Placement.adjacent)
            return probability.map { .duplicate($0, copies: copies, placement: place) }
        }
    }

    /// A distribution, `{gaps: FILE}`, or `{probability: 5%, time: …}`.
    private func delay(_ value: Element) -> Rule.Action? {
        guard case .mapping(let entries) = value.node.content,
            !entries.contains(where: { $0.name == "gaps" })
        else { return distribution(value).map { .delay(.one, $0) } }
        return value.section { section -> Rule.Action? in
            let probability = section.optional("probability", as: .probability, default: .one)
            let time = section.required("time", accepted: "write time: 5ms", distribution)
            return time.map { .delay(probability, $0) }
        }
    }

    /// A distribution as text or list, or `{gaps: FILE}`: the gaps of a recording, as they were.
    private func distribution(_ value: Element) -> DurationDistribution? {
        guard case .mapping = value.node.content else { return value.value(as: .delay) }
        return value.section { section -> DurationDistribution? in
            section.required("gaps", accepted: "write gaps: orders.mcap") { file in
                guard let path = file.value(as: .name("recording")) else { return nil }
                do {
                    let found = try gaps(path)
                    if !found.isEmpty { return .empirical(us: found.sorted()) }
                    file.problem("\"\(path)\" holds no two records of one partition")
                } catch {
                    file.problem("\"\(path)\": \(error)")
                }
                return nil
            }
        }
    }

    private func corrupt(_ value: Element) -> Rule.Action? {
        value.section { section -> Rule.Action? in
            let kinds = Rule.CorruptionKind.allCases.map(\.rawValue)
            guard let (key, value) = section.oneOf(kinds),
                let kind = Rule.CorruptionKind(rawValue: key)
            else { return nil }
            return value.value(as: .probability).map { .corrupt($0, kind) }
        }
    }
}
