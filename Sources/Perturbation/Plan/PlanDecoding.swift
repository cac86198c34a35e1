import Configuration
import Records

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
        self = try YAML.read(bytes, file: file) { PlanReader(gaps: gaps).plan($0) }
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

    func plan(_ root: Element) -> Plan? {
        root.section { section -> Plan? in
            let version = section.optional("version", as: .integer, default: Plan.version)
            if version != Plan.version {
                section["version"]?.problem(
                    "plan version \(version) is unknown", accepted: "write \(Plan.version)")
            }
            let seed = section.optional("seed", as: .text, default: Plan.standard.seed)
            let window = section.section("window", window) ?? WindowShape()
            let rules = section.sequence("rules", rule)
            checkNames(rules)
            return Plan(seed: seed, window: window, rules: rules.map(\.rule))
        }
    }

    private func window(_ section: Section) -> WindowShape? {
        var shape = WindowShape()
        let records = ValueParser.integerRange
        if let range = section.optional("records", as: records) {
            if range.lowerBound < 1 || range.upperBound > 1_000_000 {
                section["records"]?.problem(
                    "a window has 1 to 1000000 records", accepted: "write 5..50")
            } else {
                shape.records = range
            }
        }
        if let bytes = section.optional("bytes", as: .size) {
            if bytes < 1 || bytes > 1 << 30 {
                section["bytes"]?.problem(
                    "a window has 1 byte to 1 GiB", accepted: "write 1MiB")
            } else {
                shape.bytes = bytes
            }
        }
        if let wait = section["maxWait"] {
            if case .scalar("none", _) = wait.node.content {
                shape.maxWait = nil
            } else {
                shape.maxWait = wait.value(as: .duration) ?? shape.maxWait
            }
        }
        return shape
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
            let condition = section.section("where", condition) ?? Condition()
            guard
                let (key, value) = section.oneOf(["order", "drop", "duplicate", "delay", "corrupt"]
                ),
                let (action, kind) = action(key, value)
            else { return nil }
            return (Rule(name: name ?? kind, condition: condition, action: action), element)
        }
    }

    private func action(_ key: String, _ value: Element) -> (Rule.Action, kind: String)? {
        switch key {
        case "order": order(value).map { (.order($0.0), $0.1) }
        case "drop": value.value(as: .probability).map { (.drop($0), "drop") }
        case "duplicate": duplicate(value).map { ($0, "duplicate") }
        case "delay": delay(value).map { ($0, "delay") }
        default: corrupt(value)
        }
    }

    private func order(_ value: Element) -> (Order, String)? {
        if case .scalar(let text, _) = value.node.content {
            switch text {
            case "none": return (.none, "none")
            case "shuffle": return (.shuffle, "shuffle")
            case "perKey": return (.perKey, "perKey")
            default:
                value.problem(
                    "\"\(text)\" is no order",
                    accepted: "write none, shuffle, perKey, {displacement: 3} or "
                        + "{byDelay: exponential(20ms)}")
                return nil
            }
        }
        return value.section { section -> (Order, String)? in
            let spacing = section.optional("spacing", as: .microseconds)
            guard let (key, value) = section.oneOf(["displacement", "byDelay"]) else { return nil }
            if key == "displacement" {
                if spacing != nil {
                    section["spacing"]?.problem("a displacement has no spacing")
                }
                return value.value(as: .integer.within(0...1_000_000))
                    .map { (.displacement($0), "displacement") }
            }
            return distribution(value).map {
                (.byDelay($0, spacing: spacing.map { .microseconds($0) }), "byDelay")
            }
        }
    }

    private func duplicate(_ value: Element) -> Rule.Action? {
        if case .scalar = value.node.content {
            return value.value(as: .probability)
                .map { .duplicate($0, copies: 1...1, placement: .adjacent) }
        }
        return value.section { section -> Rule.Action? in
            let probability = section.required("probability", as: .probability)
            let copies = section.optional("copies", as: .integerRange, default: 1...1)
            let place = section.optional("place", as: .text, default: "adjacent")
            if copies.lowerBound < 1 || copies.upperBound > 1000 {
                section["copies"]?.problem("1 to 1000 copies", accepted: "write 1 or 1..3")
                return nil
            }
            guard let placement = Rule.Placement(rawValue: place) else {
                section["place"]?.problem(
                    "\"\(place)\" is no place", accepted: "write adjacent or anywhere")
                return nil
            }
            return probability.map { .duplicate($0, copies: copies, placement: placement) }
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
        guard case .mapping = value.node.content else {
            return value.value(as: .durationDistribution)
        }
        return value.section { section -> DurationDistribution? in
            guard let path = section.required("gaps", as: .text) else { return nil }
            do {
                let found = try gaps(path)
                if !found.isEmpty { return .empirical(us: found.sorted()) }
                section["gaps"]?.problem("\"\(path)\" holds no two records of one partition")
            } catch {
                section["gaps"]?.problem("\"\(path)\": \(error)")
            }
            return nil
        }
    }

    private func corrupt(_ value: Element) -> (Rule.Action, kind: String)? {
        value.section { section -> (Rule.Action, kind: String)? in
            let kinds = Rule.CorruptionKind.allCases.map(\.rawValue)
            guard let (key, value) = section.oneOf(kinds),
                let kind = Rule.CorruptionKind(rawValue: key)
            else { return nil }
            return value.value(as: .probability).map { (.corrupt($0, kind), key) }
        }
    }

    // MARK: Conditions

    private func condition(_ section: Section) -> Condition? {
        var condition = Condition()
        condition.topics = section.optional("topic") { topic -> [Glob]? in
            topic.oneOrMore { $0.value(as: .text).map(Glob.init) }
        }
        condition.partitions = section.optional("partition", as: .integerRange)
        condition.key = section.optional("key") { key -> Condition.KeyPattern? in
            if case .scalar("", quoted: false) = key.node.content {
                key.problem("nothing", accepted: "write null for records without key, or a pattern")
                return nil
            }
            return key.node.isNull ? .null : key.value(as: .text).map { .glob(Glob($0)) }
        }
        condition.header = section.optional("header", header)
        condition.value = section.optional("value", valuePattern)
        condition.offsets = section.optional("offset", as: .integerRange)
            .map { Offset($0.lowerBound)...Offset($0.upperBound) }
        condition.every = section.optional("every", every)
        condition.share = section.optional("share", as: .probability)
        return condition
    }

    private func header(_ value: Element) -> Condition.HeaderPattern? {
        if case .scalar = value.node.content {
            return value.value(as: .text).map { .init(name: $0, value: nil) }
        }
        return value.section { section -> Condition.HeaderPattern? in
            let glob = section.optional("value", as: .text)
            return section.required("name", as: .text)
                .map { .init(name: $0, value: glob.map(Glob.init)) }
        }
    }

    private func valuePattern(_ value: Element) -> Condition.ValuePattern? {
        if case .scalar = value.node.content {
            return path(value).map { .init(path: $0, test: .present) }
        }
        return value.section { section -> Condition.ValuePattern? in
            let path = section.required("path", accepted: "write path: $.items[0].price", path)
            let wanted = section.optional("equals", json)
            let glob = section.optional("glob", as: .text)
            if wanted != nil && glob != nil {
                section.problem("`equals` and `glob` exclude each other")
            }
            return path.map {
                let test: Condition.ValuePattern.Test =
                    wanted.map { .equals($0) } ?? glob.map { .glob(Glob($0)) } ?? .present
                return .init(path: $0, test: test)
            }
        }
    }

    private func path(_ value: Element) -> JSONPath? {
        guard let text = value.value(as: .text) else { return nil }
        let path = JSONPath(text)
        if path == nil {
            value.problem(
                "\"\(text)\" is no path to one value", accepted: "write $.items[0].price")
        }
        return path
    }

    /// A plain scalar as JSON would have it; all else is text.
    private func json(_ value: Element) -> JSONValue? {
        guard case .scalar(let text, let isQuoted) = value.node.content else {
            value.problem("only single values can be compared", accepted: "write equals: 5")
            return nil
        }
        if isQuoted { return .string(text) }
        if value.node.isNull { return .null }
        guard let plain = try? JSONValue(parsing: text) else { return .string(text) }
        return plain
    }

    private func every(_ value: Element) -> Condition.Every? {
        let modulus = ValueParser.integer.within(1...Int.max)
        if case .scalar = value.node.content {
            return value.value(as: modulus).map { .init(Int64($0)) }
        }
        return value.section { section -> Condition.Every? in
            let remainder = section.optional("remainder", as: .integer, default: 0)
            guard let modulus = section.required("modulus", as: modulus) else { return nil }
            if !(0..<modulus).contains(remainder) {
                section["remainder"]?.problem(
                    "a remainder is below the modulus", accepted: "write 0..\(modulus - 1)")
                return nil
            }
            return .init(Int64(modulus), remainder: Int64(remainder))
        }
    }
}
