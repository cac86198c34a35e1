import Configuration

/// Reads what a plan says of the way of records before and behind their perturbation.
struct TrafficReader {
    // MARK: sample

    /// A share, `{share: 10%, where: …}`, or a list of these.
    func sample(_ value: Element) -> [SampleRule]? {
        value.oneOrMore { rule -> SampleRule? in
            guard case .mapping = rule.node.content else {
                return rule.value(as: .probability).map { SampleRule(share: $0) }
            }
            return rule.section { section -> SampleRule? in
                let condition = section.section("where", Condition.init(reading:))
                let share = section.optional("share", as: .probability)
                if condition == nil && share == nil {
                    section.problem("says nothing", accepted: "write share: 10% or where: …")
                }
                return SampleRule(condition: condition ?? Condition(), share: share ?? .one)
            }
        }
    }

    // MARK: retention

    func retention(_ section: Section) -> Operations.Retention? {
        let age = section.optional("age", as: .duration)
        let size = section.optional("size", as: .size)
        if age == nil && size == nil {
            section.problem("bounds nothing", accepted: "write age: 168h, size: 10GiB or both")
        }
        return Operations.Retention(age: age, bytes: size)
    }

    // MARK: mask

    func mask(_ section: Section) -> (plan: MaskPlan, source: Operations.KeySource?)? {
        var plan = MaskPlan()
        let source = section.section("secret", secret)
        plan.fingerprint = section.optional("fingerprint", as: .fingerprint)
        plan.keys = section.optional("key") { $0.oneOrMore(key) } ?? []
        plan.headers = section.optional("headers") { $0.oneOrMore(header) } ?? []
        plan.fields = section.optional("fields") { $0.oneOrMore(field) } ?? []
        plan.onUnparsable = section.optional(
            "onUnparsable", as: .word("answer to a value that is no JSON"), default: .redact)
        if plan.keys.isEmpty && plan.headers.isEmpty && plan.fields.isEmpty {
            section.problem("masks nothing", accepted: "write key, headers or fields")
        }
        return (plan, source)
    }

    private func secret(_ section: Section) -> Operations.KeySource? {
        guard let (key, value) = section.oneOf(["env", "file"]) else { return nil }
        if key == "env" {
            return value.value(as: .name("name of a variable")).map { .environment($0) }
        }
        return value.value(as: .name("file")).map { .file($0) }
    }

    private func key(_ value: Element) -> MaskPlan.KeyMask? {
        guard case .mapping = value.node.content else {
            return value.value(as: .form).map { .init(form: $0) }
        }
        return value.section { section -> MaskPlan.KeyMask? in
            let topics = topics(section)
            return .init(
                topics: topics, form: section.optional("as", as: .form, default: .token))
        }
    }

    private func header(_ value: Element) -> MaskPlan.HeaderMask? {
        guard case .mapping = value.node.content else {
            return value.value(as: .name("header name")).map { .init(name: Glob($0)) }
        }
        return value.section { section -> MaskPlan.HeaderMask? in
            let topics = topics(section)
            let form = section.optional("as", as: .form, default: .token)
            return section.required("name", as: .name("header name")).map {
                .init(name: Glob($0), topics: topics, form: form)
            }
        }
    }

    private func field(_ value: Element) -> MaskPlan.FieldMask? {
        guard case .mapping = value.node.content else {
            return value.value(as: .maskPath).map { .init(path: $0) }
        }
        return value.section { section -> MaskPlan.FieldMask? in
            let topics = topics(section)
            let form = section.optional("as", as: .form, default: .token)
            return section.required("path", as: .maskPath).map {
                .init(path: $0, topics: topics, form: form)
            }
        }
    }

    private func topics(_ section: Section) -> [Glob]? {
        section.optional("topic") { topic -> [Glob]? in
            topic.oneOrMore { $0.value(as: .text).map(Glob.init) }
        }
    }

    // MARK: stamp

    /// `true`, a list of parts, or `{headers: […], prefix: …}`.
    func stamp(_ value: Element) -> Stamp? {
        switch value.node.content {
        case .scalar:
            return value.value(as: .boolean) == true ? Stamp() : nil
        case .sequence: return parts(value).map { Stamp($0) }
        case .mapping:
            return value.section { section -> Stamp? in
                let parts = section.optional("headers", parts) ?? Stamp.Part.allCases
                let prefix = section.optional(
                    "prefix", as: .text, default: Stamp.usualPrefix)
                return Stamp(parts, prefix: prefix)
            }
        }
    }

    private func parts(_ value: Element) -> [Stamp.Part]? {
        var seen: Set<Stamp.Part> = []
        let parts = value.sequence { element -> Stamp.Part? in
            let part: Stamp.Part? = element.value(as: .word("part of a stamp"))
            if let part, !seen.insert(part).inserted {
                element.problem("is there a second time", accepted: "take it away")
            }
            return part
        }
        if parts?.isEmpty == true {
            value.problem("stamps nothing", accepted: "write stamp: false, or some parts")
        }
        return parts
    }

    // MARK: What changes no decision

    func route(_ value: Element) -> Operations.Route? {
        value.section { section -> Operations.Route? in
            let from = section.required("from", as: .name("topic name"))
            let to = section.required("to", as: .name("topic name"))
            guard let from, let to else { return nil }
            return Operations.Route(from: from, to: to)
        }
    }
}

extension ValueParser where Value == MaskPlan.Form {
    static var form: ValueParser { .word("form of a mask") }
}

extension ValueParser where Value == MaskPath {
    /// `$.customer.email`, `$.items[*].serial`, `$..email`.
    public static var maskPath: ValueParser {
        ValueParser(
            noun: "path to values",
            accepted: "write $.customer.email, $.items[*].serial or $..email",
            parse: { MaskPath($0) })
    }
}

extension ValueParser where Value == String {
    /// 16 hexadecimal digits.
    static var fingerprint: ValueParser {
        ValueParser(
            noun: "fingerprint of a key", accepted: "write the 16 hexadecimal digits of it",
            parse: { text in
                let isHex = text.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
                }
                return isHex && text.utf8.count == 16 ? text : nil
            })
    }
}
