/// The spelling of a resolved plan's parts; `Plan.canonicalText` puts them together.

extension SampleRule {
    var json: JSONValue {
        var members: [JSONValue.Member] = []
        let condition = condition.json
        if !condition.isEmpty { members.append(.init("where", .object(condition))) }
        members.append(.init("share", .string(share.description)))
        return .object(members)
    }
}

extension MaskPlan {
    var json: JSONValue {
        var members: [JSONValue.Member] = []
        if let fingerprint { members.append(.init("fingerprint", .string(fingerprint))) }
        if !keys.isEmpty {
            members.append(.init("key", .array(keys.map { Self.json([], $0.topics, $0.form) })))
        }
        if !headers.isEmpty {
            let all = headers.map {
                Self.json([.init("name", .string($0.name.text))], $0.topics, $0.form)
            }
            members.append(.init("headers", .array(all)))
        }
        if !fields.isEmpty {
            let all = fields.map {
                Self.json([.init("path", .string($0.path.text))], $0.topics, $0.form)
            }
            members.append(.init("fields", .array(all)))
        }
        members.append(.init("onUnparsable", .string(onUnparsable.rawValue)))
        return .object(members)
    }

    private static func json(
        _ first: [JSONValue.Member], _ topics: [Glob]?, _ form: Form
    ) -> JSONValue {
        var members = first
        if let topics {
            members.append(.init("topic", .array(topics.map { .string($0.text) })))
        }
        members.append(.init("as", .string(form.rawValue)))
        return .object(members)
    }
}

extension Stamp {
    var json: JSONValue {
        .object([
            .init("headers", .array(parts.map { .string($0.rawValue) })),
            .init("prefix", .string(prefix)),
        ])
    }
}
