import Configuration
import Digests

extension Plan {
    /// The resolved plan as compact JSON: every key of every rule, in a fixed order, spelled as a plan
    /// file spells it. Reading it gives an equal plan.
    public var canonicalText: String { json.text }

    /// The first eight bytes of the SHA-256 of ``canonicalText``, in hexadecimal.
    public var digest: String {
        String(SHA256.digest(of: Array(canonicalText.utf8)).description.prefix(16))
    }

    var json: JSONValue {
        let wait = window.maxWait.map(\.spelled) ?? "none"
        var members: [JSONValue.Member] = [
            .init("version", .number(String(Plan.version))),
            .init("seed", .string(seed)),
            .init(
                "window",
                .object([
                    .init("records", .string(spelled(window.records))),
                    .init("bytes", .number(String(window.bytes))),
                    .init("maxWait", .string(wait)),
                ])),
        ]
        if !sample.isEmpty { members.append(.init("sample", .array(sample.map(\.json)))) }
        if let mask { members.append(.init("mask", mask.json)) }
        members.append(.init("rules", .array(rules.map(\.json))))
        if let stamp { members.append(.init("stamp", stamp.json)) }
        return .object(members)
    }
}

extension Rule {
    fileprivate var json: JSONValue {
        var members: [JSONValue.Member] = [.init("name", .string(name))]
        let condition = condition.json
        if !condition.isEmpty { members.append(.init("where", .object(condition))) }
        members.append(action.json)
        return .object(members)
    }
}

extension Rule.Action {
    fileprivate var json: JSONValue.Member {
        switch self {
        case .order(let order): .init("order", order.json)
        case .drop(let share): .init("drop", .string(share.description))
        case .duplicate(let share, let copies, let placement):
            .init(
                "duplicate",
                .object([
                    .init("probability", .string(share.description)),
                    .init("copies", .string(spelled(copies))),
                    .init("place", .string(placement.rawValue)),
                ]))
        case .delay(let share, let time):
            .init(
                "delay",
                .object([
                    .init("probability", .string(share.description)),
                    .init("time", .string(time.description)),
                ]))
        case .corrupt(let share, let kind):
            .init("corrupt", .object([.init(kind.rawValue, .string(share.description))]))
        }
    }
}

extension Order {
    fileprivate var json: JSONValue {
        switch self {
        case .none: return .string("none")
        case .shuffle: return .string("shuffle")
        case .perKey: return .string("perKey")
        case .displacement(let k):
            return .object([.init("displacement", .number(String(k)))])
        case .byDelay(let delay, let spacing):
            var members: [JSONValue.Member] = [.init("byDelay", .string(delay.description))]
            if let spacing { members.append(.init("spacing", .string(spacing.spelled))) }
            return .object(members)
        }
    }
}

extension Condition {
    var json: [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if let topics {
            members.append(.init("topic", .array(topics.map { .string($0.text) })))
        }
        if let partitions {
            members.append(.init("partition", .string(spelled(partitions))))
        }
        switch key {
        case .null: members.append(.init("key", .null))
        case .glob(let glob): members.append(.init("key", .string(glob.text)))
        case nil: break
        }
        if let header {
            var inner: [JSONValue.Member] = [.init("name", .string(header.name))]
            if let value = header.value { inner.append(.init("value", .string(value.text))) }
            members.append(.init("header", .object(inner)))
        }
        if let value {
            var inner: [JSONValue.Member] = [.init("path", .string(value.path.text))]
            switch value.test {
            case .present: break
            case .equals(let wanted): inner.append(.init("equals", wanted))
            case .glob(let glob): inner.append(.init("glob", .string(glob.text)))
            }
            members.append(.init("value", .object(inner)))
        }
        if let offsets {
            members.append(.init("offset", .string(spelled(offsets))))
        }
        if let every {
            members.append(
                .init(
                    "every",
                    .object([
                        .init("modulus", .number(String(every.modulus))),
                        .init("remainder", .number(String(every.remainder))),
                    ])))
        }
        if let share { members.append(.init("share", .string(share.description))) }
        return members
    }
}

private func spelled<Bound: FixedWidthInteger>(_ range: ClosedRange<Bound>) -> String {
    "\(range.lowerBound)..\(range.upperBound)"
}
