import Configuration
import Records

extension Condition {
    /// The condition of a `where`; every problem is noted at its place.
    init(reading section: Section) {
        self.init()
        topics = section.optional("topic") { topic -> [Glob]? in
            topic.oneOrMore { $0.value(as: .text).map(Glob.init) }
        }
        partitions = section.optional("partition", as: .integerRange)
        key = section.optional("key") { key -> Condition.KeyPattern? in
            if case .scalar("", quoted: false) = key.node.content {
                key.problem(
                    "has no value", accepted: "write null for records without key, or a pattern")
                return nil
            }
            return key.node.isNull ? .null : key.value(as: .text).map { .glob(Glob($0)) }
        }
        header = section.optional("header", Self.header)
        value = section.optional("value", Self.valuePattern)
        offsets = section.optional("offset", as: .offsetRange)
        every = section.optional("every", Self.every)
        share = section.optional("share", as: .probability)
    }

    private static func header(_ value: Element) -> Condition.HeaderPattern? {
        if case .scalar = value.node.content {
            return value.value(as: .text).map { .init(name: $0, value: nil) }
        }
        return value.section { section -> Condition.HeaderPattern? in
            let glob = section.optional("value", as: .text)
            return section.required("name", as: .text)
                .map { .init(name: $0, value: glob.map(Glob.init)) }
        }
    }

    private static func valuePattern(_ value: Element) -> Condition.ValuePattern? {
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

    private static func path(_ value: Element) -> JSONPath? {
        guard let text = value.value(as: .text) else { return nil }
        let path = JSONPath(text)
        if path == nil {
            value.problem(
                "\"\(text)\" is no path to one value", accepted: "write $.items[0].price")
        }
        return path
    }

    /// A plain scalar as JSON would have it; all else is text.
    private static func json(_ value: Element) -> JSONValue? {
        guard case .scalar(let text, let isQuoted) = value.node.content else {
            value.problem("only single values can be compared", accepted: "write equals: 5")
            return nil
        }
        if isQuoted { return .string(text) }
        if value.node.isNull { return .null }
        guard let plain = try? JSONValue(parsing: text) else { return .string(text) }
        return plain
    }

    private static func every(_ value: Element) -> Condition.Every? {
        let modulus = ValueParser.integer.atLeast(1)
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

extension ValueParser where Value == ClosedRange<Offset> {
    /// `1000..1999`, `1000` for that one alone, or `1000..` for all from there on.
    public static var offsetRange: ValueParser {
        ValueParser(noun: "range of offsets", accepted: "write 1000..1999, 1000 or 1000..") {
            let text = $0.hasSuffix("..") ? $0 + String(Offset.max) : $0
            return (try? ValueParser<ClosedRange<Int>>.integerRange.parse(text).get())
                .map { Offset($0.lowerBound)...Offset($0.upperBound) }
        }
    }
}
